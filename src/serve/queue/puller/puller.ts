import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, messageOf } from '../../../base/errors/index.ts';
import type { Log } from '../../../base/log/index.ts';
import { type List, readList, stampOf } from './list.ts';
import { Pulled, type PullState } from './pulled.ts';
import type { ModelServer } from './server.ts';
import { within } from './within.ts';

export interface PullerOptions {
  /** Folder with `models.json`. */
  readonly configFolder: string;
  /** Folder that the server has, too: each model lies in one of its name below it. */
  readonly modelFolder: string;
  /** Brings what a URI names into a folder, which need not be there. */
  readonly fetch: (uri: string, folder: string, signal: AbortSignal) => Promise<void>;
  readonly server: ModelServer;
  readonly log: Log;
  /** Milliseconds after which a fetch is given up, and tried again later; an hour unless said. */
  readonly fetchTime?: number;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** Of a model: what it is to be, how far it is, and why not further. */
export interface PulledModel {
  readonly name: string;
  readonly uri: string;
  readonly state: PullState;
  readonly reason?: string;
}

/** Models that are brought at the same time. */
const atOnce = 4;
/** Milliseconds after which the server is asked about another one of its models. */
const askedEvery = 1000;
/** Milliseconds in which a fetch has to end: a start waits for it no longer. */
const usualTime = 3_600_000;

/**
 * Gives a server the models of a list that changes, as KServe's agent does with `--enable-puller`. Three things are otherwise: a model that
 * changes goes on being served as it was until the new one is there, what fails is tried again, and a server that has been started anew
 * is given its models again.
 */
export class Puller {
  readonly #options: PullerOptions;
  readonly #models = new Map<string, Pulled>();
  #stamp: string | undefined;
  #working = 0;
  #closed = false;
  #looking: Promise<void> | undefined;
  #looked = false;
  #ready = false;
  readonly #asking = new AbortController();
  #asked: Promise<void> | undefined;
  #askAgain = 0;
  /** The model that was asked about last. */
  #last = '';

  constructor(options: PullerOptions) {
    this.#options = options;
  }

  /** Looks whether the list has changed, and whether something is to be tried again; to be called several times a second. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  /** Whether everything that was wanted at first has been tried: whoever is new takes no requests before. */
  get ready(): boolean {
    this.#ready ||= this.#looked && this.models().every(({ state }) => state !== 'Loading');
    return this.#ready;
  }

  /** The models of the list. */
  models(): readonly PulledModel[] {
    return [...this.#models.values()].flatMap(({ name, wanted, state, failure }) =>
      wanted === undefined
        ? []
        : [{ name, uri: wanted, state, ...(failure !== undefined && { reason: failure }) }],
    );
  }

  /** Gives up what is being brought. */
  close(): void {
    this.#closed = true;
    this.#asking.abort(new Error('the pod ends'));
    for (const { work } of this.#models.values()) work?.abort(new Error('the pod ends'));
  }

  async #look(): Promise<void> {
    const { configFolder, log } = this.#options;
    const stamp = await stampOf(configFolder);
    if (stamp !== undefined && stamp !== this.#stamp) {
      try {
        this.#take(await readList(configFolder));
        this.#stamp = stamp;
      } catch (error) {
        // What could not be read is read again; what says nothing is not, until it is another.
        if (error instanceof CodedError) this.#stamp = stamp;
        log.error('the list of models has no effect', { reason: messageOf(error) });
      }
    }
    this.#looked = true;
    this.#begin();
    this.#ask();
  }

