import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { frameHead, FrameReader, masked, type Piece, WebSocketFault } from './frames.ts';

type Opcode = 'binary' | 'text' | 'close' | 'ping' | 'pong';

/** One end of a WebSocket (RFC 6455) on a connection that has been switched to it. */
export class WebSocket {
  readonly #connection: Duplex;
  readonly #side: 'server' | 'client';
  #closing = false;
  #draining: Promise<void> | undefined;

  constructor(connection: Duplex, side: 'server' | 'client') {
    this.#connection = connection;
    this.#side = side;
    connection.on('error', () => {});
  }

  /** Whether nothing can be sent any more. */
  get closed(): boolean {
    return this.#closing || this.#connection.destroyed || !this.#connection.writable;
  }

  /** Calls `listener` once the connection is gone, at once when it has gone already. */
  onGone(listener: () => void): void {
    if (this.#connection.destroyed) listener();
    else this.#connection.once('close', listener);
  }

  /**
   * What arrives, until the peer closes or goes. Reading it is what keeps pings answered, and not reading holds the peer back. A peer that
   * breaks the protocol is told, and gone.
   */
  async *pieces(): AsyncGenerator<Piece> {
    const reader = new FrameReader(this.#side === 'server');
    try {
      for await (const chunk of this.#connection.iterator({ destroyOnReturn: false })) {
        for (const frame of reader.read(chunk as Buffer)) {
          if (frame.kind === 'data') yield frame;
          else if (frame.kind === 'ping') this.#write('pong', frame.bytes);
          else if (frame.kind === 'close') return this.close(codeOf(frame.bytes));
        }
      }
      this.#connection.end();
    } catch (error) {
      // Anything else is the connection's end.
      if (error instanceof WebSocketFault) this.close(error.code, error.message);
      else this.#connection.destroy();
    }
  }

  /** Sends a message. @returns false while more is waiting than the connection takes at once */
  send(bytes: Uint8Array, kind: 'binary' | 'text' = 'binary'): boolean {
    return this.closed || this.#write(kind, bytes);
  }

  /** Resolves when what made `send` return false has been taken, or the connection is gone. */
  drained(): Promise<void> {
    const { destroyed, writableNeedDrain } = this.#connection;
    if (destroyed || !writableNeedDrain) return Promise.resolve();
    this.#draining ??= this.#waitForDrain().finally(() => (this.#draining = undefined));
    return this.#draining;
  }

  async #waitForDrain(): Promise<void> {
    const connection = this.#connection;
    const settled = new AbortController();
    const waits = ['drain', 'close'].map(event => once(connection, event, { signal: settled.signal }));
    await Promise.race(waits).catch(() => {});
    settled.abort();
    await Promise.allSettled(waits);
  }

  ping(): void {
    if (!this.closed) this.#write('ping', Buffer.alloc(0));
  }

  /** Says goodbye; what was sent before is delivered. */
  close(code = 1000, reason = ''): void {
    if (this.closed) return;
    const bytes = Buffer.alloc(2 + Buffer.byteLength(reason));
    bytes.writeUInt16BE(code, 0);
    bytes.write(reason, 2);
    this.#write('close', bytes.subarray(0, 125));
    this.#closing = true;
    this.#connection.end();
    // A peer that neither reads nor goes is not waited for.
    const cut = setTimeout(() => this.#connection.destroy(), lingering).unref();
    this.#connection.once('close', () => clearTimeout(cut));
    this.#connection.resume();
  }

  destroy(): void {
    this.#connection.destroy();
  }

  #write(opcode: Opcode, bytes: Uint8Array): boolean {
    const mask = this.#side === 'client' ? randomBytes(4) : undefined;
    const body = mask === undefined ? bytes : masked(bytes, mask);
    this.#connection.cork();
    this.#connection.write(frameHead(opcode, bytes.length, mask));
    const taken = this.#connection.write(body);
    this.#connection.uncork();
    return taken;
  }
}

const lingering = 5000;

/** The code that a close frame is answered with. */
function codeOf(bytes: Buffer): number {
  return bytes.length < 2 ? 1000 : bytes.readUInt16BE(0);
}
