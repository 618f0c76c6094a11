import { Duplex } from 'node:stream';
import type { Piece } from './frames.ts';
import type { WebSocket } from './socket.ts';

/** The bytes of a WebSocket's messages as one stream in each direction: for another protocol that is carried in it. */
export class Tunnel extends Duplex {
  readonly #socket: WebSocket;
  readonly #pieces: AsyncGenerator<Piece>;
  #reading = false;

  constructor(socket: WebSocket) {
    super();
    this.#socket = socket;
    this.#pieces = socket.pieces();
    socket.onGone(() => this.destroy());
  }

  override _read(): void {
    if (this.#reading) return;
    this.#reading = true;
    void this.#next();
  }

  async #next(): Promise<void> {
    const { done, value } = await this.#pieces.next();
    this.#reading = false;
    if (done === true) this.push(null);
    else if (value.bytes.length === 0) this._read();
    else this.push(value.bytes);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.#socket.send(chunk)) done();
    else void this.#socket.drained().then(done);
  }

  override _final(done: () => void): void {
    this.#socket.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.close(error === null ? 1000 : 1011);
    done(error);
  }
}
