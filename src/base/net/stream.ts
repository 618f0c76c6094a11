import type { ByteStream } from './contract.ts';

/** What a stream writes to. */
export interface Outlet {
  /** False while more is waiting than is taken at once. */
  write(bytes: Uint8Array): boolean;
  end(): void;
  readonly pending: number;
}

/** A streamed answer on any protocol. */
export class OpenStream implements ByteStream {
  aborted = false;
  readonly #outlet: Outlet;
  #ended = false;
  #listeners: (() => void)[] | undefined;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get pending(): number {
    return this.#ended || this.aborted ? 0 : this.#outlet.pending;
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.#ended || this.aborted || chunk.length === 0) return true;
    return this.#outlet.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  }

  end(): void {
    if (this.#ended || this.aborted) return;
    this.#ended = true;
    this.#outlet.end();
  }

  onAbort(listener: () => void): void {
    if (this.aborted) listener();
    else if (!this.#ended) (this.#listeners ??= []).push(listener);
  }

  /** The client has gone. */
  abort(): void {
    if (this.#ended || this.aborted) return;
    this.aborted = true;
    for (const listener of this.#listeners ?? []) listener();
  }
}
