import type { ByteStream, PreparedHead, Sink } from './contract.ts';
import type { OpenStream } from './stream.ts';

/** What a sink needs of its connection. */
export interface Answering {
  answer(head: PreparedHead, body: string | Uint8Array): void;
  /** Begins an answer that is written bit by bit. */
  begin(head: PreparedHead, kind?: 'endless'): OpenStream;
}

/** The sink of one request: made anew each time, so that a late second `send` cannot answer the next request. */
export class OnceSink implements Sink {
  aborted = false;
  #to: Answering | undefined;
  #listeners: (() => void)[] | undefined;
  #stream: OpenStream | undefined;

  constructor(to: Answering) {
    this.#to = to;
  }

  /** Whether an answer is still to come. */
  get open(): boolean {
    return this.#to !== undefined;
  }

  send(head: PreparedHead, body: string | Uint8Array): void {
    const to = this.#to;
    if (to === undefined) return;
    this.#to = undefined;
    to.answer(head, body);
  }

  stream(head: PreparedHead, kind?: 'endless'): ByteStream | undefined {
    this.#stream = this.take()?.begin(head, kind);
    return this.#stream;
  }

  /** Where the answer goes, once. */
  take(): Answering | undefined {
    const to = this.#to;
    this.#to = undefined;
    return to;
  }

  /** The client reads again. */
  drained(): void {
    this.#stream?.drained();
  }

  onAbort(listener: () => void): void {
    if (this.aborted) listener();
    else if (this.#to !== undefined) (this.#listeners ??= []).push(listener);
  }

  abort(): void {
    this.#stream?.abort();
    if (this.#to === undefined) return;
    this.#to = undefined;
    this.aborted = true;
    for (const listener of this.#listeners ?? []) listener();
  }
}
