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

export const files = {
  attacks: 'test/edge/login/attacks.test.ts',
  pages: 'test/edge/login/pages.test.ts',
  smuggling: 'test/edge/login/smuggling.test.ts',
  rotation: 'test/edge/login/rotation.slow.test.ts',
  logins: 'test/logins/logins.test.ts',
  issuer: 'test/identity/issuerguards.test.ts',
  fuzzTokens: 'test/fuzz/tokens.test.ts',
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
