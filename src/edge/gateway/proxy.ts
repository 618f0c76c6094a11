import {
  type Field,
  type Handler,
  type Head,
  keepBody,
  KeptWith,
  type PreparedHead,
  type Sink,
} from '../../base/net/index.ts';
import { type Failure, type Outgoing, relay } from '../../base/net/outgoing/index.ts';
import { type Refuse, refuse, undecided, unknown } from './answers.ts';
import type { Balancer } from './balance.ts';
import { TimedSink } from './deadlines.ts';
import { gatewayErrors } from './errors.ts';
import { fieldsFor, nameOf } from './fields.ts';
import { givingBack } from './givenback.ts';
import {
  bareHost,
  type Endpoint,
  find,
  findElse,
  findForAll,
  type Found,
  type FoundWay,
  type Sees,
  type Routes,
  type Way,
} from './routes/index.ts';

export interface ProxyOptions {
  readonly outgoing: Outgoing;
  readonly balancer: Balancer;
  /** Counts answers by their status; 0 when the client went first. */
  readonly count: (status: number) => void;
  readonly table: Routes;
  /** Gives 0 ≤ x < 1. */
  readonly random: () => number;
  /** A name for a request that has none. */
  readonly requestId: () => string;
  /** Whether people come over https. */
  readonly secure: boolean;
}

/** A request as it came, or as a login has made it; without what each one brings anew. */
export interface Asking {
  readonly method: string;
  readonly target: string;
  readonly head: Head;
}

/** What is sent on of a request, and how: the same for all that repeat its head, as long as the routes are the same. */
export interface Passage extends Asking {
  readonly way: Way;
  readonly fields: readonly Field[];
  /** What its client calls it; undefined when it has no name yet. */
  readonly name: string | undefined;
  readonly major: 1 | 2;
  readonly answer: ((head: PreparedHead) => PreparedHead) | undefined;
}

interface Kept extends Pick<Asking, 'method' | 'target'> {
  /** Serial number of the routes that it was made by. */
  readonly routes: number;
  readonly passage: Passage;
}

interface Exchange {
  readonly passage: Passage;
  readonly body: Uint8Array;
  readonly sink: Sink;
  readonly tried: readonly Endpoint[];
}

/** A request on its way to one replica. */
interface Attempt {
  readonly giveUp: () => void;
}

interface Watch {
  readonly started: (attempt: Attempt) => void;
  readonly ended: () => void;
}

const untimed: Watch = { started: () => {}, ended: () => {} };

