import { Worker } from 'node:worker_threads';
import { messageOf } from '../../base/errors/index.ts';
import { createTally, probePort } from '../../base/net/index.ts';
import type { Log } from '../../base/log/index.ts';
import { mergeSnapshots, renderPrometheus } from '../../base/metrics/index.ts';
import {
  Repository,
  type Control,
  type ModelNotice,
  type ServingThread,
  type SharedThreads,
} from '../../serve/index.ts';
import { appErrors } from '../errors.ts';
import { Calls } from './calls.ts';
import { LocalMember, type Member } from './member.ts';
import { meterProcess } from './meters.ts';
import { modelBudget, type ServeSettings } from './settings.ts';
import type { WorkerData } from './worker.ts';

/** Milliseconds after its deadline within which a serving thread has to say that it has drained. */
const stuck = 1000;

const program = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

export interface CrewOptions {
  readonly version: string;
  readonly colour: boolean;
  /** What it shares with other servers of the process; it is of one thread then. */
  readonly shared?: SharedParts;
}

/** What the servers of one process share. */
export interface SharedParts {
  readonly threads: SharedThreads;
  /** A number for the next model that is loaded, whichever server loads it. */
  readonly nextGeneration: () => number;
  /** A model has changed. */
  readonly onPublished: () => void;
}

/**
 * The serving threads of a process. The main thread serves too, and alone decides about models; all listen on one port.
 * A lost thread ends the server: `onLost` is told.
 */
export class Crew {
  readonly repository: Repository;
  readonly #main: LocalMember;
  readonly #members: Member[];
  readonly #settings: ServeSettings;
  readonly #onPublished: (() => void) | undefined;
  #stopping = false;

  constructor(
    settings: ServeSettings,
    { version, colour, shared }: CrewOptions,
    log: Log,
    onLost: (error: Error) => void,
  ) {
    this.#settings = settings;
    this.#onPublished = shared?.onPublished;
    const control: Control = {
      load: name => this.repository.load(name),
      unload: name => this.repository.unload(name),
      metrics: () => this.#metrics(),
    };
    const tally = createTally();
    this.#main = new LocalMember(settings, version, control, log, { threads: shared?.threads, tally });
    this.repository = new Repository(modelBudget(settings), {
      load: (path, admit) => this.#main.serving.load(path, admit),
      publish: notice => this.#publish(notice),
      log,
      now: () => performance.now(),
      folder: settings.modelRepository,
      ...(shared !== undefined && { nextGeneration: shared.nextGeneration }),
    });
    meterProcess(this.#main.serving.metrics, this.repository);
    const others = Array.from({ length: settings.workers - 1 }, () =>
      this.#start({ settings, version, colour, tally }, control, error => this.#stopping || onLost(error)),
    );
    this.#members = [this.#main, ...others];
  }

  /** Resolves to the port. @throws net-port-taken, naming who has it */
  async listen(): Promise<number> {
    const { host } = this.#settings;
    const httpPort = await listeningPort(this.#settings.httpPort);
    const reusePort = this.#members.length > 1;
    // Listeners that share a port share it with strangers too, unless somebody looks first.
    if (reusePort && httpPort !== 0) await probePort({ host, port: httpPort });
    const port = await this.#main.listen({ host, port: httpPort, reusePort });
    await Promise.all(this.#members.slice(1).map(member => member.listen({ host, port, reusePort })));
    return port;
  }

  /** The main thread’s: what answers without a listener, and what it counts. */
  get serving(): Pick<ServingThread, 'handler' | 'metrics'> {
    return this.#main.serving;
  }

  notReady(): readonly ModelNotice[] {
    return this.#main.serving.notReady();
  }

  /** Has clients leave with their next answer; resolves to how many requests and connections have come so far. */
  async leave(): Promise<number> {
    const come = await Promise.all(this.#members.map(member => member.leave()));
    return come.reduce((sum, one) => sum + one, 0);
  }

  /** Lets what runs finish within so many milliseconds. */
  async drain(grace: number): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#members.map(member => member.drain(grace)));
  }

  async #publish(notice: ModelNotice): Promise<void> {
    await Promise.all(this.#members.map(member => member.apply(notice)));
    this.#onPublished?.();
  }

  async #metrics(): Promise<string> {
    return renderPrometheus(
      mergeSnapshots(await Promise.all(this.#members.map(member => member.snapshot()))),
    );
  }

  #start(workerData: WorkerData, control: Control, lost: (error: Error) => void): Member {
    const worker = new Worker(program, { workerData });
    const calls = new Calls(worker, {
      load: (name: string) => control.load(name),
      unload: (name: string) => control.unload(name),
      metrics: () => control.metrics(),
    });
    const lose = (cause: unknown): void => {
      const error = appErrors.make['worker-lost'](`a serving thread ended: ${messageOf(cause)}`, { cause });
      calls.lose(error);
      lost(error);
    };
    worker.on('error', lose);
    worker.on('exit', code => lose(new Error(`exit status ${code}`)));
    return {
      listen: address => calls.call('listen', address),
      apply: notice => calls.call('apply', notice),
      snapshot: () => calls.call('snapshot'),
      leave: () => calls.call('leave'),
      drain: async deadline => {
        // Whoever does not even say that the time is over computes without an end.
        const timer = setTimeout(() => void worker.terminate(), deadline + stuck);
        await calls.call('drain', deadline).finally(() => clearTimeout(timer));
      },
    };
  }
}

/** Most servers are found where their pod says, and load nothing for it. */
async function listeningPort(port: number): Promise<number> {
  return process.env['DAVIT_PORTS'] === undefined ? port : (await import('../ports.ts')).listeningPort(port);
}
