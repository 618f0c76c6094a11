import { randomUUID } from 'node:crypto';
import type { Passwords, People, Person, Records } from '../index.ts';
import { keeperErrors } from './errors.ts';
import { isGroup } from './outsiders.ts';

/** Somebody as lists show him. */
export interface Listed {
  readonly email: string;
  readonly username: string;
  readonly groups: readonly string[];
  /** `file`: stands in the file of `--dex-config`. */
  readonly from: 'file' | 'added';
}

export interface NewPerson {
  readonly email: string;
  readonly password: string;
  readonly username?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  /** Made up when absent. */
  readonly userId?: string | undefined;
}

/** Does a change as a part of something. */
export type Within = (change: () => void) => void | Promise<void>;
const alone: Within = change => change();

/** Characters of the shortest password, and bytes of the longest: bcrypt reads no more. */
const shortest = 8;
const longest = 72;
/** People who can be added. */
const most = 100_000;

/** Those who can log in with a password: of a file, which stays as it is, and added ones. */
export class KeptPeople implements People {
  readonly #records: Records;
  readonly #passwords: Passwords;
  readonly #given: ReadonlyMap<string, Person>;

  constructor(records: Records, passwords: Passwords, given: readonly Person[] = []) {
    this.#records = records;
    this.#passwords = passwords;
    this.#given = new Map(given.map(person => [person.email.toLowerCase(), person]));
  }

  find(email: string): Person | undefined {
    const name = email.toLowerCase();
    return this.#given.get(name) ?? this.#added(name);
  }

  list(): Listed[] {
    const added = this.#records.list('user').map(({ value }) => JSON.parse(value) as Person);
    const of = (people: Iterable<Person>, from: Listed['from']): Listed[] =>
      [...people].map(({ email, username, groups }) => ({ email, username, groups, from }));
    return [...of(this.#given.values(), 'file'), ...of(added, 'added')].toSorted((a, b) =>
      a.email < b.email ? -1 : 1,
    );
  }

  /** @throws `user-invalid`, `user-exists`, `password-refused`, `passwords-busy`. */
  async add({ email, password, username, groups = [], userId = randomUUID() }: NewPerson): Promise<Person> {
    const name = checkedEmail(email);
    for (const group of groups) checkGroup(group);
    this.#refuseIfThere(name);
    const hash = await this.#hash(password);
    // Somebody else may have added the same person meanwhile.
    this.#refuseIfThere(name);
    const person = { email: name, userId, username: username ?? name.replace(/@.*/, ''), groups, hash };
    this.#put(person);
    return person;
  }

  /**
   * @param within does the change, with what ends by it
   * @throws `user-unknown`, `user-of-file`, `password-refused`, `passwords-busy`.
   */
  async setPassword(email: string, password: string, within: Within = alone): Promise<void> {
    const before = this.#addedOrRefuse(email);
    const hash = await this.#hash(password);
    await within(() => this.#put({ ...this.#addedOrRefuse(before.email), hash }));
  }

  /**
   * @param within does the change, with what ends by it
   * @throws `user-unknown`, `user-of-file`.
   */
  remove(email: string): void;
  remove(email: string, within: Within): void | Promise<void>;
  remove(email: string, within: Within = alone): void | Promise<void> {
    const person = this.#addedOrRefuse(email);
    return within(() => void this.#records.take('user', person.email));
  }

  #added(name: string): Person | undefined {
    const row = this.#records.get('user', name);
    return row && (JSON.parse(row.value) as Person);
  }

  #addedOrRefuse(email: string): Person {
    const name = email.toLowerCase();
    const person = this.#added(name);
    if (person !== undefined) return person;
    if (!this.#given.has(name)) {
      throw keeperErrors.make['user-unknown'](`There is no user ${JSON.stringify(email)}.`);
    }
    throw keeperErrors.make['user-of-file'](`${name} stands in the file of --dex-config.`);
  }

  #refuseIfThere(name: string): void {
    if (this.find(name) !== undefined) throw keeperErrors.make['user-exists'](`There is a user ${name}.`);
    if (this.#records.count('user') < most) return;
    throw keeperErrors.make['user-invalid'](`There are ${most} users, which is as many as are kept.`);
  }

  #put(person: Person): void {
    const value = JSON.stringify(person);
    this.#records.put('user', { id: person.email, value, owner: '', expires: Infinity });
  }

  async #hash(password: string): Promise<string> {
    const bytes = Buffer.byteLength(password);
    if (password.length < shortest || bytes > longest || password.includes('\0')) {
      const text = `The password: found ${password.length} characters (${bytes} bytes), expected at least ${shortest} characters and at most ${longest} bytes, which is all that bcrypt reads.`;
      throw keeperErrors.make['password-refused'](text);
    }
    return this.#passwords.hash(password);
  }
}

function checkedEmail(email: string): string {
  const name = email.toLowerCase();
  if (/^[^\s@:"<>()[\]\\,;\p{Cc}]+@[^\s@:"<>()[\]\\,;\p{Cc}]+$/u.test(name) && name.length <= 254)
    return name;
  const found = JSON.stringify(email.slice(0, 300));
  throw keeperErrors.make['user-invalid'](
    `email: found ${found}, expected an address such as ada@example.com`,
  );
}

function checkGroup(group: string): void {
  if (isGroup(group) && !group.includes(',')) return;
  const found = JSON.stringify(group.slice(0, 300));
  const expected = 'a name without commas that does not begin with system:';
  throw keeperErrors.make['user-invalid'](`group: found ${found}, expected ${expected}`);
}
