import { keepBody } from '../../../base/net/index.ts';
import type { LoadedPlan, ModelNotice } from '../../repository/index.ts';
import type { Compute, Question } from '../contract.ts';
import { schedulerErrors } from '../errors.ts';
import type { MostCosts } from '../expected.ts';
import type { FromThread, Introduction, ServerData } from '../messages.ts';
import { allowanceOf, loading } from './allowance.ts';
import type { SharedPool } from './pool.ts';
import type { Owner } from './task.ts';

export interface PlaceOptions extends ServerData {
  readonly name: string;
  /** Learns that a thread was lost by the work of this server. */
  readonly onFault: Owner['onFault'];
}

/** Of a model that has not been made ready. */
const unknown: MostCosts = { row: 0, character: 0 };

/** The place of one server among those that share threads. */
export class Place implements Compute {
  readonly #pool: SharedPool;
  readonly #server: ServerData;
  readonly #owner: Owner;
  /** What requests may cost, by generation. */
  readonly #costs = new Map<number, MostCosts>();

  constructor(pool: SharedPool, { name, onFault, options, limits }: PlaceOptions) {
    this.#pool = pool;
    this.#server = { options, limits };
    this.#owner = { name, running: 0, waiting: 0, waitingBytes: 0, closed: false, onFault };
  }

  get waiting(): number {
    return this.#owner.waiting;
  }

  get threads(): number {
    return this.#pool.threads;
  }

  answer({ exchange, notice, body, client }: Question): Promise<string | Uint8Array> {
    if (client.aborted)
      throw schedulerErrors.make['client-gone']('the client went away before its turn came');
    const { generation } = notice;
    const id = this.#pool.nextId();
    const kept = keepBody(body);
    const allowed = allowanceOf(kept.byteLength, this.#costs.get(generation) ?? unknown);
    const message = (knows: ReadonlySet<number>) => ({
      kind: 'answer' as const,
      id,
      exchange,
      generation,
      introduced: knows.has(generation) ? undefined : this.#introduce(notice),
      body: kept,
      tellsCost: !allowed.quick,
    });
    const task = { owner: this.#owner, id, allowed, generation, body: kept, message };
    const answer = this.#pool.run(task, outcome => expected(outcome, 'answered').body);
    client.onAbort(() => this.#pool.giveUp(id));
    return answer;
  }

  load(path: string): Promise<LoadedPlan> {
    const message = () => ({ kind: 'load' as const, path });
    return this.#pool.run(this.#task(message, undefined), outcome => expected(outcome, 'loaded').plan);
  }

  /** Makes a model ready on a thread and tries it there. @throws probe-failed, and what compiling throws */
  async prepare(notice: ModelNotice): Promise<void> {
    const { generation } = notice;
    const message = () => ({ kind: 'prepare' as const, introduced: this.#introduce(notice) });
    const task = this.#task(message, generation);
    const costs = await this.#pool.run(task, outcome => expected(outcome, 'prepared').costs);
    this.#costs.set(generation, costs);
  }

  forget(generation: number): void {
    this.#costs.delete(generation);
    this.#pool.forget(generation);
  }

  close(): Promise<void> {
    this.#pool.close(this.#owner);
    for (const generation of this.#costs.keys()) this.forget(generation);
    return Promise.resolve();
  }

  #introduce(notice: ModelNotice): Introduction {
    return { notice, ...this.#server };
  }

  #task<Message>(message: () => Message, generation: number | undefined) {
    const id = this.#pool.nextId();
    return { owner: this.#owner, id, allowed: loading, generation, body: undefined, message };
  }
}

function expected<Kind extends FromThread['kind']>(
  outcome: FromThread,
  kind: Kind,
): Extract<FromThread, { kind: Kind }> {
  if (outcome.kind !== kind) throw new Error(`a compute thread answered ${outcome.kind}`);
  return outcome as Extract<FromThread, { kind: Kind }>;
}
