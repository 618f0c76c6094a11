import { randomBytes } from 'node:crypto';
import type { User } from '../../../base/access/index.ts';
import {
  type Known,
  type Records,
  type Row,
  type Scope,
  scopeNamespaceExtra,
  scopeVerbs,
  scopeVerbsExtra,
} from '../index.ts';
import { keeperErrors } from './errors.ts';
import { digestOf, newSecret } from './secrets.ts';

/** What API tokens begin with, so that people, and programs that look for leaked secrets, see what they are. */
export const tokenPrefix = 'davit_';

/** An API token as lists show it. Times in milliseconds since 1970. */
export interface ListedToken {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly scope: Scope;
  readonly created: number;
  readonly expires: number;
  /** To the minute; undefined: never. */
  readonly used: number | undefined;
}

export interface NewToken {
  /** Made up when absent. */
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly verbs: readonly string[];
  /** Milliseconds that it lives. */
  readonly lifetime: number;
}

interface Kept {
  readonly user: User;
  readonly name: string;
  readonly scope: Scope;
  readonly created: number;
  readonly used?: number;
}

const minute = 60_000;
const shortest = minute;
const longest = 366 * 24 * 60 * minute;
const mostOfOne = 200;
const mostOfAll = 20_000;

/** API tokens: of each only its digest is stored. */
export class ApiTokens {
  readonly #records: Records;
  readonly #now: () => number;

  constructor(records: Records, now: () => number) {
    this.#records = records;
    this.#now = now;
  }

  /**
   * Makes one; the token is told here and never again.
   * @throws `token-invalid`, `token-exists`, `tokens-full`.
   */
  create(user: User, asked: NewToken): { readonly token: string; readonly listed: ListedToken } {
    const { name = `token-${randomBytes(4).toString('hex')}`, lifetime } = asked;
    const scope = checkedScope(asked);
    checkName(name);
    checkLifetime(lifetime);
    const own = this.#records.list('api-token', user.name);
    if (own.some(row => keptIn(row).name === name))
      throw keeperErrors.make['token-exists'](`${user.name} has a token ${JSON.stringify(name)}.`);
    checkRoom(own.length, this.#records.count('api-token'), user.name);
    const token = `${tokenPrefix}${newSecret()}`;
    const now = this.#now();
    const row = this.#put(digestOf(token), now + lifetime, { user, name, scope, created: now });
    return { token, listed: listed(row) };
  }

  /** Whose a token is; that it was used is written down, once a minute. */
  find(token: string): Known | undefined {
    const row = this.#records.get('api-token', digestOf(token));
    if (row === undefined) return undefined;
    const kept = keptIn(row);
    const now = this.#now();
    if (now - (kept.used ?? -Infinity) >= minute) this.#note(row, { ...kept, used: now });
    const { scope } = kept;
    const user = withScope(kept.user, scope);
    return { user, credential: { kind: 'api-token', id: row.id, scope }, expires: row.expires };
  }

  /** A token is good, too, where it cannot be written down that it was used. */
  #note({ id, expires }: Row, kept: Kept): void {
    try {
      this.#put(id, expires, kept);
    } catch {
      // The next use tries again.
    }
  }

  /** Those of one owner, or of everybody. */
  list(owner?: string): ListedToken[] {
    return this.#records
      .list('api-token', owner)
      .map(listed)
      .toSorted((a, b) => a.created - b.created);
  }

  /**
   * Ends the one of an id, the beginning of one, or a name.
   * @throws `token-unknown` when there is none, or several.
   */
  revoke(named: string, owner?: string): ListedToken {
    const meant = this.list(owner).filter(
      ({ id, name }) => name === named || (named.length >= 8 && id.startsWith(named)),
    );
    const [only] = meant;
    if (only === undefined || meant.length > 1) {
      const whose = owner === undefined ? '' : ` of ${owner}`;
      const found = meant.length === 0 ? 'There is no token' : `There are ${meant.length} tokens`;
      throw keeperErrors.make['token-unknown'](`${found} ${JSON.stringify(named.slice(0, 100))}${whose}.`);
    }
    this.#records.take('api-token', only.id);
    return only;
  }

  #put(id: string, expires: number, kept: Kept): Row {
    const row = { id, value: JSON.stringify(kept), owner: kept.user.name, expires };
    this.#records.put('api-token', row);
    return row;
  }
}

function withScope(user: User, { verbs, namespace }: Scope): User {
  const where = namespace === undefined ? {} : { [scopeNamespaceExtra]: [namespace] };
  return { ...user, extra: { ...user.extra, [scopeVerbsExtra]: verbs, ...where } };
}

function keptIn(row: Row): Kept {
  return JSON.parse(row.value) as Kept;
}

function listed(row: Row): ListedToken {
  const { name, scope, created, used } = keptIn(row);
  return { id: row.id, name, owner: row.owner, scope, created, expires: row.expires, used };
}

function checkedScope({ namespace, verbs }: NewToken): Scope {
  const wrong = verbs.find(verb => !(scopeVerbs as readonly string[]).includes(verb));
  if (wrong !== undefined || verbs.length === 0) {
    const found = wrong === undefined ? 'nothing' : JSON.stringify(wrong.slice(0, 100));
    throw keeperErrors.make['token-invalid'](`scope: found ${found}, expected ${scopeVerbs.join(', ')}`);
  }
  if (namespace !== undefined && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) {
    const found = JSON.stringify(namespace.slice(0, 100));
    throw keeperErrors.make['token-invalid'](`namespace: found ${found}, expected the name of a namespace`);
  }
  return { namespace, verbs: scopeVerbs.filter(verb => verbs.includes(verb)) };
}

function checkName(name: string): void {
  if (/^[A-Za-z0-9]([-A-Za-z0-9._ ]{0,61}[A-Za-z0-9])?$/.test(name)) return;
  const found = JSON.stringify(name.slice(0, 100));
  const expected = 'at most 63 letters, digits, dots, dashes, underscores and blanks';
  throw keeperErrors.make['token-invalid'](`name: found ${found}, expected ${expected}`);
}

function checkLifetime(lifetime: number): void {
  if (lifetime >= shortest && lifetime <= longest) return;
  const text = `expires: found ${lifetime} ms, expected from a minute to 366 days`;
  throw keeperErrors.make['token-invalid'](text);
}

function checkRoom(own: number, all: number, owner: string): void {
  if (own < mostOfOne && all < mostOfAll) return;
  const found =
    own < mostOfOne ? `there are ${all} tokens of ${mostOfAll}` : `${owner} has ${own} of ${mostOfOne}`;
  throw keeperErrors.make['tokens-full'](`No token can be made: ${found}.`);
}
