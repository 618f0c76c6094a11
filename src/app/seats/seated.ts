import { messageOf } from '../../base/errors/index.ts';
import { createLog, type Log } from '../../base/log/index.ts';
import type { Fault, SharedPool } from '../../serve/index.ts';
import type { SeatRequest } from '../../host/runners/index.ts';
import { Server } from '../serve/server.ts';
import { endsUnserved } from '../serve/unserved.ts';
import { fittingOf, Unfit } from './fitting.ts';
import { Recorder } from './recorder.ts';
import type { Sitting, Told } from './sitting.ts';
import { Strikes } from './strikes.ts';

/** What the servers of this process share. */
export interface Around {
  readonly pool: SharedPool;
  readonly nextGeneration: () => number;
  readonly version: string;
}

/** Exit statuses as of processes: of one that was killed, and of one whose model cannot be served. */
const killed = 137;
const unserved = 1;

/** A model server in a shared process, in the place of a process of its own. */
export class Seated implements Sitting {
  readonly request: SeatRequest;
  ready = false;
  readonly #around: Around;
  readonly #told: Told;
  readonly #strikes = new Strikes();
  #recorder: Recorder | undefined;
  #log: Log | undefined;
  #server: Server | undefined;
  #leaving = false;
  #over = false;
  #closing: Promise<void> | undefined;

  constructor(request: SeatRequest, around: Around, told: Told) {
    this.request = request;
    this.#around = around;
    this.#told = told;
  }

  /**
   * Listens and loads its models; one that cannot be served ends the seat, as it ends a process.
   * @throws Unfit and others, when it has to have a process of its own; nothing of it is left then
   */
  async start(): Promise<void> {
    const { settings, models } = await fittingOf(this.request);
    // It was told to end meanwhile.
    if (this.#over) return;
    const recorder = (this.#recorder = new Recorder(this.request.record));
    const log = (this.#log = createLog({
      level: settings.logLevel,
      format: 'json',
      colour: false,
      now: Date.now,
      write: recorder.write,
    }));
    const { environment } = this.request;
    this.#server = new Server({
      settings,
      log,
      version: this.#around.version,
      colour: false,
      sidecars: environment['DAVIT_SIDECARS'],
      onLost: () => {},
      shared: {
        threads: {
          pool: this.#around.pool,
          name: String(this.request.number),
          onFault: (fault, message) => this.#fault(fault, message),
        },
        nextGeneration: this.#around.nextGeneration,
        onPublished: () => this.#look(),
      },
    });
    await this.#serve(this.#server, models, environment['DAVIT_TERMINATION_LOG']);
  }

  async #serve(
    server: Server,
    models: Parameters<Server['start']>[0],
    lastWords: string | undefined,
  ): Promise<void> {
    let ends = false;
    try {
      await server.start(models);
      if (this.#over) return;
      const large = server.notReady().find(({ code }) => code === 'model-memory-exceeded');
      if (large !== undefined) throw new Unfit(large.reason);
      this.#look();
      ends = endsUnserved(lastWords, server.notReady());
    } catch (error) {
      // Whoever told it to end is answered with its end.
      if (this.#over) return;
      this.#over = true;
      await this.#close();
      this.#recorder?.close();
      throw error;
    }
    if (ends) await this.#end(unserved);
  }

  /** Ends in order, as a process does after SIGTERM; the second time at once. */
  async leave(): Promise<void> {
    if (this.#leaving) return this.drop();
    this.#leaving = true;
    try {
      await this.#server?.stop('SIGTERM');
      await this.#end(0);
    } catch {
      await this.#end(1);
    }
  }

  /** Ends now. */
  drop(): Promise<void> {
    return this.#end(killed);
  }

  #look(): void {
    const ready = !this.#over && this.#server?.notReady().length === 0;
    if (ready === this.ready) return;
    this.ready = ready;
    this.#told.onReady(ready);
  }

  #fault(fault: Fault, message: string): void {
    if (this.#over) return;
    this.#log?.error('a compute thread was ended over work for this server', { fault, reason: message });
    if (fault === 'memory') {
      this.#recorder?.outOfMemory();
      void this.#end(killed, `it took more memory than a shared process has for it: ${message}`);
    } else if (this.#strikes.add(performance.now())) {
      void this.#end(killed, `compute threads were ended over its work again and again: ${message}`);
    }
  }

  async #end(status: number, unfit?: string): Promise<void> {
    if (this.#over) return this.#closing;
    this.#over = true;
    this.ready = false;
    if (unfit !== undefined) this.#log?.error('ending', { status, reason: unfit });
    // Its address is another one's once it is told to have ended.
    await this.#close();
    this.#recorder?.end(status);
    this.#told.onEnded(status, unfit);
  }

  /** Ends its server, once. */
  #close(): Promise<void> {
    return (this.#closing ??= this.#closeServer());
  }

  /** One that fails to end ends nothing else. */
  async #closeServer(): Promise<void> {
    try {
      await this.#server?.end();
    } catch (error) {
      this.#log?.error('the server did not end in order', { reason: messageOf(error) });
    }
  }
}
