import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { SecureContextOptions, Server as SecureServer } from 'node:tls';
import { type Now, steadyNow, systemNow } from '../clock/index.ts';
import { CodedError, messageOf } from '../errors/index.ts';
import { adopt } from './adopt.ts';
import type { Handler } from './contract.ts';
import { netErrors } from './errors.ts';
import type { Parser } from './http1.ts';
import { Burst } from './lane/burst.ts';
import { Lane, type LaneOwner } from './lane/lane.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { Answer, Asked, Counters, Described, OwnAnswer } from './owner.ts';
import { type Address, bind } from './port.ts';
import { prepareHead } from './prepare.ts';
import type { OpenStream } from './stream.ts';
import { Arriving, createTally, Places, type Tally } from './tally.ts';

export interface ListenerOptions {
  /** Limits other than the default ones. */
  readonly limits?: Partial<Limits>;
  /** Words the errors that end before a handler, or in one. It must not throw. */
  readonly describe: (error: CodedError) => Described;
  /** Called for every answer that the handler did not give. It must not throw. */
  readonly onOwnAnswer?: ((answer: OwnAnswer) => void) | undefined;
  /** The clock of time-outs. */
  readonly now?: Now;
  /** Protocols for which a handler may take a connection over, such as `websocket`; none by default. */
  readonly upgrades?: readonly string[];
  /**
   * `streamed` calls the handler as soon as the head of a request is there, save for small bodies; the rest comes through
   * `head.incoming`. For handlers that pass requests on. `whole` by default.
   */
  readonly bodies?: 'whole' | 'streamed';
  /** The clock of the Date header. */
  readonly date?: Now;
  /** `ordinary` gives up the cheaper way of reading, should a release of Node break what it rests on. */
  readonly reads?: 'shared' | 'ordinary';
  /** Counts connections and arriving bodies together with every listener that has the same one; alone by default. */
  readonly tally?: Tally | undefined;
}

/** Certificate and key of a listener with TLS, PEM. */
export interface Secure {
  readonly certificate: string;
  readonly key: string;
  /** The authorities whose client certificates are believed; clients without one are let in all the same. */
  readonly authorities: readonly string[];
}

export interface Listener {
  /**
   * Begins to accept connections on an address; may be called for several. With `secure` they are TLS, with HTTP/1.1 or HTTP/2 by
   * what the client offers.
   * @throws `net-port-taken` with the name of the program that has the port, `net-address-refused`.
   */
  listen(address: Address, secure?: Secure): Promise<AddressInfo>;
  /** Replaces what `listen` was given, for the connections to come. */
  renew(secure: Secure): void;
  /**
   * Goes on as before, save that each connection ends with its next answer, which says so: clients that keep connections look for
   * another server then.
   */
  leave(): void;
  /**
   * Stops accepting, closes idle connections, lets running requests be answered with `Connection: close`, and cuts what is
   * left after `deadline` milliseconds. Resolves when no connection is open.
   */
  drain(deadline: number): Promise<void>;
  /** Stops accepting and cuts every connection. */
  close(): Promise<void>;
  /** Enforces time-outs; done twice a second as long as the listener listens, so that none is more than a second late. */
  sweep(): void;
  readonly counters: Readonly<Counters>;
}

type Protocol = 'http1' | 'http2';

function contextOf({ certificate, key, authorities }: Secure): SecureContextOptions {
  return { cert: certificate, key, ca: [...authorities] };
}

const ignore = (): void => {};

const sweepInterval = 500;
/** How long a client may go on sending after the last answer before its connection is cut. */
const lingerTime = 5000;
/** Clients that may be kept so; further ones are cut as soon as their answer is written. */
const lingerers = 1000;

/** Makes a listener for HTTP/1.1 and HTTP/2 in the clear on the same port. */
export function createListener(options: ListenerOptions, handler: Handler): Listener {
  return new PortListener(options, handler);
}

class PortListener implements Listener, LaneOwner {
  readonly handler: Handler;
  readonly limits: Limits;
  readonly counters: Counters = {
    accepted: 0,
    open: 0,
    full: 0,
    handedOver: 0,
    lane: 0,
    http1: 0,
    http2: 0,
    refused: 0,
    timedOut: 0,
    aborted: 0,
  };
  stamp = 0;
  date = '';
  leaving = false;
  draining = false;
  readonly #describe: ListenerOptions['describe'];
  readonly #onOwnAnswer: ListenerOptions['onOwnAnswer'];
  readonly now: Now;
  readonly #dateNow: Now;
  readonly #reads: 'shared' | 'ordinary';
  readonly #servers = new Set<Server>();
  readonly #secureServers = new Set<SecureServer>();
  readonly #sockets = new Set<Socket>();
  readonly #lanes = new Set<Lane>();
  /** Connections after their last answer, and those of them that are not cut before a time. */
  readonly #ending = new WeakSet<Socket>();
  readonly #lingering = new Map<Socket, number>();
  /** Connections that hold a place. */
  readonly #placed = new Set<Socket>();
  readonly #places: Places;
  readonly arriving: Arriving;
  readonly endless = new Set<OpenStream>();
  readonly upgrades: ReadonlySet<string>;
  readonly streams: boolean;
  readonly burst = new Burst();
  readonly #parsers = new Map<Protocol, Parser>();
  readonly #loading = new Map<Protocol, Promise<Parser>>();
  #timer: NodeJS.Timeout | undefined;
  readonly #whenEmpty: (() => void)[] = [];

