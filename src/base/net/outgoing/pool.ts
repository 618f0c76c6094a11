import { type Now, steadyNow } from '../../clock/index.ts';
import { messageOf } from '../../errors/index.ts';
import { Connection, type Keeper } from './connection.ts';
import type { Endpoint, OutgoingRequest, Receiver, Sending } from './contract.ts';
import { outgoingErrors } from './errors.ts';
import { netErrors } from '../index.ts';
import { Repeating } from './repeating.ts';
import type { Sessions } from './sessions.ts';

export interface OutgoingOptions {
  /** Idle connections kept to one endpoint. */
  readonly idle?: number;
  /** Milliseconds that an idle connection is kept. */
  readonly idleTimeout?: number;
  /** Milliseconds to connect in. */
  readonly connectTimeout?: number;
  /** Milliseconds for the head of an answer to come over HTTP/1.1; no limit by default. */
  readonly answerTimeout?: number;
  readonly now?: Now;
}

/** Sends requests to endpoints over connections that it keeps. */
export interface Outgoing {
  /**
   * The receiver hears nothing before this has returned.
   * @throws `net-request-malformed` for fields or a target that cannot be written
   */
  send(to: Endpoint, request: OutgoingRequest, receiver: Receiver): Sending;
  /** Connections of HTTP/1.1 that wait for a request. */
  readonly waiting: number;
  /** Cuts every connection. */
  close(): void;
}

const sweepInterval = 250;
/** Idle connections are given up so many milliseconds earlier than the other end does it. */
const margin = 1000;
/**
 * Milliseconds of rest after which a connection may be one that the other end is just closing: what cannot be done again is not sent
 * on it. Servers that linger when they end serve on for longer than this after the last request; others may end within it, and what was
 * just sent to them is lost.
 */
const trusted = 250;
/** Methods that only read: what failed on a connection that was idle for too long may be done again. */
const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

export function createOutgoing(options: OutgoingOptions = {}): Outgoing {
  return new Pool(options);
}

class Pool implements Outgoing, Keeper {
  readonly #most: number;
  readonly #idleTimeout: number;
  readonly #connectTimeout: number;
  readonly #answerTimeout: number;
  readonly #now: Now;
  readonly #resting = new Map<string, Connection[]>();
  readonly #open = new Set<Connection>();
  #sessions: Promise<Sessions> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: OutgoingOptions) {
    this.#most = options.idle ?? 256;
    this.#idleTimeout = options.idleTimeout ?? 30_000;
    this.#connectTimeout = options.connectTimeout ?? 5000;
    this.#answerTimeout = options.answerTimeout ?? Infinity;
    this.#now = options.now ?? steadyNow;
  }

  get waiting(): number {
    return [...this.#resting.values()].reduce((sum, { length }) => sum + length, 0);
  }

  send(to: Endpoint, request: OutgoingRequest, receiver: Receiver): Sending {
    if (this.#closed) throw outgoingErrors.make['upstream-unreachable']('Nothing is sent any more.');
    if (request.major === 2) return this.#overHttp2(to, request, receiver);
    const repeatable = reading.has(request.method) && request.body === undefined;
    const kept = request.upgrade === undefined ? this.#kept(to, repeatable) : undefined;
    if (kept === undefined) return this.#sendOn(this.#connect(to), request, receiver);
    if (!repeatable) return this.#sendOn(kept, request, receiver);
    const again = new Repeating(receiver, () => this.#sendOn(this.#connect(to), request, receiver));
    again.sending = this.#sendOn(kept, request, again);
    return again;
  }

  /** A connection that rests, if there is one that a request may be sent on. */
  #kept(to: Endpoint, repeatable: boolean): Connection | undefined {
    const kept = this.#resting.get(keyOf(to))?.pop();
    if (kept === undefined || repeatable || this.#now() - kept.restsSince <= trusted) return kept;
    kept.close();
    return undefined;
  }

  #sendOn(connection: Connection, request: OutgoingRequest, receiver: Receiver): Connection {
    if (this.#answerTimeout !== Infinity) connection.deadline = this.#now() + this.#answerTimeout;
    try {
      connection.send(request, receiver);
    } catch (error) {
      connection.cancel();
      throw error;
    }
    return connection;
  }

  #connect(to: Endpoint): Connection {
    const connection = new Connection(to, this, this.#connectTimeout);
    this.#open.add(connection);
    this.#timer ??= setInterval(() => this.#sweep(), sweepInterval).unref();
    return connection;
  }

  #overHttp2(to: Endpoint, request: OutgoingRequest, receiver: Receiver): Sending {
    // Its module takes longer to load than the rest: most never need it.
    this.#sessions ??= import('./sessions.ts').then(({ Sessions }) => new Sessions(this.#connectTimeout));
    let sending: Sending | undefined;
    let cancelled = false;
    void this.#sessions
      .then(sessions => {
        if (!cancelled) sending = sessions.send(to, request, receiver);
      })
      .catch((thrown: unknown) => {
        // Node refuses fields that may be there only once, and says so by throwing.
        const error = netErrors.make['net-request-malformed'](messageOf(thrown));
        receiver.fail({ error, sent: false, reused: false });
      });
    return {
      resume: () => sending?.resume(),
      cancel: () => {
        cancelled = true;
        sending?.cancel();
      },
    };
  }

  rests(connection: Connection, keptFor: number): void {
    const key = keyOf(connection.to);
    let list = this.#resting.get(key);
    if (list === undefined) this.#resting.set(key, (list = []));
    if (list.length >= this.#most || keptFor <= margin) return connection.close();
    connection.deadline = Infinity;
    const now = this.#now();
    connection.restsSince = now;
    connection.restsUntil = now + Math.min(this.#idleTimeout, keptFor - margin);
    list.push(connection);
  }

  gone(connection: Connection): void {
    this.#open.delete(connection);
    const key = keyOf(connection.to);
    const list = this.#resting.get(key);
    const at = list?.indexOf(connection) ?? -1;
    if (at >= 0) list?.splice(at, 1);
    if (list?.length === 0) this.#resting.delete(key);
  }

  #sweep(): void {
    const now = this.#now();
    for (const list of this.#resting.values()) {
      for (const connection of list.filter(({ restsUntil }) => now > restsUntil)) connection.close();
    }
    for (const connection of this.#open) {
      if (now <= connection.deadline) continue;
      const { host, port } = connection.to;
      const text = `The server at ${host}:${port} did not answer within ${this.#answerTimeout} ms.`;
      connection.giveUp(outgoingErrors.make['upstream-slow'](text));
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const connection of this.#open) connection.close();
    void this.#sessions?.then(sessions => sessions.close());
  }
}

function keyOf({ host, port }: Endpoint): string {
  return `${host} ${port}`;
}
