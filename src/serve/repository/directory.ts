import { repositoryErrors } from './errors.ts';
import { makeReady, probe, type ModelNotice, type ModelOptions, type ReadyModel } from './model.ts';

interface Listed {
  readonly notice: ModelNotice;
  readonly ready: ReadyModel | undefined;
}

/** A thread's own view of the models, kept up by notices. */
export class Directory {
  readonly #models = new Map<string, Listed>();
  readonly #running = new Map<number, { count: number; idle: (() => void)[] }>();
  readonly #options: ModelOptions;
  readonly #changed: () => void;

  /** @param changed called after each notice, for routes that were prepared */
  constructor(options: ModelOptions, changed: () => void) {
    this.#options = options;
    this.#changed = changed;
  }

  /**
   * Compiles and probes before a model is called ready; waits for running work before one is given up, and then says so.
   * A notice that a newer one overtook meanwhile changes nothing.
   * @throws probe-failed; the model stays as it was
   */
  async apply(notice: ModelNotice, givenUp: (generation: number) => void): Promise<void> {
    const { plan } = notice;
    const ready = plan === undefined ? undefined : await makeReady({ ...notice, plan }, this.#options);
    if (ready !== undefined) await probe(ready);
    const before = this.#models.get(notice.name);
    if (before !== undefined && before.notice.generation > notice.generation) return;
    this.#models.set(notice.name, { notice, ready });
    this.#changed();
    if (before?.ready === undefined) return;
    await this.#whenIdle(before.ready.generation);
    givenUp(before.ready.generation);
  }

  notices(): readonly ModelNotice[] {
    return [...this.#models.values()].map(listed => listed.notice);
  }

  /** @throws model-unknown, model-not-ready */
  ready(name: string): ReadyModel {
    const listed = this.#models.get(name);
    if (listed === undefined)
      throw repositoryErrors.make['model-unknown'](`Request for unknown model: '${name}' is not found`);
    if (listed.ready === undefined) {
      throw repositoryErrors.make['model-not-ready'](`model '${name}' is not ready: ${listed.notice.reason}`);
    }
    return listed.ready;
  }

  /** Those that should be ready and are not. */
  notReady(): readonly ModelNotice[] {
    return this.notices().filter(notice => notice.state !== 'READY' && !notice.unloaded);
  }

  /** Counts work that outlives the call that began it. The result ends it. */
  begin({ generation }: ReadyModel): () => void {
    const running = this.#running.get(generation) ?? { count: 0, idle: [] };
    this.#running.set(generation, running);
    running.count++;
    return () => {
      running.count--;
      if (running.count > 0) return;
      this.#running.delete(generation);
      for (const resolve of running.idle) resolve();
    };
  }

  async #whenIdle(generation: number): Promise<void> {
    const running = this.#running.get(generation);
    if (running !== undefined) await new Promise<void>(resolve => running.idle.push(resolve));
  }
}
