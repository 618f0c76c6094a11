import type { Metrics } from '../../base/metrics/index.ts';
import { type Handler, type Head, keepBody, type Sink } from '../../base/net/index.ts';
import { type Failure, type Outgoing, relay, type Sending } from '../../base/net/outgoing/index.ts';
import { refuse, undecided, unknown } from './answers.ts';
import type { Balancer } from './balance.ts';
import { TimedSink } from './deadlines.ts';
import { gatewayErrors } from './errors.ts';
import { extraFor, fieldsFor } from './fields.ts';
import { bareHost, type Endpoint, find, type Table, type Way } from './routes/index.ts';

export interface ProxyOptions {
  readonly outgoing: Outgoing;
  readonly balancer: Balancer;
  readonly metrics: Metrics;
  /** The routes as they are now. */
  readonly table: () => Table;
  /** Gives 0 ≤ x < 1. */
  readonly random: () => number;
  /** A name for a request that has none. */
  readonly requestId: () => string;
}

interface Exchange {
  readonly method: string;
  readonly target: string;
  readonly head: Head;
  readonly body: Uint8Array;
  readonly sink: Sink;
  readonly way: Way;
  readonly tried: readonly Endpoint[];
}

/** Passes requests on to where the routes say. */
export class GatewayProxy {
  readonly #options: ProxyOptions;
  readonly #count: (status: number) => void;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#count = counting(options.metrics);
  }

  readonly handler: Handler = (method, target, head, body, sink) => {
    const { table: tableNow, random } = this.#options;
    const table = tableNow();
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    const found = find(table, method, path, head, random);
    if (found === undefined) {
      this.#count(404);
      return unknown(sink, table, bareHost(head.header('host') ?? ''));
    }
    if ('candidates' in found) {
      this.#count(found.candidates.length > 1 ? 409 : 503);
      return undecided(sink, found.name, found.candidates);
    }
    const { way } = found;
    const rewritten = found.path === path ? target : found.path + (query < 0 ? '' : target.slice(query));
    // Only small bodies can be sent again, to another replica: they are here already.
    const again = way.backend.endpoints.length > 1 && body.length > 0;
    const kept = again ? keepBody(body) : body;
    this.#begin({ method, target: rewritten, head, body: kept, sink, way, tried: [] });
  };

  #begin(exchange: Exchange): void {
    const { timeout, backend } = exchange.way;
    if (timeout === undefined) return void this.#send(exchange, () => {});
    const sink = new TimedSink(exchange.sink);
    let sending: Sending | undefined;
    const timer = setTimeout(() => {
      sending?.cancel();
      over();
      const text = `${backend.name} did not answer within the ${timeout} ms that its route allows.`;
      sink.giveUp(gatewayErrors.make['route-timeout'](text));
      this.#count(504);
    }, timeout);
    const over = this.#send(
      { ...exchange, sink },
      one => (sending = one),
      () => clearTimeout(timer),
    );
  }

  /** @returns what is to be called when the exchange is cancelled from here */
  #send(exchange: Exchange, started: (sending: Sending) => void, ended = (): void => {}): () => void {
    const { way, sink, head, tried } = exchange;
    const { outgoing, balancer, requestId } = this.#options;
    const endpoint = balancer.take(way.backend, tried);
    if (endpoint === undefined) {
      ended();
      this.#count(503);
      refuse(sink, gatewayErrors.make['route-unavailable'](`${capital(way.backend.reason)}.`));
      return () => {};
    }
    let left = false;
    const leave = (): void => {
      if (!left) balancer.leave(endpoint);
      left = true;
    };
    const { method, target, body } = exchange;
    const fields = fieldsFor(head, way);
    const relayed = { method, target, head, body, sink, fields, extra: extraFor(head, requestId) };
    try {
      const sending = relay(
        outgoing,
        endpoint,
        { ...relayed, major: this.#majorFor(head, way) },
        {
          over: status => {
            leave();
            ended();
            this.#count(status);
          },
          failed: failure => {
            leave();
            this.#failed(exchange, endpoint, failure, started, ended);
          },
        },
      );
      started(sending);
    } catch (error) {
      // The listener answers it.
      leave();
      ended();
      throw error;
    }
    return leave;
  }

  /** A replica that took nothing of the request is not the only one; one that took a byte may have acted. */
  #failed(
    exchange: Exchange,
    endpoint: Endpoint,
    { error, sent }: Failure,
    started: (sending: Sending) => void,
    ended: () => void,
  ): void {
    const { way, head, sink } = exchange;
    if (!sent) this.#options.balancer.avoid(endpoint);
    const tried = [...exchange.tried, endpoint];
    const others = way.backend.endpoints.length > tried.length;
    if (!sent && others && head.incoming === undefined && !sink.aborted) {
      this.#send({ ...exchange, tried }, started, ended);
      return;
    }
    ended();
    this.#count(error.status);
    refuse(sink, error);
  }

  /** gRPC needs HTTP/2 all the way; what else came over it is passed on in the protocol that everything speaks. */
  #majorFor(head: Head, { backend }: Way): 1 | 2 {
    if (head.major !== 2) return 1;
    return backend.http2 || head.header('content-type')?.startsWith('application/grpc') === true ? 2 : 1;
  }
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function counting(metrics: Metrics): (status: number) => void {
  const known = new Map<number, () => void>();
  return status => {
    let add = known.get(status);
    if (add === undefined) {
      const labels = { code: String(status) };
      const counter = metrics.counter(
        'davit_gateway_requests_total',
        'Requests that came to an end, by status; 0 when the client went first.',
        labels,
      );
      known.set(status, (add = () => counter.add()));
    }
    add();
  };
}
