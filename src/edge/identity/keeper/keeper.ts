import type { User } from '../../../base/access/index.ts';
import {
  type Audit,
  type Closed,
  everyGrantOf,
  everyGrantOfId,
  type Grants,
  isEnded,
  type Keeper,
  type Known,
  type NewSession,
  type Person,
  type Records,
  type Revoked,
  type Shared,
} from '../index.ts';
import { ApiTokens, type ListedToken, type NewToken, tokenPrefix } from './apitokens.ts';
import { keeperErrors } from './errors.ts';
import { claimedIssuer, expiryOf, type IdTokenFacts, isSameIssuer } from './idtokens.ts';
import { spend } from './marks.ts';
import { outsider } from './outsiders.ts';
import { Revocations } from './revocations.ts';
import { Sessions } from './sessions.ts';

/** What a token of a service account proves; undefined when it is good for nothing. */
export type AccountReader = (
  token: string,
) => Promise<{ readonly user: User; readonly audiences: readonly string[] } | undefined>;

export interface KeeperParts {
  readonly records: Records;
  readonly shared: () => Shared;
  /** Reads ID tokens of the issuer that people log in with. */
  readonly idTokens: (token: string) => Promise<IdTokenFacts | undefined>;
  readonly accounts: AccountReader;
  /** Audiences of which one must be a service account token's. */
  readonly accountAudiences: readonly string[];
  /** Whether there still is somebody; for an issuer elsewhere nobody here knows. */
  readonly person: (
    name: string,
  ) => (Pick<Person, 'groups'> & Partial<Pick<Person, 'userId'>>) | 'unknown' | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly audit: Audit;
  /** Milliseconds after which a session ends that nobody uses; undefined: none ends before its 24 hours. */
  readonly sessionIdle?: number | undefined;
}

/** Characters of the longest credential. */
const longest = 16 * 1024;
/** Milliseconds that it is remembered who was removed, and which grant was revoked: no ID token lives longer. */
const remembered = 48 * 3_600_000;
const second = 1000;

