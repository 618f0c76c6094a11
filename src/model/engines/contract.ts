import type { NamedTensor } from '../../tensor/index.ts';
import type { Plan } from '../plan/index.ts';

/** How a model is fed: batches of rows may be merged, each call stands alone, or the engine queues by itself. */
export type Feed = 'rows' | 'single' | 'self-scheduled';

/** A plan made ready to compute on one thread. */
export interface Executable {
  readonly feed: Feed;
  /**
   * Expected nanoseconds for a call, from the plan's sizes, the rows and how long their texts are; the scheduler keeps what
   * takes long off the event loop. It looks at no more of the inputs, which may be wrong.
   * @throws coded errors for an output that there is not
   */
  cost(inputs: readonly NamedTensor[], outputs: readonly string[]): number;
  /**
   * Computes the outputs named, in that order. The answer's arrays belong to the caller; the inputs are not kept.
   * @param checkpoint called now and then in between, at least every few milliseconds where the work can be divided; what
   * it throws ends the run, which is how work that nobody waits for is given up
   * @throws coded errors of the caller's fault that name the input, what was found and what was expected.
   */
  run(
    inputs: readonly NamedTensor[],
    outputs: readonly string[],
    checkpoint?: () => void,
  ): readonly NamedTensor[] | Promise<readonly NamedTensor[]>;
}

/** Compiles plans it accepts. */
export interface Engine {
  accepts(plan: Plan): boolean;
  /** Bytes that one loaded copy needs: the plan's arrays and what `compile` adds per thread. */
  estimate(plan: Plan): number;
  /** Loads the code that the plan's operators need, and makes it ready for this thread. */
  compile(plan: Plan): Promise<Executable>;
}
