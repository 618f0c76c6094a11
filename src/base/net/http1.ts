import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type CodedError, messageOf } from '../errors/index.ts';
import { readBody, refusedBody, refusedLength } from './body.ts';
import type { Field, Head, Peer, PreparedHead } from './contract.ts';
import { netErrors } from './errors.ts';
import type { Asked, Owner } from './owner.ts';
import { hasBody } from './prepare.ts';
import { reasonOf } from './reasons.ts';
import { peerOf } from './peer.ts';
import { type Answering, OnceSink } from './sink.ts';
import { OpenStream, type Outlet } from './stream.ts';
import { asksUpgrade, offer } from './upgrade.ts';

/** A parser that takes over connections which the lane does not understand. */
export interface Parser {
  /** `socket` is paused; what it received and nobody consumed is in its read buffer. */
  take(socket: Socket): void;
  /**
   * Closes what is idle and lets the rest end with its answer. Over HTTP/1.1 a client that has connected may send its first request for as
   * long as any head may take to come. Over HTTP/2 it is told at once which of its requests were taken; it may send others elsewhere.
   */
  drain(): void;
  /** Stops for good; connections are closed by now. */
  close(): void;
  sweep(now: number): void;
}

/** What is known of a connection that `node:http` reads. */
interface Connection {
  /** Between the end of a request's head and the end of its answer. */
  readonly running: Set<Exchange>;
  served: boolean;
  /** Bytes the socket had brought when the last request was complete; further ones begin another. */
  readTo: number;
  /** The error that ends the connection once the running requests are answered. */
  error: CodedError | undefined;
  ended: boolean;
}

/**
 * Requests of a connection that may wait for their answers. Node reads on while they do, whatever the socket is told; a client
 * that sends so many is cut, for its next ones would be held without bound.
 */
const maxRunning = 1000;
const nothing = Buffer.alloc(0);
/** How often node looks for slow heads. */
const checkInterval = 500;

/** Reads HTTP/1.x with node's own parser: everything the lane leaves, and whatever comes later on such a connection. */
export function createHttp1(owner: Owner): Parser {
  const { limits } = owner;
  const server = createServer({
    maxHeaderSize: limits.headBytes,
    headersTimeout: limits.headTimeout,
    // Node would count the body's time from the first byte of the head: `sweep` does it from the end of the head.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.max(1, Math.min(checkInterval, limits.headTimeout)),
    keepAliveTimeout: limits.keepAliveTimeout,
    insecureHTTPParser: false,
    // Judged in `request`, where the answer is worded as any other.
    requireHostHeader: false,
    shouldUpgradeCallback: request => asksUpgrade(request, owner) && wrongHost(request) === undefined,
  });
  // Only a server that listens looks for slow requests; this one never does, so it is told that it did.
  server.emit('listening');
  // Node would silently drop the fields beyond 2000; their bytes are bounded, so they may all stay.
  server.maxHeadersCount = 0;
  const connections = new Map<Socket, Connection>();
  const of = (socket: Socket): Connection => connections.get(socket) as Connection;
  wire(server, owner, of);
  server.on('upgrade', (request, socket, rest) => {
    const waiting = of(socket as Socket).running.size > 0;
    connections.delete(socket as Socket);
    if (waiting) socket.destroy();
    else offer(owner, request, new Http1Head(request, splitTarget(request.url ?? '/')[1]), rest);
  });
  return {
    take(socket) {
      connections.set(socket, {
        running: new Set(),
        served: false,
        readTo: Infinity,
        error: undefined,
        ended: false,
      });
      socket.on('close', () => connections.delete(socket));
      server.emit('connection', socket);
      socket.resume();
    },
    drain: () => connections.forEach(closeIdle),
    close: () => void server.close(),
    sweep: now => {
      for (const { running } of connections.values()) for (const exchange of running) exchange.sweep(now);
    },
  };
}

/** As node does it, save that an answer which its client is still reading counts as running. */
function closeIdle({ running, readTo }: Connection, socket: Socket): void {
  if (running.size === 0 && !socket.writableEnded && socket.bytesRead === readTo) socket.destroy();
}

function wire(server: Server, owner: Owner, of: (socket: Socket) => Connection): void {
  server.on('request', (request, response) =>
    new Exchange(owner, of(request.socket), request, response).run(),
  );
  server.on('checkContinue', (request, response) => {
    new Exchange(owner, of(request.socket), request, response).run(() => response.writeContinue());
  });
  server.on('checkExpectation', (request, response) => {
    const found = JSON.stringify(request.headers.expect);
    const error = netErrors.make['net-expectation-unknown'](`Expect is ${found}; expected 100-continue.`);
    new Exchange(owner, of(request.socket), request, response).refuse(error);
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const found = `CONNECT ${request.url ?? ''}`;
    const error = netErrors.make['net-method-unsupported'](`Tunnels are not made; got ${found}.`);
    fail(owner, of(socket), socket, error, { method: 'CONNECT', target: request.url });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const coded = codedOf(error, owner);
    if (coded === undefined) socket.destroy();
    else fail(owner, of(socket as Socket), socket as Socket, coded);
  });
  server.setTimeout(owner.limits.writeTimeout, socket => onSilence(owner, of(socket), socket));
}