/** Keeps who is known, over records; the one process of a cluster that does. */
export class LocalKeeper implements Keeper, Grants {
  readonly #parts: KeeperParts;
  readonly #sessions: Sessions;
  readonly #tokens: ApiTokens;
  readonly #revocations = new Revocations();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#sessions = new Sessions(parts.records, parts.now, parts.sessionIdle);
    this.#tokens = new ApiTokens(parts.records, parts.now);
  }

  async who(bearer: string): Promise<Known | undefined> {
    if (bearer === '' || bearer.length > longest) return undefined;
    if (bearer.startsWith(tokenPrefix)) return this.#stillThere(this.#tokens.find(bearer));
    const issuer = claimedIssuer(bearer);
    if (issuer === undefined) return this.#stillThere(this.#sessions.find(bearer));
    const isOfLogin = isSameIssuer(issuer, this.#parts.shared().issuer.url);
    return isOfLogin ? this.#byIdToken(bearer) : this.#byAccount(bearer);
  }

  /** Nobody who was removed is known; groups are those that he has now. */
  #stillThere(known: Known | undefined): Known | undefined {
    if (known === undefined) return undefined;
    const person = this.#parts.person(known.user.name);
    if (person === undefined) return undefined;
    if (person === 'unknown') return known;
    const user = outsider(known.user.name, person.groups);
    return user && { ...known, user: { ...known.user, groups: user.groups } };
  }

  async #byIdToken(token: string): Promise<Known | undefined> {
    const facts = await this.#parts.idTokens(token);
    if (facts === undefined || this.#wasRevoked(facts)) return undefined;
    const { user, grant = '', expires } = facts;
    return this.#stillThere({ user, credential: { kind: 'id-token', id: grant }, expires });
  }

  #wasRevoked({ user, grant, issued }: IdTokenFacts): boolean {
    return isEnded(this.#parts.records, { user: user.name, grant, issued });
  }

  async #byAccount(token: string): Promise<Known | undefined> {
    const { accounts, accountAudiences } = this.#parts;
    const found = await accounts(token);
    if (found === undefined || !found.audiences.some(one => accountAudiences.includes(one))) return undefined;
    return { user: found.user, credential: { kind: 'service-account' }, expires: expiryOf(token) };
  }

  /** @throws `user-invalid`, `grant-revoked`. */
  async open(session: NewSession): Promise<{ readonly handle: string; readonly expires: number }> {
    const { user, grant, issued } = session;
    const checked = outsider(user.name, user.groups);
    if (checked === undefined || this.#parts.person(checked.name) === undefined) {
      const found = JSON.stringify(user.name.slice(0, 300));
      throw keeperErrors.make['user-invalid'](`${found} is nobody whom a session can be opened for.`);
    }
    if (isEnded(this.#parts.records, { user: checked.name, grant, issued })) {
      throw keeperErrors.make['grant-revoked'](`The login of ${checked.name} has been revoked.`);
    }
    const { ended, ...opened } = this.#sessions.open(checked, session);
    for (const id of ended) this.tell({ kind: 'session', id });
    this.#parts.audit({ event: 'session-opened', user: checked.name });
    return opened;
  }

  async close(handle: string): Promise<Closed | undefined> {
    const closed = this.#sessions.close(handle);
    if (closed === undefined) return undefined;
    this.#revocations.tell({ kind: 'session', id: closed.id });
    this.#parts.audit({ event: 'logout', user: closed.user });
    return { idToken: closed.idToken };
  }

  async spend(mark: string, expires: number): Promise<boolean> {
    return spend(this.#parts.records, mark, expires, this.#parts.now());
  }

  async shared(): Promise<Shared> {
    return this.#parts.shared();
  }

  revocations(signal: AbortSignal): AsyncIterable<Revoked | undefined> {
    return this.#revocations.follow(signal);
  }

  /** Ends everything that was given at one login: ID tokens, and the sessions opened with them. */
  revoke(grant: string, user: string): void {
    const { records, now } = this.#parts;
    records.put('revoked-grant', { id: grant, value: '{}', owner: user, expires: now() + remembered });
    for (const id of this.#sessions.closeOfGrant(grant, user)) this.tell({ kind: 'session', id });
    this.tell({ kind: 'grant', id: grant });
  }

  /** Tells gateways what is no longer so. */
  tell(revoked: Revoked): void {
    this.#revocations.tell(revoked);
  }

  /**
   * Ends what somebody has logged in to: sessions and ID tokens, and API tokens too when `all`; what renews ID tokens is good
   * with the password alone that it was given for. An ID token tells only the second of its issue, so this is done when a second
   * has begun in which a new one is later than every old one.
   * @param change what it ends with, such as another password: done with it, or neither is
   */
  async endUser(name: string, all: boolean, change?: () => void): Promise<void> {
    const { records, now } = this.#parts;
    const before = now();
    const value = JSON.stringify({ before });
    const person = this.#parts.person(name);
    const userId = person === 'unknown' ? undefined : person?.userId;
    const ids = [everyGrantOf(name), ...(userId === undefined ? [] : [everyGrantOfId(userId)])];
    records.together(() => {
      change?.();
      for (const id of ids) {
        records.put('revoked-grant', { id, value, owner: name, expires: before + remembered });
      }
      records.removeOwned('session', name);
      if (all) records.removeOwned('api-token', name);
    });
    this.tell({ kind: 'user', name });
    await new Promise(resolve => setTimeout(resolve, second - (before % second)));
  }

  /** @throws `token-invalid`, `token-exists`, `tokens-full`, `user-unknown`. */
  createToken(user: User, asked: NewToken): { readonly token: string; readonly listed: ListedToken } {
    const made = this.#tokens.create(this.#tokenOwner(user), asked);
    this.#parts.audit({ event: 'token-created', user: user.name, reason: made.listed.name });
    return made;
  }

  #tokenOwner({ name, groups }: User): User {
    const person = this.#parts.person(name);
    const owner = outsider(name, person === 'unknown' ? groups : person?.groups);
    if (person !== undefined && owner !== undefined) return owner;
    throw keeperErrors.make['user-unknown'](
      `${JSON.stringify(name)} is nobody whom an API token can be made for.`,
    );
  }

  listTokens(owner?: string): ListedToken[] {
    return this.#tokens.list(owner);
  }

  /** @throws `token-unknown`. */
  revokeToken(named: string, owner?: string): ListedToken {
    const revoked = this.#tokens.revoke(named, owner);
    this.tell({ kind: 'api-token', id: revoked.id });
    this.#parts.audit({ event: 'token-revoked', user: revoked.owner, reason: revoked.name });
    return revoked;
  }
}
