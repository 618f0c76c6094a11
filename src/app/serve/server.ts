import { steadyNow } from '../../base/clock/index.ts';
import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import type { ModelNotice } from '../../serve/index.ts';
import { Beside } from './beside.ts';
import { Crew, type CrewOptions } from './crew.ts';
import type { NamedPath } from './models.ts';
import type { ServeSettings } from './settings.ts';

export interface ServerOptions extends CrewOptions {
  readonly settings: ServeSettings;
  readonly log: Log;
  /** Text of DAVIT_SIDECARS: whose work beside the server it does. */
  readonly sidecars: string | undefined;
  /** A thread was lost, and with it the server. */
  readonly onLost: (error: Error) => void;
}

/** A model server with what stands before it in its pod. */
export class Server {
  readonly #settings: ServeSettings;
  readonly #log: Log;
  readonly #crew: Crew;
  readonly #beside: Beside;
  /** Settles once every port that `start` opens is open, or has failed to. */
  #opening: Promise<unknown> = Promise.resolve();

  constructor({ settings, log, sidecars, onLost, ...crew }: ServerOptions) {
    this.#settings = settings;
    this.#log = log;
    this.#crew = new Crew(settings, crew, log, onLost);
    this.#beside = new Beside(sidecars);
  }

  /** Listens, and loads the models; resolves to where it is reached. @throws what listening throws */
  async start(models: readonly NamedPath[]): Promise<string> {
    const { host, workers } = this.#settings;
    const added = this.#addAll(models);
    const openings = [
      added.then(() => this.#crew.listen()),
      added.then(() => this.#beside.start(this.#crew, this.#settings, this.#log)),
    ] as const;
    this.#opening = Promise.allSettled(openings);
    const [port] = await Promise.all([...openings, added.then(() => this.#loadAll(models))]);
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    const missing = this.notReady();
    if (missing.length === 0) this.#log.info('serving', { url, workers });
    else
      this.#log.error('serving, but not ready', { url, models: missing.map(({ name }) => name).join(', ') });
    return url;
  }

  /** Models that should be ready and are not. */
  notReady(): readonly ModelNotice[] {
    return this.#crew.notReady();
  }

  async #addAll(models: readonly NamedPath[]): Promise<void> {
    for (const { name, path } of models) await this.#crew.repository.add(name, path);
  }

  /** A model that cannot be served was logged with its reason; the others are served all the same. */
  async #loadAll(models: readonly NamedPath[]): Promise<void> {
    await Promise.allSettled(models.map(({ name }) => this.#crew.repository.load(name)));
  }

  /** Ends in order, after `signal`. */
  async stop(signal: string): Promise<void> {
    const { grace, linger } = this.#settings;
    const until = steadyNow() + linger + grace;
    const left = (): number => Math.max(0, until - steadyNow());
    this.#log.info('stopping: running requests finish, a second signal ends at once', {
      signal,
      grace_ms: grace,
    });
    try {
      await this.#endsInOrder(linger, left);
      this.#log.info('stopped');
    } catch (error) {
      this.#log.error('stopping failed', { reason: messageOf(error) });
      throw error;
    }
  }

  /** Does each thing also where the one before has failed. */
  async #endsInOrder(linger: number, left: () => number): Promise<void> {
    try {
      await this.#lingers(linger);
    } finally {
      try {
        await this.#beside.stop(left());
      } finally {
        await this.#crew.drain(left());
      }
    }
  }

  /** Serves on while requests come: connections that are closed at once are lost requests of those who had just begun one. */
  async #lingers(most: number): Promise<void> {
    if (most === 0) return;
    const { quiet, within } = await import('./leaving.ts');
    await quiet({ come: () => this.#crew.leave(), most, now: steadyNow, wait, within });
  }

  /** Ends at once: whoever waits for an answer has none. */
  async end(): Promise<void> {
    // A port that opens later would stay open.
    await this.#opening;
    await Promise.all([this.#beside.stop(0), this.#crew.drain(0)]);
  }
}

/** What had come when the time was over has been read then. */
async function wait(milliseconds: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, milliseconds));
  await new Promise(resolve => setImmediate(resolve));
}
