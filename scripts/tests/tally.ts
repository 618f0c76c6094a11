/** What is in the environment of a process that runs test files: which. */
export const filesVariable = 'DAVIT_TEST_FILES';

/** What a process that runs test files tells: that one goes on, how a test of it has ended, in milliseconds; and that all have ended. */
export type Told =
  | { readonly is: 'running'; readonly file: string | undefined }
  | { readonly is: 'passed' | 'failed'; readonly file: string | undefined; readonly ms: number }
  | { readonly is: 'ended' };

export interface Tally {
  passed: number;
  failed: number;
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, one) => total + one.passed, 0),
    failed: tallies.reduce((total, one) => total + one.failed, 0),
  };
}
