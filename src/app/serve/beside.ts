import type { Log } from '../../base/log/index.ts';
import type { Crew } from './crew.ts';
import { listenerOptions, type ServeSettings } from './settings.ts';

interface Stopping {
  stop(grace: number): Promise<void>;
}

/** The work of the containers beside a model server in its pod, as far as its process does it. */
export class Beside {
  readonly #text: string | undefined;
  #running: Stopping | undefined;

  /** @param text of DAVIT_SIDECARS; most servers have none, and load nothing for it */
  constructor(text: string | undefined) {
    this.#text = text;
  }

  async start(crew: Crew, settings: ServeSettings, log: Log): Promise<void> {
    const text = this.#text;
    if (text === undefined || text === '') return;
    if (settings.workers > 1)
      log.warning('requests that come through the queue of the pod are served by one thread', {
        workers: settings.workers,
      });
    const { startInside } = await import('../sidecars/inside.ts');
    const { handler, metrics } = crew.serving;
    const ready = (): boolean => crew.notReady().length === 0;
    const { limits } = listenerOptions(settings);
    this.#running = await startInside(
      text,
      settings.host,
      handler,
      limits,
      { log, metrics, ready },
      settings.guard,
    );
  }

  async stop(grace: number): Promise<void> {
    await this.#running?.stop(grace);
  }
}
