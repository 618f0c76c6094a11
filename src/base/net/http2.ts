import {
  constants,
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { readBody, refusedBody, refusedLength } from './body.ts';
import type { Field, Head, Peer, PreparedHead } from './contract.ts';
import { type CodedError } from '../errors/index.ts';
import { netErrors } from './errors.ts';
import type { Parser } from './http1.ts';
import type { Owner } from './owner.ts';
import { hasBody } from './prepare.ts';
import { peerOf } from './peer.ts';
import { type Answering, OnceSink } from './sink.ts';
import { OpenStream, type Outlet } from './stream.ts';

/**
 * Node resets a stream whose head is larger than it was told to take, without a word. So it is told to take more, and what
 * is over the limit is answered 431; the reset is for what is far over it.
 */
const headRoom = 4;
/** What a field counts beside its name and value (RFC 9113 section 6.5.2). */
const fieldBytes = 32;
/** Node takes no larger head than this whatever it is told. */
const mostHeadBytes = 16 * 1024 * 1024 - 1;
/** Bytes a client may send ahead on a stream; twice what one read of the socket brings. */
const windowBytes = 128 * 1024;
const nothing = Buffer.alloc(0);

interface Session {
  readonly session: ServerHttp2Session;
  readonly socket: Socket;
  readonly streams: Set<Exchange>;
  served: boolean;
  idleSince: number;
}

/** Reads HTTP/2 in the clear, begun with prior knowledge (RFC 9113 section 3.3). */
export function createHttp2(owner: Owner): Parser {
  const maxHeaderListSize = Math.min(owner.limits.headBytes * headRoom, mostHeadBytes);
  const server = createServer({
    settings: {
      maxConcurrentStreams: owner.limits.streams,
      maxHeaderListSize,
      initialWindowSize: windowBytes,
    },
    // Fields are bounded by their bytes alone, as in HTTP/1.1.
    maxHeaderListPairs: Math.ceil(maxHeaderListSize / fieldBytes),
  });
  const sessions = new Set<Session>();
  /** The socket whose session is being made: sessions do not give theirs out. */
  let taken: Socket | undefined;
  server.on('session', session => {
    const one: Session = {
      session,
      socket: taken as Socket,
      streams: new Set(),
      served: false,
      idleSince: owner.stamp,
    };
    sessions.add(one);
    session.on('close', () => sessions.delete(one));
    session.on('error', () => {});
    session.on('stream', (stream, headers, flags, raw) => {
      const bodyless = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      new Exchange(owner, one, stream, headers).run(bytesOf(raw), bodyless);
    });
  });
  server.on('sessionError', () => {});
  return {
    take(socket) {
      // A client that closes its side has gone; sessions learn it from the close of the socket alone.
      socket.allowHalfOpen = false;
      taken = socket;
      server.emit('connection', socket);
    },
    close: () => {},
    drain: () => sessions.forEach(({ session }) => session.close()),
    sweep: now => sessions.forEach(one => sweep(owner, one, now)),
  };
}

function sweep(owner: Owner, one: Session, now: number): void {
  // Node has said all there is to say, and would wait for the client to close its side.
  if (one.session.destroyed) return owner.linger(one.socket);
  for (const exchange of one.streams) exchange.sweep(now);
  const { headTimeout, keepAliveTimeout } = owner.limits;
  if (one.streams.size > 0 || now - one.idleSince <= (one.served ? keepAliveTimeout : headTimeout)) return;
  if (one.session.closed) return one.session.destroy();
  owner.counters.timedOut++;
  one.session.close();
}

/** One stream: a request and its answer. */
class Exchange implements Answering {
  readonly #owner: Owner;
  readonly #session: Session;
  readonly #stream: ServerHttp2Stream;
  readonly #headers: IncomingHttpHeaders;
  readonly #sink = new OnceSink(this);
  readonly #since: number;
  #dispatched = false;
  #answered = false;
  #streaming: OpenStream | undefined;
  /** Since when written bytes have waited without any of them being taken. */
  #stalled = Infinity;

  constructor(owner: Owner, session: Session, stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.#owner = owner;
    this.#session = session;
    this.#stream = stream;
    this.#headers = headers;
    this.#since = owner.now();
    session.streams.add(this);
    session.served = true;
    stream.on('error', () => {});
    stream.on('close', () => this.#onClose());
  }

  /** @param headBytes of the head, as the limit counts them */
  run(headBytes: number, bodyless: boolean): void {
    const headers = this.#headers;
    const described = { length: headers['content-length'], encoding: headers['content-encoding'] };
    const limit = this.#owner.limits.bodyBytes;
    const refused = this.#owner.streams ? refusedLength : refusedBody;
    const error = this.#wrongHead(headBytes) ?? this.#wrongTarget() ?? refused(described, limit);
    if (error !== undefined) return this.#refuse(error);
    if (this.#owner.streams) return this.#dispatch(nothing, bodyless ? undefined : this.#stream);
    readBody(this.#stream, described, this.#owner, (wrong, body) => {
      if (wrong === undefined) this.#dispatch(body);
      else this.#refuse(wrong);
    });
  }

  #wrongHead(bytes: number): CodedError | undefined {
    const limit = this.#owner.limits.headBytes;
    if (bytes <= limit) return undefined;
    return netErrors.make['net-head-too-large'](
      `The headers take ${bytes} bytes; expected at most ${limit}.`,
    );
  }

  #wrongTarget(): CodedError | undefined {
    if (this.#headers[':path'] !== undefined) return undefined;
    const found = String(this.#headers[':method']);
    return netErrors.make['net-method-unsupported'](`Tunnels are not made; got ${found} without a path.`);
  }

  #dispatch(body: Buffer, incoming?: Readable): void {
    if (this.#stream.destroyed) return;
    this.#dispatched = true;
    this.#owner.counters.http2++;
    const method = String(this.#headers[':method']);
    const target = String(this.#headers[':path']);
    try {
      const later = this.#owner.handler(
        method,
        target,
        new Http2Head(this.#headers, this.#session.socket, incoming),
        body,
        this.#sink,
      );
      if (later !== undefined) later.catch((thrown: unknown) => this.#fail(thrown));
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #fail(thrown: unknown): void {
    if (!this.#sink.open) return;
    const answer = this.#owner.describe(thrown);
    const { ':method': method, ':path': target } = this.#headers;
    this.#owner.tell(answer, { method, target });
    this.#sink.send(answer.head, answer.body);
  }

  /** Answers before the request has ended, and asks the client to stop sending it (RFC 9113 section 8.1). */
  #refuse(error: CodedError): void {
    this.#owner.counters.refused++;
    this.#stream.on('finish', () => this.#stream.close(constants.NGHTTP2_NO_ERROR));
    this.#stream.resume();
    this.#fail(error);
  }

  begin(head: PreparedHead, kind?: 'endless'): OpenStream {
    const stream = this.#stream;
    const outlet: Outlet = {
      write: bytes => this.#write(bytes),
      end: trailers => {
        stream.on('wantTrailers', () => stream.sendTrailers(trailersOf(trailers)));
        stream.end();
      },
      cut: () => this.#cut(),
      get pending() {
        return stream.writableLength;
      },
    };
    this.#streaming = new OpenStream(outlet, kind && this.#owner.endless);
    if (stream.destroyed || stream.closed) this.#streaming.abort();
    else stream.respond(fieldsOf(head), { waitForTrailers: true });
    stream.on('drain', () => this.#sink.drained());
    return this.#streaming;
  }

  #write(bytes: Uint8Array): boolean {
    const stream = this.#stream;
    if (stream.destroyed || stream.writableEnded) return true;
    if (this.#stalled === Infinity) this.#stalled = this.#owner.now();
    return stream.write(bytes, () => {
      this.#stalled = stream.writableLength > 0 ? this.#owner.now() : Infinity;
    });
  }

  #cut(): void {
    // Clients take CANCEL for what they asked for, some of them without an error.
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    this.#stream.destroy();
  }

  answer(head: PreparedHead, body: string | Uint8Array): void {
    const stream = this.#stream;
    if (stream.destroyed || stream.closed) return;
    this.#answered = true;
    const headers = fieldsOf(head);
    const empty = !hasBody(head.status) || this.#headers[':method'] === 'HEAD' || body.length === 0;
    if (hasBody(head.status)) headers['content-length'] = body.length;
    stream.respond(headers, { endStream: empty });
    if (empty) return;
    stream.setTimeout(this.#owner.limits.writeTimeout, () => {
      this.#owner.counters.timedOut++;
      stream.close(constants.NGHTTP2_CANCEL);
    });
    if (typeof body === 'string') stream.end(body, 'latin1');
    else stream.end(body);
  }

  #onClose(): void {
    this.#session.streams.delete(this);
    this.#session.idleSince = this.#owner.stamp;
    if (this.#owner.leaving) this.#session.session.close();
    if (!this.#dispatched || this.#answered || this.#streaming?.ended === true) return;
    this.#owner.counters.aborted++;
    this.#sink.abort();
  }

  sweep(now: number): void {
    const { bodyTimeout, writeTimeout } = this.#owner.limits;
    if (now - this.#stalled > writeTimeout) {
      this.#owner.counters.timedOut++;
      this.#cut();
    }
    if (this.#dispatched || this.#answered || now - this.#since <= bodyTimeout) return;
    this.#owner.counters.timedOut++;
    this.#refuse(netErrors.make['net-request-slow'](`Expected the body within ${bodyTimeout} ms.`));
  }
}

/** The size of a head as RFC 9113 section 6.5.2 has it; `raw` holds names and values in turn. */
function bytesOf(raw: readonly string[]): number {
  return raw.reduce((sum, text) => sum + text.length, (raw.length / 2) * fieldBytes);
}

/** Fields as HTTP/2 wants them: lower case, several of one name as a list. */
function grouped(list: readonly Field[]): Record<string, string | number | string[]> {
  const fields: Record<string, string | number | string[]> = {};
  for (const [name, value] of list) {
    const key = name.toLowerCase();
    const earlier = fields[key];
    fields[key] = earlier === undefined ? value : [earlier, value].flat().map(String);
  }
  return fields;
}

function fieldsOf({ status, fields }: PreparedHead): Record<string, string | number | string[]> {
  return { ':status': status, ...grouped(fields) };
}

function trailersOf(trailers: readonly Field[] = []): OutgoingHttpHeaders {
  return grouped(trailers);
}

class Http2Head implements Head {
  readonly major = 2;
  readonly incoming: Readable | undefined;
  readonly #headers: IncomingHttpHeaders;
  readonly #socket: Socket;

  constructor(headers: IncomingHttpHeaders, socket: Socket, incoming: Readable | undefined) {
    this.#headers = headers;
    this.#socket = socket;
    this.incoming = incoming;
  }

  fields(): readonly Field[] {
    const fields: Field[] = [];
    const authority = this.#headers[':authority'];
    if (authority !== undefined) fields.push(['host', authority]);
    for (const [name, value] of Object.entries(this.#headers)) {
      if (name.startsWith(':') || (name === 'host' && authority !== undefined)) continue;
      for (const one of [value ?? []].flat()) fields.push([name, one]);
    }
    return fields;
  }

  get peer(): Peer {
    return peerOf(this.#socket);
  }

  header(name: string): string | undefined {
    let key = name.toLowerCase();
    if (key === 'host' && this.#headers[':authority'] !== undefined) key = ':authority';
    else if (key.startsWith(':')) return undefined;
    const value = Object.hasOwn(this.#headers, key) ? this.#headers[key] : undefined;
    return Array.isArray(value) ? value.join(', ') : value;
  }
}
