import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import type { Piece, WebSocket } from '../../../base/websocket/index.ts';
import type { TerminalSize } from '../contract.ts';
import { type Channels, pingInterval, sizeIn, type Wanted } from './channels.ts';
import type { Outcome } from './outcome.ts';

/** Subprotocols, the best first: the fifth version can end standard input. */
export const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** The first byte of a message says what it is about. */
const numbers = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** Bytes of a size, at most. */
const largestSize = 1024;

/** Channels in the messages of a WebSocket. */
export class WebSocketChannels implements Channels {
  readonly stdin: PassThrough | undefined;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  readonly #socket: WebSocket;
  readonly #onResize: ((size: TerminalSize) => void)[] = [];
  readonly #pings: NodeJS.Timeout;
  #channel: number | undefined;
  #size = '';

  constructor(socket: WebSocket, { stdin, stdout, stderr, terminal }: Wanted) {
    this.#socket = socket;
    this.stdin = stdin ? new PassThrough() : undefined;
    this.stdout = stdout ? this.#writer(numbers.stdout) : undefined;
    this.stderr = stderr && !terminal ? this.#writer(numbers.stderr) : undefined;
    this.#pings = setInterval(() => socket.ping(), pingInterval).unref();
    socket.onGone(() => this.#gone());
    // An empty message tells the client that the other end is there, as a kubelet does it.
    socket.send(Buffer.from([stdout ? numbers.stdout : stderr ? numbers.stderr : numbers.error]));
    void this.#read();
  }

  onResize(listener: (size: TerminalSize) => void): void {
    this.#onResize.push(listener);
  }

  onGone(listener: () => void): void {
    this.#socket.onGone(listener);
  }

  async finish(outcome: Outcome): Promise<void> {
    clearInterval(this.#pings);
    this.#socket.send(framed(numbers.error, Buffer.from(JSON.stringify(outcome))));
    await this.#socket.drained();
    this.#socket.close();
  }

  #gone(): void {
    clearInterval(this.#pings);
    this.stdin?.end();
  }

  async #read(): Promise<void> {
    for await (const piece of this.#socket.pieces()) await this.#take(piece);
    // A client that says goodbye before the end is gone, even if its connection lingers.
    this.#socket.destroy();
  }

  async #take({ first, last, bytes }: Piece): Promise<void> {
    let rest = bytes;
    if (first) {
      this.#channel = undefined;
      this.#size = '';
    }
    if (this.#channel === undefined && rest.length > 0) {
      this.#channel = rest[0];
      rest = rest.subarray(1);
    }
    if (this.#channel === numbers.stdin) await this.#feed(rest);
    else if (this.#channel === numbers.resize) this.#resize(rest, last);
    else if (this.#channel === numbers.close && rest[0] === numbers.stdin) this.stdin?.end();
  }

  async #feed(bytes: Buffer): Promise<void> {
    const { stdin } = this;
    if (stdin === undefined || stdin.writableEnded || stdin.destroyed || bytes.length === 0) return;
    if (stdin.write(bytes)) return;
    const settled = new AbortController();
    const waits = ['drain', 'close'].map(event => once(stdin, event, { signal: settled.signal }));
    await Promise.race(waits).catch(() => {});
    settled.abort();
    await Promise.allSettled(waits);
  }

  #resize(bytes: Buffer, last: boolean): void {
    if (this.#size.length > largestSize) return;
    this.#size += bytes.toString('latin1');
    const size = last ? sizeIn(this.#size) : undefined;
    if (size !== undefined) for (const listener of this.#onResize) listener(size);
  }

  #writer(channel: number): Writable {
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (this.#socket.send(framed(channel, chunk))) done();
        else void this.#socket.drained().then(() => done());
      },
    });
  }
}

function framed(channel: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([channel]), bytes]);
}
