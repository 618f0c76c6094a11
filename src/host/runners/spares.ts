import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { Detached } from '../../base/process/index.ts';

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

/**
 * Keeps one process of Davit that has started and loaded what a model server needs, and becomes whatever it is told to. It ends when
 * whoever started it is gone before that.
 */
export class Spares {
  readonly #options: SparesOptions;
  #spare: Promise<Spare | undefined> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;
  #stopped = false;

  constructor(options: SparesOptions) {
    this.#options = options;
    rmSync(options.folder, { recursive: true, force: true });
  }

  /** Starts one unless there is one. */
  fill(): void {
    if (this.#stopped || this.#spare !== undefined) return;
    this.#spare = this.#start().catch(error => {
      this.#options.onError(error);
      return undefined;
    });
  }

  /** Makes the spare a container's process, whose record is then `record`, a folder that is not there yet; undefined when there is none. */
  async take(record: string, assignment: Assignment): Promise<Detached | undefined> {
    const spare = this.#spare;
    this.#spare = undefined;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.fill();
    }, rest).unref();
    const taken = await spare;
    if (taken === undefined || taken.process.end !== undefined) return undefined;
    renameSync(taken.process.record, record);
    taken.process.record = record;
    taken.input.end(`${JSON.stringify(assignment)}\n`);
    return taken.process;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const spare = await this.#spare;
    spare?.input.end();
    await spare?.process.ended;
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
