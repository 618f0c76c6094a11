import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { SpdyFault } from './fault.ts';
import {
  type Control,
  controlFrame,
  dataHead,
  finished,
  FrameReader,
  numberAt,
  numbers,
  reasons,
  types,
} from './frames.ts';
import { type Headers, HeaderReader, HeaderWriter } from './headers.ts';
import { type Carrier, Stream } from './stream.ts';

export interface SessionOptions {
  readonly side: 'server' | 'client';
  /** Called for each stream that the peer opens; it is answered at once. */
  readonly onStream: (stream: Stream) => void;
  /** Streams that may be open at a time; more are refused. */
  readonly streams?: number;
}

const usualStreams = 1000;
const largestData = 64 * 1024;

/**
 * One end of a session of SPDY/3.1 on a connection. Windows are not kept: the peers that speak it here (Kubernetes' clients) have none, so
 * a stream whose reader is far behind holds back the session, as it does theirs.
 */
export class Session implements Carrier {
  readonly #connection: Duplex;
  readonly #options: SessionOptions;
  readonly #streams = new Map<number, Stream>();
  readonly #reader = new HeaderReader();
  readonly #writer = new HeaderWriter();
  #draining: Promise<void> | undefined;
  #lastOpened = 0;
  #lastSeen = 0;

  constructor(connection: Duplex, options: SessionOptions) {
    this.#connection = connection;
    this.#options = options;
    connection.on('error', () => {});
  }

  /** Serves until the connection ends, which it does when the peer breaks the protocol. Streams that are open then are lost. */
  async run(): Promise<void> {
    const frames = new FrameReader();
    try {
      for await (const chunk of this.#connection.iterator({ destroyOnReturn: false })) {
        for (const frame of frames.read(chunk as Buffer)) {
          if (frame.kind === 'control') await this.#control(frame);
          else await this.#data(frame.stream, frame.bytes, frame.end);
        }
      }
    } catch (error) {
      if (error instanceof SpdyFault) {
        this.#write(controlFrame(types.goAway, numbers(this.#lastSeen, reasons.protocol)));
      }
    } finally {
      this.#end();
    }
  }

  /** Opens a stream. */
  open(headers: Headers): Stream {
    this.#lastOpened += this.#lastOpened === 0 ? (this.#options.side === 'client' ? 1 : 2) : 2;
    const stream = new Stream(this, this.#lastOpened, headers);
    this.#streams.set(stream.id, stream);
    const body = [numbers(stream.id, 0), Buffer.alloc(2), this.#writer.write(headers)];
    this.#write(controlFrame(types.synStream, Buffer.concat(body)));
    return stream;
  }

  /** Asks for a sign of life, so that a peer that has gone is noticed. */
  ping(): void {
    this.#write(controlFrame(types.ping, numbers(this.#options.side === 'client' ? 1 : 2)));
  }

  /** Ends the session in good order; what was sent before is delivered. */
  close(): void {
    if (this.#connection.writable) {
      this.#write(controlFrame(types.goAway, numbers(this.#lastSeen, 0)));
      this.#connection.end();
    }
  }

  destroy(): void {
    this.#connection.destroy();
  }

  send(stream: number, bytes: Uint8Array, end: boolean): Promise<void> {
    let at = 0;
    let taken = true;
    do {
      const part = bytes.subarray(at, at + largestData);
      at += part.length;
      const last = at >= bytes.length;
      this.#connection.cork();
      taken = this.#write(dataHead(stream, part.length, end && last));
      if (part.length > 0) taken = this.#write(part);
      this.#connection.uncork();
    } while (at < bytes.length);
    return taken ? Promise.resolve() : this.#drained();
  }

  reset(stream: number): void {
    this.#write(controlFrame(types.reset, numbers(stream, reasons.cancel)));
  }

  closed(stream: number): void {
    this.#streams.delete(stream);
  }

  #write(bytes: Uint8Array): boolean {
    const connection = this.#connection;
    return connection.destroyed || !connection.writable || connection.write(bytes);
  }

  /** One wait for all streams: there may be many. */
  #drained(): Promise<void> {
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

  #end(): void {
    for (const stream of this.#streams.values()) stream.lost();
    this.#reader.close();
    this.#connection.end();
    const cut = setTimeout(() => this.#connection.destroy(), lingering).unref();
    this.#connection.once('close', () => clearTimeout(cut));
    this.#connection.resume();
  }

  async #data(id: number, bytes: Buffer, end: boolean): Promise<void> {
    const stream = this.#streams.get(id);
    if (stream === undefined) {
      // What was on its way when a stream was given up goes nowhere.
      if (id === 0 || id > Math.max(this.#lastSeen, this.#lastOpened)) throw new SpdyFault('unknown stream');
      return;
    }
    await stream.arrived(bytes);
    if (end) stream.finished();
  }

  async #control({ type, flags, body }: Control): Promise<void> {
    if (type === types.synStream) await this.#opened(body, flags);
    else if (type === types.synReply || type === types.headers) {
      const stream = this.#streams.get(numberAt(body, 0));
      await this.#reader.read(body.subarray(4));
      if ((flags & finished) !== 0) stream?.finished();
    } else if (type === types.reset) this.#streams.get(numberAt(body, 0))?.lost();
    else if (type === types.ping) this.#pinged(numberAt(body, 0));
    else if (type === types.goAway) numberAt(body, 0);
  }

  #pinged(id: number): void {
    const theirs = (id & 1) === (this.#options.side === 'server' ? 1 : 0);
    if (theirs) this.#write(controlFrame(types.ping, numbers(id)));
  }

  async #opened(body: Buffer, flags: number): Promise<void> {
    const id = numberAt(body, 0);
    if (body.length < 10) throw new SpdyFault('a control frame is too short');
    const headers = await this.#reader.read(body.subarray(10));
    const parity = this.#options.side === 'server' ? 1 : 0;
    if (id <= this.#lastSeen || (id & 1) !== parity || id > 0x7fff_ffff) {
      throw new SpdyFault('streams are opened in order');
    }
    this.#lastSeen = id;
    if (this.#streams.size >= (this.#options.streams ?? usualStreams)) {
      this.#write(controlFrame(types.reset, numbers(id, reasons.refused)));
      return;
    }
    const stream = new Stream(this, id, headers);
    this.#streams.set(id, stream);
    this.#write(controlFrame(types.synReply, Buffer.concat([numbers(id), this.#writer.write(new Map())])));
    if ((flags & finished) !== 0) stream.finished();
    this.#options.onStream(stream);
  }
}

const lingering = 5000;
