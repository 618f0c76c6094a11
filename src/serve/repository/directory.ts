import { repositoryErrors } from './errors.ts';
import { makeReady, probe, type ModelNotice, type ModelOptions, type ReadyModel } from './model.ts';

type Planned = ModelNotice & { readonly plan: NonNullable<ModelNotice['plan']> };

interface Listed {
  readonly notice: ModelNotice;
  readonly ready: ReadyModel | undefined;
}

/** A thread's own view of the models, kept up by notices. */
export class Directory {
  readonly #models = new Map<string, Listed>();
  readonly #running = new Map<number, { count: number; idle: (() => void)[] }>();
  readonly #prepare: (notice: Planned) => Promise<ReadyModel>;
  readonly #changed: () => void;

  /**
   * @param changed called after each notice, for routes that were prepared
   * @param prepare makes a model ready and tries it, on this thread unless told otherwise
   */
  constructor(
    options: ModelOptions,
    changed: () => void,
    prepare = (notice: Planned): Promise<ReadyModel> => preparedHere(notice, options),
  ) {
    this.#prepare = prepare;
    this.#changed = changed;
  }

  /**
   * Compiles and probes before a model is called ready; waits for running work before one is given up, and then says so.
   * A notice that a newer one overtook meanwhile changes nothing.
   * @throws probe-failed; the model stays as it was
   */
  async apply(notice: ModelNotice, givenUp: (generation: number) => void): Promise<void> {
    const { plan } = notice;
    const ready = plan === undefined ? undefined : await this.#prepare({ ...notice, plan });
    const before = this.#models.get(notice.name);
    if (before !== undefined && before.notice.generation > notice.generation) return;
    if (notice.forgotten === true) this.#models.delete(notice.name);
    else this.#models.set(notice.name, { notice, ready });
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
    return this.notices().filter(
      ({ state, unloaded, optional }) => state !== 'READY' && !unloaded && optional !== true,
    );
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

async function preparedHere(notice: Planned, options: ModelOptions): Promise<ReadyModel> {
  const model = await makeReady(notice, options);
  await probe(model);
  return model;
}
