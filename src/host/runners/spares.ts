import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { Detached } from '../../base/detached/index.ts';

/** What a spare becomes: one JSON line on its standard input. */
export interface Assignment {
  /** Words after `davit`. */
  readonly words: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface SparesOptions {
  /** Where spares wait; whatever lies there is of nobody. */
  readonly folder: string;
  /** How `davit` is started. */
  readonly program: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly onError: (error: unknown) => void;
}

interface Spare {
  readonly process: Detached;
  readonly input: Writable;
}

/** Milliseconds after one was taken until the next is started, so that it does not slow down what was just started. */
const rest = 750;

/** The processes of one pod: what brings its model, and its server. */
const kept = 2;

/**
 * Keeps processes of Davit that have started and loaded what a model server needs, and become whatever they are told to. They end when
 * whoever started them is gone before that.
 */
export class Spares {
  readonly #options: SparesOptions;
  readonly #ready: Promise<Spare | undefined>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #count = 0;
  #stopped = false;

  constructor(options: SparesOptions) {
    this.#options = options;
    rmSync(options.folder, { recursive: true, force: true });
  }

  /** Starts as many as are missing. */
  fill(): void {
    while (!this.#stopped && this.#ready.length < kept) {
      const spare = this.#start().catch(error => {
        this.#options.onError(error);
        return undefined;
      });
      this.#ready.push(spare);
    }
  }

  /**
   * Makes a spare a container's process, whose record is then `record`, a folder that is not there yet; undefined when there is none.
   * @param prepare called before it begins
   */
  async take(
    record: string,
    assignment: Assignment,
    prepare: (process: Detached) => void = () => {},
  ): Promise<Detached | undefined> {
    const spare = this.#ready.shift();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.fill(), rest).unref();
    const taken = await spare;
    if (taken === undefined || taken.process.end !== undefined) return undefined;
    renameSync(taken.process.record, record);
    taken.process.record = record;
    prepare(taken.process);
    taken.input.end(`${JSON.stringify(assignment)}\n`);
    return taken.process;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const left = (await Promise.all(this.#ready)).filter(spare => spare !== undefined);
    for (const { input } of left) input.end();
    await Promise.all(left.map(({ process }) => process.ended));
  }

  async #start(): Promise<Spare | undefined> {
    const { folder, program, environment } = this.#options;
    const record = join(folder, String(this.#count++));
    mkdirSync(record, { recursive: true, mode: 0o700 });
    const argv = [...program, 'spare'];
    const { process, input } = await Detached.start({
      record,
      argv,
      folder: '/',
      environment,
      input: 'pipe',
    });
    return input === undefined ? undefined : { process, input };
  }
}
