import { keepBody, type Handler, type Head, type Sink } from '../base/net/index.ts';
import { CodedError, messageOf } from '../base/errors/index.ts';
import type { Log } from '../base/log/index.ts';
import { serveErrors } from './errors.ts';
import {
  protocols,
  sendError,
  type Action,
  type Protocol,
  type Route,
  type Serving,
} from './protocols/index.ts';

/** Targets come from clients, so the number of prepared ones needs a bound. */
const mostPrepared = 4096;

/** From a target to its action: one look-up once prepared; renewed when a model changes. */
export class Router {
  readonly #serving: Serving;
  readonly #log: Log;
  readonly #loaded = new Map<string, Protocol>();
  #prepared = new Map<string, Route>();

  constructor(serving: Serving, log: Log) {
    this.#serving = serving;
    this.#log = log;
  }

  /** Forgets what was prepared. */
  renew(): void {
    this.#prepared = new Map();
  }

  readonly handle: Handler = (method, target, head, body, sink) => {
    try {
      const route = this.#prepared.get(target);
      const action = route === undefined ? undefined : actionOf(route, method);
      if (action === undefined) return this.#slow(method, target, head, body, sink);
      return this.#run(action, target, head, body, sink);
    } catch (thrown) {
      return this.#fail(sink, target, thrown);
    }
  };

  #run(action: Action, target: string, head: Head, body: Uint8Array, sink: Sink): void | Promise<void> {
    const pending = action(head, body, sink);
    return pending?.catch((thrown: unknown) => this.#fail(sink, target, thrown));
  }

  /** A target seen for the first time, or for a method its route lacks. */
  #slow(method: string, target: string, head: Head, body: Uint8Array, sink: Sink): void | Promise<void> {
    const segments = segmentsOf(target);
    const row = protocols.find(one => one.match(segments[0] ?? ''));
    if (row === undefined) throw unknownRoute(target);
    const protocol = this.#loaded.get(row.name);
    if (protocol !== undefined) return this.#dispatch(protocol, segments, method, target, head, body, sink);
    // The body is the listener's again once the handler returns.
    const kept = keepBody(body);
    return row.load().then(
      loaded => {
        this.#loaded.set(row.name, loaded);
        return this.handle(method, target, head, kept, sink);
      },
      (thrown: unknown) => this.#fail(sink, target, thrown),
    );
  }

  #dispatch(
    protocol: Protocol,
    segments: readonly string[],
    method: string,
    target: string,
    head: Head,
    body: Uint8Array,
    sink: Sink,
  ): void | Promise<void> {
    const route = protocol.route(segments, this.#serving);
    if (route === undefined) throw unknownRoute(target);
    // Starting over: else queries that never come again would keep everybody's targets out for good.
    if (this.#prepared.size >= mostPrepared) this.renew();
    this.#prepared.set(target, route);
    const action = actionOf(route, method);
    if (action === undefined) {
      const allowed = Object.keys(route).join(', ');
      return sendError(
        sink,
        serveErrors.make['method-not-allowed'](`${method} ${target}: found ${method}, expected ${allowed}`),
        allowed,
      );
    }
    return this.#run(action, target, head, body, sink);
  }

  #fail(sink: Sink, target: string, thrown: unknown): void {
    if (!(thrown instanceof CodedError)) {
      this.#log.error('request failed by a defect', {
        target,
        reason: messageOf(thrown),
        stack: thrown instanceof Error ? thrown.stack : undefined,
      });
    }
    sendError(
      sink,
      thrown instanceof CodedError
        ? thrown
        : serveErrors.make.internal(`internal error: ${messageOf(thrown)}`),
    );
  }
}

function actionOf(route: Route, method: string): Action | undefined {
  return method === 'POST' ? route.POST : method === 'GET' || method === 'HEAD' ? route.GET : undefined;
}

function unknownRoute(target: string): Error {
  return serveErrors.make['route-unknown'](`nothing is served at ${target}`);
}

/** Decoded segments of the path, without the query; one trailing slash is forgiven. */
function segmentsOf(target: string): string[] {
  const path = target.split('?', 1)[0] as string;
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  try {
    return trimmed.split('/').slice(1).map(decodeURIComponent);
  } catch {
    throw unknownRoute(target);
  }
}
