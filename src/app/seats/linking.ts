import type { SeatRequest } from '../../host/runners/index.ts';
import { fetchPairs, pairsOf } from '../storage/fetching.ts';
import { Unfit } from './fitting.ts';
import { Recorder } from './recorder.ts';
import type { Sitting, Told } from './sitting.ts';

const killed = 137;
/** Sources that are on this machine: they are linked, which is over at once. */
const local = /^(file:\/\/|\/)/;

/** A storage initializer whose models are on this machine, without a process of its own. */
export class Linking implements Sitting {
  readonly request: SeatRequest;
  readonly ready = false;
  readonly #told: Told;
  readonly #stopped = new AbortController();
  #linked: Promise<unknown> = Promise.resolve();

  constructor(request: SeatRequest, told: Told) {
    this.request = request;
    this.#told = told;
  }

  async start(): Promise<void> {
    const { words, record, environment } = this.request;
    const pairs = pairsOf(words.slice(1));
    if (!pairs.every(({ source }) => local.test(source))) throw new Unfit('its models have to be fetched');
    const recorder = new Recorder(record);
    const tell = (text: string): void => recorder.write(`${text}\n`);
    const linked = fetchPairs(pairs, environment, tell, this.#stopped.signal);
    this.#linked = linked;
    const status = await linked;
    const last = this.#stopped.signal.aborted ? killed : status;
    recorder.end(last);
    this.#told.onEnded(last);
  }

  async leave(): Promise<void> {
    this.#stopped.abort();
    await this.#linked;
  }

  drop(): Promise<void> {
    return this.leave();
  }
}
