/**
 * What a login has to withstand, line by line: a rule, the attacks on others that it comes from, the test that shows it, and the line of
 * the source without which that test fails. `test/security/guards.ts` takes each of these lines away and looks whether the test fails.
 */
export interface GuardRow {
  readonly rule: string;
  /** Advisories about other programs, where the rule was learned from one. */
  readonly learned?: string;
  /** A file of tests, and how the name of the test begins. */
  readonly test: readonly [file: string, name: string];
  /**
   * Text of a file that keeps the rule, and what stands in its place without it. A rule that a library or a parser keeps, or that holds
   * because nothing is there that would break it, has none, and says so.
   */
  readonly guard: readonly [file: string, text: string, instead: string] | string;
}

export interface GuardSection {
  readonly title: string;
  readonly rows: readonly GuardRow[];
}

/** Advisories about Dex and oauth2-proxy: from each of them some rule was learned. */
export const advisories = [
  'CVE-2022-39222',
  'CVE-2025-64484',
  'GHSA-vjrc-mh2v-45x6',
  'GHSA-7rh7-c77v-6434',
  'GHSA-pxq7-h93f-9jrg',
  'GHSA-7x63-xv5r-3p2x',
  'GHSA-5hvv-m4w4-gf6v',
  'GHSA-c5c4-8r6x-56w3',
  'GHSA-f24x-5g9q-753f',
  'GHSA-4mf2-f3wh-gvf2',
  'GHSA-5m6c-jp6f-2vcv',
  'GHSA-j7px-6hwj-hpjg',
  'GHSA-qqxw-m5fj-f7gv',
] as const;

export const files = {
  attacks: 'test/edge/login/attacks.test.ts',
  pages: 'test/edge/login/pages.test.ts',
  smuggling: 'test/edge/login/smuggling.test.ts',
  rotation: 'test/edge/login/rotation.slow.test.ts',
  logins: 'test/logins/logins.test.ts',
  issuer: 'test/identity/issuerguards.test.ts',
  fuzzTokens: 'test/fuzz/tokens.slow.test.ts',
  queue: 'test/queue/guard.test.ts',
  escalation: 'test/apiserver/escalation.test.ts',
  identities: 'test/apiserver/identities.test.ts',
} as const;

export const gateway = 'src/edge/gateway/login';
export const issuer = 'src/edge/identity/issuer';
export const keeper = 'src/edge/identity/keeper';
export const party = 'src/edge/identity/party';
export const access = 'src/base/access';
export const admission = 'src/cluster/admission';
