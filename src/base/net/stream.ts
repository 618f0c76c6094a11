import type { ByteStream, Field } from './contract.ts';

/** What a stream writes to. */
export interface Outlet {
  /** False while more is waiting than is taken at once. */
  write(bytes: Uint8Array): boolean;
  end(trailers?: readonly Field[]): void;
  /** Drops what is waiting, and the client with it. */
  cut(): void;
  readonly pending: number;
}

/** A streamed answer on any protocol. */
export class OpenStream implements ByteStream {
  aborted = false;
  readonly #outlet: Outlet;
  readonly #endless: Set<OpenStream> | undefined;
  #ended = false;
  #onAbort: (() => void)[] | undefined;
  #onDrain: (() => void)[] | undefined;

  /** @param endless those to end when the listener drains, when this is to be one of them */
  constructor(outlet: Outlet, endless?: Set<OpenStream>) {
    this.#outlet = outlet;
    this.#endless = endless?.add(this);
  }

  get ended(): boolean {
    return this.#ended;
  }

  get pending(): number {
    return this.aborted ? 0 : this.#outlet.pending;
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.#ended || this.aborted || chunk.length === 0) return true;
    return this.#outlet.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  }

  end(trailers?: readonly Field[]): void {
    if (this.#ended || this.aborted) return;
    this.#ended = true;
    this.#endless?.delete(this);
    this.#outlet.end(trailers);
  }

  cut(): void {
    if (this.aborted) return;
    this.#outlet.cut();
    this.abort();
  }

  onAbort(listener: () => void): void {
    if (this.aborted) listener();
    else if (!this.#ended) (this.#onAbort ??= []).push(listener);
  }

  onDrain(listener: () => void): void {
    (this.#onDrain ??= []).push(listener);
  }

  /** What waited has been taken. */
  drained(): void {
    if (this.#ended || this.aborted) return;
    for (const listener of this.#onDrain ?? []) listener();
  }

  /** The client has gone. */
  abort(): void {
    if (this.#ended || this.aborted) return;
    this.aborted = true;
    this.#endless?.delete(this);
    for (const listener of this.#onAbort ?? []) listener();
  }

  /** The listener drains: the answer ends, and whoever writes it hears that nobody listens any more. */
  close(): void {
    if (this.#ended || this.aborted) return;
    this.#outlet.end();
    this.abort();
  }
}