/** Passes requests on to where the routes say. */
export class GatewayProxy {
  readonly #options: ProxyOptions;
  readonly #count: (status: number) => void;
  /** Clients repeat themselves, and a listener gives the same object for the same bytes. */
  readonly #kept = new KeptWith<Head, Kept>();

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#count = options.count;
  }

  /** Answers whoever asks. */
  readonly handler: Handler = (method, target, head, body, sink) => {
    const kept = this.#kept.get(head);
    const routes = this.#options.table().serial;
    if (kept?.routes === routes && kept.method === method && kept.target === target)
      return this.pass(kept.passage, body, sink);
    const found = this.route(method, pathOf(target), head);
    if (found === undefined || !('way' in found)) return this.lost(found, head, sink);
    const passage = this.passage(found, { method, target, head });
    if (found.certain) this.#kept.set(head, { method, target, routes, passage });
    this.pass(passage, body, sink);
  };

  /** Where a request goes; `sees` as for `find`. Nobody is told that what was made a moment ago is not there. */
  route(method: string, path: string, head: Head, sees?: Sees): Found {
    const { table, random } = this.#options;
    const routes = table();
    const found = find(routes, method, path, head, random, sees);
    if (found !== undefined && 'way' in found) return found;
    const latest = table(true);
    return latest === routes ? found : find(latest, method, path, head, random, sees);
  }

  /** Where a request goes when nobody may know that its host is there. */
  routeElse(method: string, path: string, head: Head, sees?: Sees): Found {
    return findElse(this.#options.table(), method, path, head, this.#options.random, sees);
  }

  /** Where a request goes by the rules for every host. */
  routeForAll(method: string, path: string, head: Head): ReturnType<typeof findForAll> {
    return findForAll(this.#options.table(), method, path, head, this.#options.random);
  }

  /** Answers what leads nowhere, naming what `sees` lets it. */
  lost(found: Exclude<Found, { way: Way }>, head: Head, sink: Sink, sees?: Sees, answer?: Refuse): void {
    if (found === undefined) {
      this.#count(404);
      return unknown(sink, this.#options.table(), bareHost(head.header('host') ?? ''), sees, answer);
    }
    this.#count(found.candidates.length > 1 ? 409 : 503);
    undecided(sink, found.name, found.candidates, answer);
  }

  /** What is sent on of a request on a way. */
  passage({ way, path }: FoundWay, { method, target, head }: Asking): Passage {
    const query = target.indexOf('?');
    const asked = query < 0 ? target : target.slice(0, query);
    const rewritten = path === asked ? target : path + (query < 0 ? '' : target.slice(query));
    return {
      way,
      method,
      target: rewritten,
      head,
      fields: fieldsFor(head, way, this.#options.secure),
      name: nameOf(head),
      major: this.#majorFor(head, way),
      answer: givingBack(head, way.backend.owner, this.#options.table()),
    };
  }

  /** Sends a request on. */
  pass(passage: Passage, body: Uint8Array, sink: Sink): void {
    // Only small bodies can be sent again, to another replica: they are here already.
    const again = passage.way.backend.endpoints.length > 1 && body.length > 0;
    this.#begin({ passage, body: again ? keepBody(body) : body, sink, tried: [] });
  }

  #begin(exchange: Exchange): void {
    const { timeout, backend } = exchange.passage.way;
    if (timeout === undefined) return this.#send(exchange, untimed);
    const sink = new TimedSink(exchange.sink);
    let current: Attempt | undefined;
    const timer = setTimeout(() => {
      // A connection that has switched protocols is no answer that is awaited.
      if (sink.switched) return;
      current?.giveUp();
      const text = `${backend.name} did not answer within the ${timeout} ms that its route allows.`;
      sink.giveUp(gatewayErrors.make['route-timeout'](text));
      this.#count(504);
    }, timeout);
    const watch = { started: (one: Attempt) => (current = one), ended: () => clearTimeout(timer) };
    this.#send({ ...exchange, sink }, watch);
  }

  #send(exchange: Exchange, watch: Watch): void {
    const { passage, sink, tried, body } = exchange;
    const { backend } = passage.way;
    const { outgoing, balancer, requestId } = this.#options;
    const endpoint = balancer.take(backend, tried);
    if (endpoint === undefined) {
      watch.ended();
      this.#count(503);
      return refuse(sink, gatewayErrors.make['route-unavailable'](`${capital(backend.reason)}.`));
    }
    let left = false;
    /** False when it had been left before. */
    const leave = (): boolean => {
      if (left) return false;
      left = true;
      balancer.leave(endpoint);
      return true;
    };
    const { method, target, head, fields, name, major, answer } = passage;
    const extra: Field[] = [['x-request-id', name ?? requestId()]];
    const relayed = { method, target, head, body, sink, fields, extra, major, answer };
    try {
      const sending = relay(outgoing, endpoint, relayed, {
        over: status => {
          if (!leave()) return;
          watch.ended();
          this.#count(status);
        },
        failed: failure => {
          if (leave()) this.#failed(exchange, endpoint, failure, watch);
        },
      });
      watch.started({
        giveUp: () => {
          sending.cancel();
          leave();
        },
      });
    } catch (error) {
      // The listener answers it.
      leave();
      watch.ended();
      throw error;
    }
  }

  /** A replica that took nothing of the request is not the only one; one that took a byte may have acted. */
  #failed(exchange: Exchange, endpoint: Endpoint, { error, sent }: Failure, watch: Watch): void {
    const { passage, sink } = exchange;
    if (!sent) this.#options.balancer.avoid(endpoint);
    const tried = [...exchange.tried, endpoint];
    const others = passage.way.backend.endpoints.length > tried.length;
    if (!sent && others && passage.head.incoming === undefined && !sink.aborted) {
      return this.#send({ ...exchange, tried }, watch);
    }
    watch.ended();
    this.#count(error.status);
    refuse(sink, error);
  }

  /** gRPC needs HTTP/2 all the way; what else came over it is passed on in the protocol that everything speaks. */
  #majorFor(head: Head, { backend }: Way): 1 | 2 {
    if (head.major !== 2) return 1;
    return backend.http2 || head.header('content-type')?.startsWith('application/grpc') === true ? 2 : 1;
  }
}

function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
