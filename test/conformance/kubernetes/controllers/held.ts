import type { Ask, Reply, Transport } from '../../../../src/cluster/client/index.ts';

/** Keeps back what watches of some collections tell, so that whoever caches them is behind for as long as a test wants. */
export class Held implements Transport {
  readonly #inner: Transport;
  readonly #collections: readonly string[];
  readonly #open = Promise.withResolvers<void>();

  /** @param collections paths, as `/api/v1/services` */
  constructor(inner: Transport, collections: readonly string[]) {
    this.#inner = inner;
    this.#collections = collections;
  }

  release(): void {
    this.#open.resolve();
  }

  ask(ask: Ask): Promise<Reply> {
    return this.#inner.ask(ask);
  }

  async *stream(ask: Ask): AsyncGenerator {
    const held = this.#collections.some(path => ask.path.startsWith(`${path}?`));
    for await (const line of this.#inner.stream(ask)) {
      if (held) await this.#open.promise;
      yield line;
    }
  }
}
