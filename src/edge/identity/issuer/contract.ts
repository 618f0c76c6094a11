import type { Audit, Grants, Passwords, People, Records } from '../index.ts';

/** A program that people log in to. */
export interface Client {
  readonly id: string;
  /** What people are told they log in to. */
  readonly name: string;
  /** Undefined for a public client, which keeps no secret. */
  readonly secret: string | undefined;
  /** Compared letter by letter; without any, a public client may have any path and port of this machine. */
  readonly redirectUris: readonly string[];
  readonly isPublic: boolean;
}

/** Milliseconds. */
export interface Lifetimes {
  /** From the first request to the right password. */
  readonly request: number;
  /** From the right password to the approval. */
  readonly approval: number;
  /** From the approval to the tokens. */
  readonly code: number;
  /** Of ID tokens and access tokens. */
  readonly idToken: number;
  /** How long a key signs. */
  readonly signingKey: number;
  /** How long a refresh token that is not used is good. */
  readonly refreshUnused: number;
  /** How long refreshing goes on after a login. */
  readonly refreshAbsolute: number;
  /** How long a refresh token may be used again after it was exchanged: for clients whose answer was lost. */
  readonly refreshReuse: number;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** As Dex has them, save for what people type: `req` lives half an hour, approval and code five minutes each. */
export const defaultLifetimes: Lifetimes = {
  request: 30 * minute,
  approval: 5 * minute,
  code: 5 * minute,
  idToken: day,
  signingKey: 6 * hour,
  refreshUnused: 90 * day,
  refreshAbsolute: 165 * day,
  refreshReuse: 0,
};

/** How many rows there may be of what anybody can make; the one that expires first makes way. */
export interface Bounds {
  /** Logins under way: where there are too many, one of whoever has most makes way. */
  readonly requests: number;
  /** And of one client, by its address: its own make way, and nobody else's. */
  readonly requestsOfOne: number;
  readonly codes: number;
  readonly spentCodes: number;
  readonly refreshTokens: number;
}

export const defaultBounds: Bounds = {
  requests: 10_000,
  requestsOfOne: 500,
  codes: 10_000,
  spentCodes: 100_000,
  refreshTokens: 100_000,
};

export interface IssuerOptions {
  /** `iss` of its tokens; its path is where the issuer is mounted. */
  readonly url: string;
  readonly clients: readonly Client[];
  readonly people: People;
  readonly passwords: Passwords;
  readonly records: Records;
  readonly grants: Grants;
  readonly audit: Audit;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly lifetimes?: Partial<Lifetimes>;
  readonly bounds?: Partial<Bounds>;
  /** Whether people are sent on without being asked whether the client may know who they are; as Kubeflow has it. */
  readonly skipApproval?: boolean;
  /** Whether every client must show a code verifier; public ones always must. */
  readonly enforcePkce?: boolean;
  /** Whether a login can be finished without cookies by what is no browser, as by typing curl; so unless it is turned off. */
  readonly withoutCookies?: boolean;
  /** Whether what a peer says in X-Forwarded-For is believed; loopback addresses by default. */
  readonly isProxy?: (address: string) => boolean;
  /**
   * Told, once a minute at most, that logins of one network make way for further ones of it.
   * @param network an address, the /64 of one of IPv6, or `loopback`
   * @param most how many it may have under way
   */
  readonly onCrowded?: (network: string, most: number) => void;
}
