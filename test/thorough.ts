/**
 * Whether a run takes all the time it needs: `node scripts/test.ts --thorough [PATTERN…]`, which is a step of `.ci/run`. Without it what is
 * long takes a sample, so that `npm test` stays something to wait for.
 */
export const thorough = process.argv.includes('--thorough');

/** For tests that a run without `--thorough` leaves out. */
export const skip = thorough ? false : 'takes long: part of a --thorough run';

/** All of a list where there is time; else the first, the last, and one between them that another `turn` has another of. */
export function sampleOf<One>(all: readonly One[], turn: number): readonly One[] {
  if (thorough || all.length < 4) return all;
  return all.filter((_, at) => at === 0 || at === all.length - 1 || at === 1 + (turn % (all.length - 2)));
}