/** Nothing was sent or received for a while: idle between requests, or a client that does not read. */
function onSilence(owner: Owner, connection: Connection, socket: Socket): void {
  const idle = connection.running.size === 0 && connection.served;
  if (!idle && socket.writableLength === 0) return;
  owner.counters.timedOut++;
  socket.destroy();
}

/** What the parser found wrong; `undefined` when the client is gone and nobody reads an answer. */
function codedOf(error: NodeJS.ErrnoException, { limits }: Owner): CodedError | undefined {
  const code = error.code ?? '';
  const cause = { cause: error };
  if (code === 'HPE_HEADER_OVERFLOW') {
    const text = `The request line and headers are larger than ${limits.headBytes} bytes.`;
    return netErrors.make['net-head-too-large'](text, cause);
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const text = `Expected a complete head within ${limits.headTimeout} ms.`;
    return netErrors.make['net-request-slow'](text, cause);
  }
  if (code === 'HPE_INVALID_EOF_STATE') {
    return netErrors.make['net-request-truncated']('The request ended before it was complete.', cause);
  }
  if (!code.startsWith('HPE_')) return undefined;
  const reason = (error as { reason?: string }).reason ?? messageOf(error);
  return netErrors.make['net-request-malformed'](`Not a valid HTTP/1.1 request: ${reason}.`, cause);
}

/** Ends a connection whose bytes can no longer be read, after the answers that are still to come. */
function fail(
  owner: Owner,
  connection: Connection,
  socket: Socket,
  error: CodedError,
  asked: Asked = {},
): void {
  if (connection.ended) return;
  connection.error ??= error;
  // Nothing that follows is read, nor counts as a sign of life of a client that does not read its answers.
  socket.pause();
  let unfinished: Exchange | undefined;
  for (const exchange of connection.running) {
    if (exchange.complete) return;
    unfinished = exchange;
  }
  connection.ended = true;
  // The answer to a streamed body has begun: an error within it would be read as a part of it.
  if (unfinished?.answering === true) return void socket.destroy();
  if (error.code === 'net-request-slow') owner.counters.timedOut++;
  owner.refuse(socket, connection.error, unfinished?.asked ?? asked);
}

/** One request and its answer. */
class Exchange implements Answering {
  readonly #owner: Owner;
  readonly #connection: Connection;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #sink = new OnceSink(this);
  /** When the body's time began, as long as it is arriving. */
  #since = Infinity;
  #dispatched = false;
  #closing = false;
  /** Of the connection, when the body last advanced. */
  #bytesRead = 0;

