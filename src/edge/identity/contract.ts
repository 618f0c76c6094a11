import type { User } from '../../base/access/index.ts';

/** What a credential shows besides who somebody is. `id` may stand in logs: it opens nothing. */
export type Credential =
  | { readonly kind: 'session'; readonly id: string }
  | { readonly kind: 'api-token'; readonly id: string; readonly scope: Scope }
  | { readonly kind: 'id-token'; readonly id: string }
  | { readonly kind: 'service-account' };

/** What a token is limited to: the least of it and of what its owner may do holds. */
export interface Scope {
  /** Undefined: every namespace of its owner. */
  readonly namespace: string | undefined;
  /** `predict` calls models, `read` asks the API, `write` changes it; each holds alone. */
  readonly verbs: readonly ScopeVerb[];
}

export const scopeVerbs = ['predict', 'read', 'write'] as const;
export type ScopeVerb = (typeof scopeVerbs)[number];

/** Somebody who has shown who he is. */
export interface Known {
  /** An e-mail address, or `system:serviceaccount:NAMESPACE:NAME`; groups with `system:authenticated`. */
  readonly user: User;
  readonly credential: Credential;
  /** When it ends by itself, milliseconds since 1970. */
  readonly expires: number;
  /** Until when it may be remembered: whoever keeps it wants to know that it is used. Undefined: until it ends. */
  readonly fresh?: number;
}

/** What a session is opened for: an ID token of an issuer has been checked. */
export interface NewSession {
  readonly user: User;
  /** Of the grant that the issuer gave; revoking it ends the session. */
  readonly grant: string | undefined;
  /** When the ID token was issued, milliseconds since 1970: what was ended since is not opened. */
  readonly issued?: number | undefined;
  /** The ID token, where the issuer wants to see it when the login ends there, too; kept so that the handle alone opens it. */
  readonly idToken?: string | undefined;
  /** When it is to end, milliseconds since 1970; no later than 24 hours from now counts. */
  readonly expires: number;
}

/** A session that has ended. */
export interface Closed {
  /** What `NewSession` was given. */
  readonly idToken: string | undefined;
}

/** Why a credential that was good no longer is. `all` is told when it is not known what has been missed. */
export type Revoked =
  | { readonly kind: 'session' | 'api-token' | 'grant'; readonly id: string }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'all' };

/**
 * Whoever keeps who is known: asked by every gateway, and by the API server.
 * Where it is another process these are its only calls, over one authenticated connection.
 */
export interface Keeper {
  /** Whose credential that is: a session's handle, an API token, an ID token, a token of a service account; undefined when it is good for nothing. Nothing is told of why. */
  who(bearer: string): Promise<Known | undefined>;
  /** Opens a session; its handle is told here and never again. */
  open(session: NewSession): Promise<{ readonly handle: string; readonly expires: number }>;
  /** Ends a session; undefined when there is none. */
  close(handle: string): Promise<Closed | undefined>;
  /** Takes a mark that is good once; false when it was taken before. It is kept until `expires` (milliseconds since 1970). */
  spend(mark: string, expires: number): Promise<boolean>;
  /** What gateways share. */
  shared(): Promise<Shared>;
  /**
   * Tells what is revoked, at once, and `undefined` four times a second so that silence is noticed:
   * whoever hears nothing for a second trusts nothing that it remembers. Ends when `signal` does.
   */
  revocations(signal: AbortSignal): AsyncIterable<Revoked | undefined>;
}

/** What every gateway of a cluster needs to be the same as the others. */
export interface Shared {
  /** 32 bytes that seal the state of logins under way; the first seals, all open. */
  readonly sealing: readonly Uint8Array[];
  readonly issuer: IssuerFacts;
}

/** The issuer that people log in with. */
export interface IssuerFacts {
  /** `iss` of its tokens. */
  readonly url: string;
  /** Where this machine reaches it, when that is not `url`: the built-in issuer, without its path `/dex`. */
  readonly inside: string | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  /** Claims that name the user and the groups. */
  readonly userClaim: string;
  readonly groupsClaim: string;
}

/** A row that outlives the process; `value` is JSON. */
export interface Row {
  readonly id: string;
  readonly value: string;
  /** Rows of the same owner can be removed together; empty: nobody's. */
  readonly owner: string;
  /** When it is no longer there, milliseconds since 1970; Infinity: never. */
  readonly expires: number;
}

/**
 * Where identity keeps what must outlive its process. Every call is done when it returns; a row that has expired is not
 * there. Secrets are never stored: their SHA-256 is the `id`.
 */
export interface Records {
  get(kind: RecordKind, id: string): Row | undefined;
  put(kind: RecordKind, row: Row): void;
  /** Removes a row and gives it: to one caller only. */
  take(kind: RecordKind, id: string): Row | undefined;
  list(kind: RecordKind, owner?: string): Row[];
  /** How many there are, or of an owner. */
  count(kind: RecordKind, owner?: string): number;
  removeOwned(kind: RecordKind, owner: string): Row[];
  /** Removes the one that expires first, or of those of an owner, and gives it; for kinds with a bound. */
  removeOldest(kind: RecordKind, owner?: string): Row | undefined;
  /** Who has most of a kind; undefined when nobody has any. */
  largestOwner(kind: RecordKind): string | undefined;
  /** Does several things as one: all of them are done when it returns, and none when `act` throws or the process ends before. */
  together<T>(act: () => T): T;
}

export const recordKinds = [
  'user',
  'session',
  'api-token',
  'request',
  'code',
  'spent-code',
  'refresh-token',
  'signing-key',
  'revoked-grant',
  'spent-mark',
  'secret',
] as const;
export type RecordKind = (typeof recordKinds)[number];

/** Somebody who can log in with a password. */
export interface Person {
  /** In lower case. */
  readonly email: string;
  /** What `sub` is made of. */
  readonly userId: string;
  readonly username: string;
  readonly groups: readonly string[];
  /** bcrypt. */
  readonly hash: string;
}

/** Those who can log in with a password, from a file of Dex or added by `davit user`. */
export interface People {
  find(email: string): Person | undefined;
}

/** Ends what an issuer gave at one login: its tokens, and the sessions that were opened with them. */
export interface Grants {
  /** `grant` is the `jti` of its ID tokens, `user` the e-mail address of whoever logged in. */
  revoke(grant: string, user: string): void;
}

/** Passwords are checked beside the event loop: a check takes a third of a second of a core. */
export interface Passwords {
  /** Takes as long when there is no hash, and is false. */
  check(password: string, hash: string | undefined): Promise<boolean>;
  hash(password: string): Promise<string>;
}

/** One line of the audit log: who did what, from where, and how it went; never a secret. */
export interface AuditEvent {
  readonly event:
    | 'login'
    | 'login-refused'
    | 'logout'
    | 'session-opened'
    | 'token-created'
    | 'token-revoked'
    | 'code-replayed'
    | 'user-changed'
    | 'access-refused';
  readonly user: string;
  readonly from?: string | undefined;
  readonly reason?: string | undefined;
}

export type Audit = (event: AuditEvent) => void;
