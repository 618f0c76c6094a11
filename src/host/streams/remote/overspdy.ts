import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Session, type Stream } from '../../../base/spdy/index.ts';
import type { TerminalSize } from '../contract.ts';
import { type Channels, pingInterval, sizeIn, type Wanted } from './channels.ts';
import type { Outcome } from './outcome.ts';

/** Versions of the protocol over SPDY; the older ones have no Status at the end, or no sizes. */
export const streamProtocols = ['v4.channel.k8s.io'];

/** How long a client has to open its streams. */
const opening = 30_000;

/** Channels that are streams of a session. */
export class SpdyChannels implements Channels {
  readonly stdin: Stream | undefined;
  readonly stdout: Stream | undefined;
  readonly stderr: Stream | undefined;
  readonly #error: Stream;
  readonly #session: Session;
  readonly #connection: Duplex;
  readonly #onResize: ((size: TerminalSize) => void)[] = [];
  readonly #pings: NodeJS.Timeout;

  private constructor(session: Session, connection: Duplex, streams: ReadonlyMap<string, Stream>) {
    this.#session = session;
    this.#connection = connection;
    this.#error = streams.get('error') as Stream;
    this.stdin = streams.get('stdin');
    this.stdout = streams.get('stdout');
    this.stderr = streams.get('stderr');
    this.#pings = setInterval(() => session.ping(), pingInterval).unref();
    this.onGone(() => clearInterval(this.#pings));
    void this.#sizes(streams.get('resize'));
  }

  /** Resolves when the client has opened the streams of what it wants; undefined when it does not. */
  static async open(connection: Duplex, wanted: Wanted): Promise<SpdyChannels | undefined> {
    const missing = new Set(namesOf(wanted));
    const streams = new Map<string, Stream>();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const session = new Session(connection, {
      side: 'server',
      streams: missing.size,
      onStream: stream => {
        const name = stream.headers.get('streamtype') ?? '';
        if (!missing.delete(name)) return void stream.destroy();
        streams.set(name, stream);
        if (missing.size === 0) resolve(true);
      },
    });
    const timer = setTimeout(() => resolve(false), opening);
    void session.run().then(() => resolve(false));
    const whole = await promise;
    clearTimeout(timer);
    if (whole) return new SpdyChannels(session, connection, streams);
    session.destroy();
    return undefined;
  }

  onResize(listener: (size: TerminalSize) => void): void {
    this.#onResize.push(listener);
  }

  onGone(listener: () => void): void {
    if (this.#connection.destroyed) listener();
    else this.#connection.once('close', listener);
  }

  async finish(outcome: Outcome): Promise<void> {
    clearInterval(this.#pings);
    this.#error.end(JSON.stringify(outcome));
    const streams = [this.#error, this.stdout, this.stderr].filter(stream => stream !== undefined);
    for (const stream of streams) stream.end();
    await Promise.allSettled(streams.map(stream => finished(stream, { readable: false })));
    this.#session.close();
  }

  async #sizes(stream: Stream | undefined): Promise<void> {
    if (stream === undefined) return;
    let text = '';
    try {
      for await (const chunk of stream) {
        text += (chunk as Buffer).toString('latin1');
        const documents = text.split(/(?<=\})/);
        text = documents.at(-1)?.endsWith('}') === true ? '' : (documents.pop() ?? '').slice(0, 1024);
        for (const document of documents) this.#resized(document);
      }
    } catch {
      // The stream ends with the session.
    }
  }

  #resized(document: string): void {
    const size = sizeIn(document);
    if (size !== undefined) for (const listener of this.#onResize) listener(size);
  }
}

function namesOf({ stdin, stdout, stderr, terminal }: Wanted): string[] {
  return [
    'error',
    ...(stdin ? ['stdin'] : []),
    ...(stdout ? ['stdout'] : []),
    ...(stderr && !terminal ? ['stderr'] : []),
    ...(terminal ? ['resize'] : []),
  ];
}