  /** Asks from time to time whether the server still has what it was given: about one in turn, and about all once it has one no more. */
  #ask(): void {
    const { now } = this.#options;
    if (this.#closed || this.#asked !== undefined || now() < this.#askAgain) return;
    this.#askAgain = now() + askedEvery;
    const given = [...this.#models.values()].filter(isGiven).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const next = given.find(({ name }) => name > this.#last) ?? given[0];
    if (next === undefined) return;
    this.#last = next.name;
    this.#asked = this.#askAll(next, given).finally(() => (this.#asked = undefined));
  }

  async #askAll(first: Pulled, given: readonly Pulled[]): Promise<void> {
    if (await this.#isThere(first)) return;
    for (const model of given) if (model !== first) await this.#isThere(model);
    this.#begin();
  }

  /** Whether nothing is known of a model that would have it be loaded again. */
  async #isThere(model: Pulled): Promise<boolean> {
    const { server, log } = this.#options;
    const { name, has } = model;
    const found = await server.has(name, this.#asking.signal);
    // It may have changed meanwhile.
    if (!isGiven(model) || model.has !== has) return true;
    if (found === true) model.seen = true;
    if (found !== false || !model.seen) return true;
    model.lost();
    log.warning('the server has a model no more, which is loaded again', { model: name });
    return false;
  }

  #take(list: List): void {
    for (const [name, model] of this.#models) {
      if (!list.has(name)) model.want(undefined);
      if (model.isGone) this.#models.delete(name);
    }
    for (const [name, uri] of list) {
      const model = this.#models.get(name) ?? new Pulled(name);
      this.#models.set(name, model);
      model.want(uri);
    }
  }

  /** Begins with what is due, as far as there are hands for it. */
  #begin(): void {
    const { log, now } = this.#options;
    for (const model of this.#models.values()) {
      if (this.#closed || this.#working >= atOnce) return;
      if (!model.isDue(now())) continue;
      this.#working++;
      void this.#work(model).catch((error: unknown) =>
        log.error('a model was not looked after', { model: model.name, reason: messageOf(error) }),
      );
    }
  }

  async #work(model: Pulled): Promise<void> {
    const { log, now, server } = this.#options;
    const { name, wanted } = model;
    const work = model.begin();
    try {
      if (wanted === undefined) await this.#remove(name, work.signal);
      else await this.#bring(name, wanted, work.signal);
      // Before it is told to be loaded: whoever hears that may end the server, and the model is to be given to the next one.
      const seen = wanted !== undefined && (await server.has(name, work.signal)) === true;
      model.done(wanted);
      model.seen = seen;
      log.info(wanted === undefined ? 'model removed' : 'model brought', { model: name });
    } catch (error) {
      // What was given up may be wanted again by now: that it was given up is no failure of it.
      if (!work.signal.aborted && !this.#closed) {
        model.failed(messageOf(error), now());
        log.error('a model cannot be brought', { model: name, reason: messageOf(error) });
      }
    } finally {
      model.work = undefined;
      this.#working--;
    }
    if (model.isGone) this.#models.delete(name);
    this.#begin();
  }

  /** What is not whole yet lies beside, under a name that no model has. */
  async #bring(name: string, uri: string, signal: AbortSignal): Promise<void> {
    const { modelFolder, fetch, fetchTime = usualTime, server } = this.#options;
    const fresh = join(modelFolder, `.new-${name}`);
    const place = join(modelFolder, name);
    await rm(fresh, { recursive: true, force: true });
    await mkdir(modelFolder, { recursive: true });
    const limits = { time: fetchTime, signal, what: `to fetch ${uri}` };
    await within(limits, limited => fetch(uri, fresh, limited));
    signal.throwIfAborted();
    await rm(place, { recursive: true, force: true });
    await rename(fresh, place);
    await server.load(name, signal);
  }

  async #remove(name: string, signal: AbortSignal): Promise<void> {
    const { modelFolder, server } = this.#options;
    await server.unload(name, signal);
    for (const folder of [name, `.new-${name}`]) {
      await rm(join(modelFolder, folder), { recursive: true, force: true });
    }
  }
}

/** Whether the server has been given all that is wanted of a model, and nothing is done about it. */
function isGiven({ wanted, has, work }: Pulled): boolean {
  return has !== undefined && has === wanted && work === undefined;
}
