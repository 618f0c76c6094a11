import {
  compute,
  type Client,
  type DataPlane,
  type Exchange,
  type ExchangeLimits,
} from '../dataplane/index.ts';
import type { Directory, ModelNotice, ReadyModel } from '../repository/index.ts';
import type { Compute } from './contract.ts';

/** Bodies above this are decoded on a compute thread: the event loop would be away for longer than a health check may wait. */
export const inlineBytes = 64 * 1024;
/** Expected nanoseconds of computing that the event loop does by itself. */
export const inlineNanoseconds = 1_000_000;

/** Decides where a request is answered: at once on this thread, where that has the model, or whole on a compute thread. */
export class Scheduler implements DataPlane {
  readonly #directory: Directory;
  readonly #threads: Compute;
  readonly #limits: ExchangeLimits;

  constructor(directory: Directory, threads: Compute, limits: ExchangeLimits) {
    this.#directory = directory;
    this.#threads = threads;
    this.#limits = limits;
  }

  answer(
    exchange: Exchange,
    model: ReadyModel,
    body: Uint8Array,
    client: Client,
  ): string | Uint8Array | Promise<string | Uint8Array> {
    const { executable } = model;
    if (executable === undefined || body.byteLength > inlineBytes)
      return this.#offload(exchange, model, body, client);
    const call = exchange.read(body, model, this.#limits);
    if (executable.cost(call.inputs, call.outputs) > inlineNanoseconds)
      return this.#offload(exchange, model, body, client);
    const answer = compute({ executable }, call);
    return answer instanceof Promise ? answer.finally(this.#directory.begin(model)) : answer;
  }

  #offload(
    exchange: Exchange,
    model: ReadyModel,
    body: Uint8Array,
    client: Client,
  ): Promise<string | Uint8Array> {
    const answer = this.#threads.answer({ exchange: exchange.name, notice: noticeOf(model), body, client });
    return answer.finally(this.#directory.begin(model));
  }
}

function noticeOf({ name, version, generation, plan }: ReadyModel): ModelNotice {
  return { name, version, generation, plan, state: 'READY', reason: '', unloaded: false };
}