  constructor(options: ListenerOptions, handler: Handler) {
    const { limits, describe, now = steadyNow, date = systemNow, reads = 'shared' } = options;
    this.handler = handler;
    this.limits = { ...defaultLimits, ...limits };
    const { tally = createTally() } = options;
    this.#places = new Places(this.limits.connections, tally);
    this.arriving = new Arriving(this.limits.arrivingBytes, tally);
    this.upgrades = new Set(options.upgrades?.map(name => name.toLowerCase()));
    this.streams = options.bodies === 'streamed';
    this.#describe = describe;
    this.#onOwnAnswer = options.onOwnAnswer;
    this.now = now;
    this.#dateNow = date;
    this.#reads = reads;
    this.#tick();
  }

  async listen(address: Address, secure?: Secure): Promise<AddressInfo> {
    const server = secure === undefined ? this.#clear() : await this.#encrypted(secure);
    await bind(server, address);
    this.#servers.add(server);
    return server.address() as AddressInfo;
  }

  #clear(): Server {
    const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true });
    server.on('connection', socket => this.#accept(socket));
    return server;
  }

  /** Connections with TLS go to node's parsers at once: the lane would save little beside the cipher. */
  async #encrypted(secure: Secure): Promise<SecureServer> {
    const tls = await import('node:tls');
    const server = tls.createServer({
      ...contextOf(secure),
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: this.limits.headTimeout,
      noDelay: true,
    });
    server.on('connection', socket => {
      this.counters.accepted++;
      const isPlaced = this.#admit(socket);
      if (!isPlaced) this.counters.full++;
      if (this.draining || !isPlaced) socket.destroy();
    });
    server.on('tlsClientError', (error, socket) => {
      if ((error as NodeJS.ErrnoException).code === 'ERR_TLS_HANDSHAKE_TIMEOUT') this.counters.timedOut++;
      socket.destroy();
    });
    server.on('secureConnection', socket => {
      socket.on('error', ignore);
      socket.on('close', () => {
        // Whoever lingers holds no place, which the connection beneath gives back.
        if (this.#lingering.delete(socket)) this.#places.retake();
      });
      this.handOver(socket, Buffer.alloc(0), socket.alpnProtocol === 'h2' ? 'http2' : 'http1');
    });
    this.#secureServers.add(server);
    return server;
  }

  renew(secure: Secure): void {
    for (const server of this.#secureServers) server.setSecureContext(contextOf(secure));
  }

  /** @returns whether there was a place for it */
  #admit(socket: Socket): boolean {
    this.#sockets.add(socket);
    const isPlaced = this.#places.take();
    if (isPlaced) this.#placed.add(socket);
    this.#watch();
    this.counters.open++;
    socket.on('error', ignore);
    socket.on('close', () => this.#closed(socket));
    return isPlaced;
  }

  #accept(accepted: Socket): void {
    this.counters.accepted++;
    const adopted = adopt(accepted, this.#reads);
    const { socket } = adopted;
    const isPlaced = this.#admit(socket);
    if (this.draining) socket.destroy();
    else if (!isPlaced) this.#refuseFull(socket);
    else this.#lanes.add(new Lane(this, adopted));
  }

  #refuseFull(socket: Socket): void {
    this.counters.full++;
    const open = this.limits.connections;
    const text = `${open} clients are connected, which is the limit.`;
    this.refuse(socket, netErrors.make['net-connections-full'](text), {});
  }

  #closed(socket: Socket): void {
    this.#sockets.delete(socket);
    this.#lingering.delete(socket);
    if (this.#placed.delete(socket)) this.#places.give();
    this.counters.open--;
    if (this.#sockets.size > 0) return;
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  left(lane: Lane): void {
    this.#lanes.delete(lane);
  }

  handOver(socket: Socket, rest: Buffer, protocol: Protocol): void {
    this.counters.handedOver++;
    socket.pause();
    if (rest.length > 0) socket.unshift(rest);
    const parser = this.#parsers.get(protocol);
    if (parser !== undefined) parser.take(socket);
    else void this.#takeLater(socket, protocol);
  }

  /** The parsers load when first needed: `node:http2` alone takes longer than the rest of a start. */
  async #takeLater(socket: Socket, protocol: Protocol): Promise<void> {
    const loading = this.#loading.get(protocol) ?? this.#load(protocol);
    this.#loading.set(protocol, loading);
    try {
      const parser = await loading;
      if (!socket.destroyed) parser.take(socket);
    } catch {
      socket.destroy();
    }
  }

  async #load(protocol: Protocol): Promise<Parser> {
    const parser =
      protocol === 'http1'
        ? (await import('./http1.ts')).createHttp1(this)
        : (await import('./http2.ts')).createHttp2(this);
    this.#parsers.set(protocol, parser);
    return parser;
  }

  describe(thrown: unknown): Answer {
    const error =
      thrown instanceof CodedError
        ? thrown
        : netErrors.make['net-handler-failed'](`Answering failed: ${messageOf(thrown)}`, { cause: thrown });
    const { fields, body } = this.#describe(error);
    const accepts =
      error.code === 'net-encoding-unknown' ? [['Accept-Encoding', 'gzip, deflate'] as const] : [];
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const head = prepareHead(error.status, [...fields, ...accepts]);
    return { code: error.code, head, body: bytes };
  }

  tell({ code, head, body }: Answer, { method, target }: Asked): void {
    this.#onOwnAnswer?.({ method, target, status: head.status, code, bytes: body.length });
  }

  refuse(socket: Socket, error: CodedError, asked: Asked): void {
    this.counters.refused++;
    const answer = this.describe(error);
    this.tell(answer, asked);
    const { head, body } = answer;
    const text = `${head.text}${this.date}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(text, 'latin1'), body]));
    this.linger(socket);
  }

  linger(socket: Socket): void {
    if (socket.destroyed || this.#ending.has(socket)) return;
    this.#ending.add(socket);
    const lingers = this.draining || this.#lingering.size < lingerers;
    if (lingers) {
      this.#lingering.set(socket, Infinity);
      if (!this.#sockets.has(socket) || this.#placed.delete(socket)) this.#places.give();
    }
    // A client may take long to read what was written, but not stop: while it sends nothing is read, or that would count.
    socket.pause();
    socket.setTimeout(this.limits.writeTimeout, () => {
      if (socket.destroyed) return;
      this.counters.timedOut++;
      socket.destroy();
    });
    socket.end(() => {
      if (!lingers) socket.destroy();
      if (socket.destroyed) return;
      socket.setTimeout(0);
      this.#lingering.set(socket, this.stamp + lingerTime);
      socket.resume();
    });
  }

  sweep(): void {
    this.#tick();
    const now = this.stamp - sweepInterval;
    for (const lane of this.#lanes) lane.sweep(now);
    for (const [socket, until] of this.#lingering) if (now > until) socket.destroy();
    for (const parser of this.#parsers.values()) parser.sweep(now);
    if (this.draining) {
      for (const stream of this.endless) stream.close();
      this.#closeIdle();
    } else if (this.#sockets.size === 0) this.#rest();
  }

  /** Nothing is looked at while nobody is connected: a process may have thousands of listeners. */
  #watch(): void {
    if (this.#timer !== undefined) return;
    this.#tick();
    this.#timer = setInterval(() => this.sweep(), sweepInterval).unref();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.stamp = this.now() + sweepInterval;
    this.date = `Date: ${new Date(this.#dateNow()).toUTCString()}\r\n`;
  }

  leave(): void {
    this.leaving = true;
  }

  async drain(deadline: number): Promise<void> {
    this.leave();
    this.draining = true;
    this.#stopAccepting();
    for (const stream of this.endless) stream.close();
    this.#closeIdle();
    const again = setInterval(() => this.#closeIdle(), Math.max(1, Math.min(sweepInterval, deadline / 10)));
    const cut = setTimeout(() => this.#cut(), deadline);
    await this.#empty();
    clearInterval(again);
    clearTimeout(cut);
    this.#stop();
  }

  async close(): Promise<void> {
    this.leave();
    this.draining = true;
    this.#stopAccepting();
    this.#cut();
    await this.#empty();
    this.#stop();
  }

  #stopAccepting(): void {
    for (const server of this.#servers) server.close();
    this.#servers.clear();
    this.#secureServers.clear();
  }

  #closeIdle(): void {
    for (const lane of this.#lanes) lane.drain();
    for (const parser of this.#parsers.values()) parser.drain();
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #empty(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.#sockets.size === 0) resolve();
    else this.#whenEmpty.push(resolve);
    return promise;
  }

  #stop(): void {
    for (const parser of this.#parsers.values()) parser.close();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
