import { randomInt } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeptPeople } from '../../../edge/identity/keeper/index.ts';

/** The first user, with the id that Kubeflow's has. */
export const firstUser = 'user@example.com';
const firstUserId = '15841185641784';

/** Without those that are taken for one another. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
/** 99 bits. */
const groups = 4;
const groupLength = 5;

/** Where the first password stands until it is changed. */
export function firstPasswordFile(folder: string): string {
  return join(folder, 'initial-password');
}

/** Makes the first user where nobody can log in yet; his password is given here once, and stands in a file that only its owner reads. */
export async function makeFirstUser(people: KeptPeople, folder: string): Promise<string | undefined> {
  if (people.list().length > 0) return undefined;
  const password = newPassword();
  // Before the user is there: a password that nobody knows would be of no use.
  writeFileSync(firstPasswordFile(folder), `${password}\n`, { mode: 0o600 });
  await people.add({ email: firstUser, password, username: 'user', userId: firstUserId });
  return password;
}

export function forgetFirstPassword(folder: string): void {
  rmSync(firstPasswordFile(folder), { force: true });
}

function newPassword(): string {
  const group = (): string =>
    Array.from({ length: groupLength }, () => letters[randomInt(letters.length)]).join('');
  return Array.from({ length: groups }, group).join('-');
}
