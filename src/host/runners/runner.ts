import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Detached } from '../../base/detached/index.ts';
import { Attempt, type AttemptNote } from './attempt.ts';
import { runnerErrors } from './errors.ts';
import { notExecutable } from './executable.ts';
import { MemoryWatch } from './memory.ts';
import { Spares } from './spares.ts';
import { atTerminal } from './terminal.ts';

export interface RunnerOptions {
  /** Where spares wait. */
  readonly folder: string;
  /** How `davit` is started: an interpreter and a file. */
  readonly program: readonly string[];
  /** What every process has in its environment unless its container says otherwise: PATH, HOME. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a process of Davit waits ready for the next model server. */
  readonly warm: boolean;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** A container that is to be started. */
export interface RunRequest extends Omit<AttemptNote, 'id' | 'startedAt' | 'environment'> {
  /** Folder for its record, which is not there yet. */
  readonly record: string;
  /** Words after `davit`, or the command of a process of this machine. */
  readonly start: { readonly davit: readonly string[] } | { readonly host: readonly string[] };
  /** Of the container alone. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Turns containers into processes of this machine. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #spares: Spares;
  readonly #memory = new MemoryWatch();

  constructor(options: RunnerOptions) {
    this.#options = options;
    const { folder, program, environment, onError } = options;
    this.#spares = new Spares({ folder, program, environment, onError });
    if (options.warm) this.#spares.fill();
  }

  /** @throws `container-not-startable` */
  async start({ record, start, ...rest }: RunRequest): Promise<Attempt> {
    const environment = { ...this.#options.environment, ...rest.environment };
    const { now } = this.#options;
    // What a start that was cut off has left.
    rmSync(record, { recursive: true, force: true });
    mkdirSync(dirname(record), { recursive: true, mode: 0o700 });
    const id = randomBytes(32).toString('hex');
    const process = await ('davit' in start
      ? this.#davit(record, start.davit, rest.folder, environment)
      : this.#host(record, start.host, { ...rest, environment }));
    const note: AttemptNote = { ...rest, environment, id, startedAt: now() };
    writeFileSync(join(record, 'termination'), '', { flag: 'a', mode: 0o600 });
    writeFileSync(join(record, 'run.json'), JSON.stringify(note), { mode: 0o600 });
    const attempt = new Attempt(note, process, now);
    this.#memory.add(attempt);
    return attempt;
  }

  /** Takes up what another process started; undefined when nothing can be known of it. */
  adopt(record: string): Attempt | undefined {
    const attempt = Attempt.adopt(record, this.#options.now);
    if (attempt !== undefined) this.#memory.add(attempt);
    return attempt;
  }

  /** Processes go on; the spare does not. */
  async stop(): Promise<void> {
    this.#memory.stop();
    await this.#spares.stop();
  }

  async #davit(
    record: string,
    words: readonly string[],
    folder: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<Detached> {
    if (this.#options.warm) {
      const taken = await this.#spares.take(record, { words, folder, environment });
      if (taken !== undefined) return taken;
    }
    const argv = [...this.#options.program, ...words];
    return this.#begin({ record, argv, folder, environment, input: 'none' });
  }

  async #host(
    record: string,
    argv: readonly string[],
    {
      folder,
      environment,
      input,
      terminal = false,
    }: Pick<AttemptNote, 'folder' | 'environment' | 'input' | 'terminal'>,
  ): Promise<Detached> {
    const why = notExecutable(argv[0] ?? '', folder, environment['PATH'] ?? '');
    if (why !== undefined) throw runnerErrors.make['container-not-startable'](why);
    const kept = input ? 'fifo' : 'none';
    if (!terminal) return this.#begin({ record, argv, folder, environment, input: kept });
    const [program = '', ...rest] = atTerminal(argv);
    const missing = notExecutable(program, folder, environment['PATH'] ?? '');
    if (missing !== undefined) throw runnerErrors.make['container-not-startable'](`a terminal: ${missing}`);
    const named = { TERM: 'xterm', ...environment };
    return this.#begin({ record, argv: [program, ...rest], folder, environment: named, input: kept });
  }

  async #begin(options: Parameters<typeof Detached.start>[0]): Promise<Detached> {
    mkdirSync(options.record, { mode: 0o700 });
    try {
      return (await Detached.start(options)).process;
    } catch (error) {
      rmSync(options.record, { recursive: true, force: true });
      const { message } = error as Error;
      throw runnerErrors.make['container-not-startable'](message, { cause: error });
    }
  }
}
