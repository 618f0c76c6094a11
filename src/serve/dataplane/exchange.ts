import type { NamedTensor } from '../../tensor/index.ts';
import type { ComputingModel, ReadyModel } from '../repository/index.ts';

export interface ExchangeLimits {
  /** Most rows (first dimension) of a request. */
  readonly maxRows: number;
}

/** A request that was understood: what to compute, and how to say the result. */
export interface Call {
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly string[];
  /** The answer's body; a string is ASCII. */
  write(results: readonly NamedTensor[]): string | Uint8Array;
}

/**
 * How a protocol asks a model and hears its answer: bytes in, bytes out, with nothing of the connection, so that the same
 * code runs on the event loop and on a compute thread.
 */
export interface Exchange {
  readonly name: string;
  /** @throws coded errors of the caller's fault that name the field, what was found and what was expected. */
  read(body: Uint8Array, model: ReadyModel, limits: ExchangeLimits): Call;
}

/** Computes a call; a value when the engine answers at once. What `checkpoint` throws gives it up. */
export function compute(
  model: Pick<ComputingModel, 'executable'>,
  call: Call,
  checkpoint?: () => void,
): string | Uint8Array | Promise<string | Uint8Array> {
  const results = model.executable.run(call.inputs, call.outputs, checkpoint);
  return results instanceof Promise ? results.then(done => call.write(done)) : call.write(results);
}