  constructor(owner: Owner, connection: Connection, request: IncomingMessage, response: ServerResponse) {
    this.#owner = owner;
    this.#connection = connection;
    this.#request = request;
    this.#response = response;
    connection.running.add(this);
    response.on('close', () => this.#onClose());
    request.on('error', () => {});
    response.on('error', () => {});
  }

  /** Whether the request has arrived, so that its answer will come. */
  get complete(): boolean {
    return this.#request.complete;
  }

  /** Whether the answer has begun. */
  get answering(): boolean {
    return this.#response.headersSent;
  }

  get asked(): Asked {
    return { method: this.#request.method, target: splitTarget(this.#request.url ?? '/')[0] };
  }

  run(proceed?: () => void): void {
    // Nothing that follows an error is answered, so nothing of it may take effect.
    if (this.#connection.ended) return void this.#request.resume();
    if (this.#connection.running.size > maxRunning) return this.#cut();
    const { headers } = this.#request;
    const described = { length: headers['content-length'], encoding: headers['content-encoding'] };
    const limit = this.#owner.limits.bodyBytes;
    const refused = this.#owner.streams ? refusedLength : refusedBody;
    const error = wrongHost(this.#request) ?? refused(described, limit);
    if (error !== undefined) return this.refuse(error);
    proceed?.();
    this.#since = this.#owner.now();
    if (this.#owner.streams) return this.#stream();
    readBody(this.#request, described, this.#owner, (wrong, body) => {
      this.#since = Infinity;
      this.#connection.readTo = this.#request.socket.bytesRead;
      if (wrong === undefined) this.#dispatch(body);
      else this.refuse(wrong);
    });
  }

  /** Calls the handler before the body is there, if there is one. */
  #stream(): void {
    const { headers, socket } = this.#request;
    const streamed = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    this.#request.on('end', () => {
      this.#since = Infinity;
      this.#connection.readTo = socket.bytesRead;
    });
    // Without a body the end is there, and only has to be read.
    if (!streamed) this.#request.resume();
    this.#dispatch(nothing, streamed);
  }

  #dispatch(body: Buffer, streamed = false): void {
    if (this.#response.destroyed) return;
    this.#dispatched = true;
    this.#owner.counters.http1++;
    const [target, authority] = splitTarget(this.#request.url ?? '/');
    const head = new Http1Head(this.#request, authority, streamed);
    try {
      const later = this.#owner.handler(this.#request.method ?? 'GET', target, head, body, this.#sink);
      if (later !== undefined) later.catch((thrown: unknown) => this.#fail(thrown));
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #fail(thrown: unknown): void {
    if (!this.#sink.open) return;
    const answer = this.#owner.describe(thrown);
    this.#owner.tell(answer, this.asked);
    this.#sink.send(answer.head, answer.body);
  }

  #cut(): void {
    this.#connection.ended = true;
    this.#owner.counters.refused++;
    this.#request.socket.destroy();
  }

  /** Answers an error without reading the rest of the request: the connection ends with it. */
  refuse(error: CodedError): void {
    this.#owner.counters.refused++;
    this.#since = Infinity;
    this.#closing = true;
    this.#connection.ended = true;
    this.#request.resume();
    this.#fail(error);
  }

  begin(head: PreparedHead, kind?: 'endless'): OpenStream {
    const response = this.#response;
    const fields = head.fields.flat();
    this.#close(fields);
    response.writeHead(head.status, reasonOf(head.status), fields);
    response.flushHeaders();
    const outlet: Outlet = {
      write: bytes => response.write(bytes),
      end: () => void response.end(),
      cut: () => void response.destroy(),
      get pending() {
        return response.writableLength;
      },
    };
    response.on('drain', () => this.#sink.drained());
    return new OpenStream(outlet, kind && this.#owner.endless);
  }

  answer(head: PreparedHead, body: string | Uint8Array): void {
    const response = this.#response;
    const fields = head.fields.flat();
    if (hasBody(head.status)) fields.push('Content-Length', String(body.length));
    this.#close(fields);
    response.writeHead(head.status, reasonOf(head.status), fields);
    if (!hasBody(head.status)) response.end();
    else if (typeof body === 'string') response.end(body, 'latin1');
    else response.end(body);
  }

  /** Says that the connection ends with this answer, when it does. */
  #close(fields: string[]): void {
    if (this.#closing || this.#owner.leaving) {
      fields.push('Connection', 'close');
      // Node would close at once after the last answer, and a client that still sends would see a reset in its place.
      const { socket } = this.#request;
      socket.destroySoon = () => this.#owner.linger(socket);
    }
  }

  sweep(now: number): void {
    const { bodyTimeout } = this.#owner.limits;
    if (this.#owner.streams && this.#since !== Infinity) this.#advance(now);
    if (now - this.#since <= bodyTimeout) return;
    this.#owner.counters.timedOut++;
    if (this.#dispatched && !this.#sink.open) return void this.#request.socket.destroy();
    this.refuse(netErrors.make['net-request-slow'](`Expected the body within ${bodyTimeout} ms.`));
  }

  /** The time of a streamed body begins anew with each bit of it, and stands still while nobody reads. */
  #advance(now: number): void {
    const { bytesRead } = this.#request.socket;
    if (bytesRead === this.#bytesRead && this.#request.readableFlowing !== false) return;
    this.#bytesRead = bytesRead;
    this.#since = now;
  }

  #onClose(): void {
    this.#connection.served = true;
    this.#connection.running.delete(this);
    if (this.#dispatched && !this.#response.writableEnded) {
      this.#owner.counters.aborted++;
      this.#sink.abort();
    }
    const { error } = this.#connection;
    const { socket } = this.#request;
    if (error !== undefined && !socket.destroyed) fail(this.#owner, this.#connection, socket, error);
  }
}

/** A request of HTTP/1.1 names its host exactly once (RFC 9112 section 3.2). */
function wrongHost({ httpVersion, rawHeaders }: IncomingMessage): CodedError | undefined {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts === 1 || (hosts === 0 && httpVersion === '1.0')) return undefined;
  return netErrors.make['net-request-malformed'](`Found ${hosts} Host headers; expected exactly one.`);
}

/** Cuts the scheme and authority off a target in absolute form (RFC 9112 section 3.2.2). */
function splitTarget(url: string): [target: string, authority: string | undefined] {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url);
  if (absolute === null) return [url, undefined];
  const [, authority, rest = ''] = absolute;
  return [rest.startsWith('/') ? rest : `/${rest}`, authority];
}

class Http1Head implements Head {
  readonly incoming: IncomingMessage | undefined;
  readonly #request: IncomingMessage;
  readonly #authority: string | undefined;

  constructor(request: IncomingMessage, authority: string | undefined, streamed = false) {
    this.#request = request;
    this.#authority = authority;
    this.incoming = streamed ? request : undefined;
  }

  get peer(): Peer {
    return peerOf(this.#request.socket);
  }

  fields(): readonly Field[] {
    const { rawHeaders } = this.#request;
    const fields: Field[] = [];
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = rawHeaders[at] as string;
      const value = rawHeaders[at + 1] as string;
      const isHost = this.#authority !== undefined && name.toLowerCase() === 'host';
      fields.push([name, isHost ? this.#authority : value]);
    }
    return fields;
  }

  header(name: string): string | undefined {
    const key = name.toLowerCase();
    if (key === 'host' && this.#authority !== undefined) return this.#authority;
    const { headers } = this.#request;
    const value = Object.hasOwn(headers, key) ? headers[key] : undefined;
    return Array.isArray(value) ? value.join(', ') : value;
  }
}
