import { Duplex } from 'node:stream';
import type { Headers } from './headers.ts';

/** What a stream needs of its session. */
export interface Carrier {
  /** Resolves once more may be sent. */
  send(stream: number, bytes: Uint8Array, end: boolean): Promise<void>;
  /** The stream is given up in both directions. */
  reset(stream: number): void;
  /** Nothing can come or go on the stream any more. */
  closed(stream: number): void;
}

/** Bytes of a stream that its reader may be behind before the whole session waits for it. */
const behind = 256 * 1024;

/** One stream of a session: bytes in both directions, each ended for itself. Destroying it resets it. */
export class Stream extends Duplex {
  readonly id: number;
  readonly headers: Headers;
  readonly #carrier: Carrier;
  #ended = { here: false, there: false };
  #wake: (() => void) | undefined;

  constructor(carrier: Carrier, id: number, headers: Headers) {
    super({ allowHalfOpen: true, readableHighWaterMark: behind });
    this.#carrier = carrier;
    this.id = id;
    this.headers = headers;
    this.on('error', () => {});
  }

  /** Bytes have come. Resolves when the reader wants more. */
  async arrived(bytes: Buffer): Promise<void> {
    if (this.destroyed || this.#ended.there || bytes.length === 0 || this.push(bytes)) return;
    await new Promise<void>(resolve => (this.#wake = resolve));
  }

  /** Nothing more comes. */
  finished(): void {
    if (this.#ended.there) return;
    this.#ended.there = true;
    this.push(null);
    this.#settle();
  }

  /** The peer has given it up, or the session has ended. */
  lost(): void {
    this.#ended = { here: true, there: true };
    this.destroy();
  }

  override _read(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    void this.#carrier.send(this.id, chunk, false).then(done);
  }

  override _final(done: () => void): void {
    this.#ended.here = true;
    void this.#carrier.send(this.id, Buffer.alloc(0), true).then(done);
    this.#settle();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this._read();
    if (!this.#ended.here || !this.#ended.there) this.#carrier.reset(this.id);
    this.#carrier.closed(this.id);
    done(error);
  }

  #settle(): void {
    if (this.#ended.here && this.#ended.there) this.#carrier.closed(this.id);
  }
}
