import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import { repositoryErrors } from './errors.ts';
import type { LoadedPlan } from './load.ts';
import type { ModelNotice } from './model.ts';

/** @throws model-memory-exceeded */
export type Admit = (fileBytes: number) => void;

/** What the repository needs of the world. */
export interface RepositoryPorts {
  /**
   * Reads a path into a plan, on whichever thread is right for its size. `admit` is asked before anything is read of the file, with its
   * bytes, and throws where there is no room for them.
   */
  readonly load: (path: string, admit: Admit) => Promise<LoadedPlan>;
  /** Tells every serving thread; resolves once all have applied it. A READY notice is refused when a probe fails. */
  readonly publish: (notice: ModelNotice) => Promise<void>;
  readonly log: Log;
  readonly now: () => number;
  /** Numbers for generations, for servers that share threads; its own without it. */
  readonly nextGeneration?: () => number;
  /** Folder with a file or folder for each model that a client may have loaded by its name; without it, only those declared are. */
  readonly folder?: string | undefined;
}

interface Entry {
  readonly name: string;
  readonly path: string;
  /** Whether nobody declared it: it was found in the folder. */
  readonly optional: boolean;
  notice: ModelNotice;
  /** Bytes counted against the budget. */
  held: number;
  /** Operations on one model happen one after another. */
  turn: Promise<void>;
}

const version = '1';
/** A name that is one part of a path, and no hidden one. */
const isPart = /^[\w-][\w.-]*$/;

/** The models of this server: their states, and the one memory budget they share. Lives on the main thread. */
export class Repository {
  readonly #entries = new Map<string, Entry>();
  readonly #ports: RepositoryPorts;
  readonly #budget: number;
  readonly #nextGeneration: () => number;

  /** @param budget bytes that all loaded models may take together */
  constructor(budget: number, ports: RepositoryPorts) {
    this.#budget = budget;
    this.#ports = ports;
    let generation = 0;
    this.#nextGeneration = ports.nextGeneration ?? (() => ++generation);
  }

  /** Declares a model without loading it. */
  async add(name: string, path: string): Promise<void> {
    const { notice } = this.#enter(name, path, false);
    await this.#ports.publish(notice);
  }

  #enter(name: string, path: string, optional: boolean): Entry {
    const notice = this.#notice(name, 'LOADING', 'it is waiting to be loaded');
    const entry = { name, path, optional, notice, held: 0, turn: Promise.resolve() };
    this.#entries.set(name, entry);
    return entry;
  }

  index(): readonly ModelNotice[] {
    return [...this.#entries.values()].map(entry => entry.notice);
  }

  /** Bytes counted for each loaded model. */
  memory(): ReadonlyMap<string, number> {
    return new Map([...this.#entries.values()].map(entry => [entry.name, entry.held]));
  }

  /**
   * Loads a model, or loads it anew while the present one goes on serving; one that nobody declared is looked for in the folder.
   * @throws model-unknown, model-memory-exceeded, and what reading the file throws; the state tells the reason too
   */
  async load(name: string): Promise<void> {
    const { folder } = this.#ports;
    if (!this.#entries.has(name) && folder !== undefined && isPart.test(name)) {
      const path = join(folder, name);
      if (existsSync(path)) this.#enter(name, path, true);
    }
    await this.#inTurn(name, entry => this.#load(entry));
  }

  /** Takes a model out of service; what runs is answered first. Unloading twice is no error, save of one that nobody declared. */
  async unload(name: string): Promise<void> {
    await this.#inTurn(name, async entry => {
      await this.#publish(entry, this.#notice(name, 'UNLOADING', 'it is being unloaded', true));
      await this.#publish(entry, this.#notice(name, 'UNAVAILABLE', 'unloaded', true));
      entry.held = 0;
      if (entry.optional) await this.#forget(entry);
      this.#ports.log.info('model unloaded', { model: name });
    });
  }

  async #forget(entry: Entry): Promise<void> {
    this.#entries.delete(entry.name);
    await this.#publish(entry, {
      ...this.#notice(entry.name, 'UNAVAILABLE', 'unloaded', true),
      forgotten: true,
    });
  }

  async #inTurn(name: string, work: (entry: Entry) => Promise<void>): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry === undefined)
      throw repositoryErrors.make['model-unknown'](`Request for unknown model: '${name}' is not found`);
    const mine = entry.turn.then(() => work(entry));
    entry.turn = mine.catch(() => {});
    await mine;
  }

  async #load(entry: Entry): Promise<void> {
    const { name, path } = entry;
    const started = this.#ports.now();
    const heldBefore = entry.held;
    // One whose unloading came first was forgotten by it.
    this.#entries.set(name, entry);
    if (entry.notice.state !== 'READY')
      await this.#publish(entry, this.#notice(name, 'LOADING', 'it is being loaded'));
    try {
      const { plan, bytes } = await this.#ports.load(path, fileBytes =>
        this.#reserve(entry, Math.max(heldBefore, fileBytes), `needs ${fileBytes} bytes to read its file`),
      );
      this.#reserve(entry, bytes, `needs ${bytes} bytes`);
      await this.#publish(entry, { ...this.#notice(name, 'READY', ''), plan });
      this.#ports.log.info('model ready', {
        model: name,
        class: plan.description.class,
        library: `${plan.source.library} ${plan.source.libraryVersion ?? '(version unknown)'}`,
        bytes,
        ms: Math.round(this.#ports.now() - started),
      });
      for (const note of plan.source.notes) this.#ports.log.warning(note, { model: name });
    } catch (error) {
      entry.held = heldBefore;
      await this.#refuse(entry, error);
      throw error;
    }
  }

  /** What was served before a failed reload goes on being served. */
  async #refuse(entry: Entry, error: unknown): Promise<void> {
    const code = error instanceof CodedError ? error.code : 'internal';
    this.#ports.log.error('model cannot be served', {
      model: entry.name,
      path: entry.path,
      code,
      reason: messageOf(error),
    });
    if (entry.notice.state !== 'READY')
      await this.#publish(entry, { ...this.#notice(entry.name, 'UNAVAILABLE', messageOf(error)), code });
  }

  #reserve(entry: Entry, bytes: number, why: string): void {
    const others = [...this.#entries.values()].reduce((sum, one) => sum + (one === entry ? 0 : one.held), 0);
    if (others + bytes > this.#budget) {
      throw repositoryErrors.make['model-memory-exceeded'](
        `model '${entry.name}' ${why}; of the ${this.#budget} that models may take, ${others} are taken`,
      );
    }
    // Before anything is awaited: loads of other models ask meanwhile.
    entry.held = bytes;
  }

  #notice(name: string, state: ModelNotice['state'], reason: string, unloaded = false): ModelNotice {
    return { name, version, state, reason, unloaded, generation: this.#nextGeneration() };
  }

  async #publish(entry: Entry, notice: ModelNotice): Promise<void> {
    const told = entry.optional ? { ...notice, optional: true } : notice;
    await this.#ports.publish(told);
    entry.notice = told;
  }
}
