import type { Person } from '../index.ts';
import { digestOf } from './secrets.ts';
import type { Site } from './visit.ts';

/** What somebody has let a client have. */
export interface Granted {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly nonce?: string | undefined;
  /** Names the grant; `jti` of its tokens. */
  readonly grant: string;
  readonly email: string;
  /** Changes with the password. */
  readonly stamp: string;
}

/** What of a password stands in rows: another password has another. */
export function stampOf({ hash }: Person): string {
  return digestOf(hash);
}

/** Whoever gave a grant, as he is known now; undefined when he is gone, or has another password since. */
export function giverOf({ people }: Site, { email, stamp }: Granted): Person | undefined {
  const person = people.find(email);
  return person !== undefined && stampOf(person) === stamp ? person : undefined;
}

/** Ends a grant: its tokens of either kind, and whatever was opened with them. */
export function endGrant({ records, grants }: Site, { grant, email }: Granted): void {
  records.removeOwned('refresh-token', grant);
  grants.revoke(grant, email);
}
