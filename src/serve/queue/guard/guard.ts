import { plainPath } from '../../../base/access/index.ts';
import { messageOf } from '../../../base/errors/index.ts';
import type { Log } from '../../../base/log/index.ts';
import { type Handler, type Head, keepBody, type Sink } from '../../../base/net/index.ts';
import { probeOf } from '../probes.ts';
import { Recent } from './recent.ts';
import { refuse, type Refusal } from './refusals.ts';
import type { Caller, Reviews } from './reviews.ts';
import { seenOf } from './seen.ts';
import type { Shown } from './shown.ts';

export interface GuardOptions {
  readonly reviews: Reviews;
  /** Paths that answer whoever asks with GET: health and metrics. */
  readonly open: readonly string[];
  /** Whether credentials go on to what is behind, because that asks, too. */
  readonly keeps: boolean;
  /** What the service is called, `NAMESPACE/NAME`. */
  readonly service: string;
  readonly log: Log;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** Whether a request may pass, and whose it is; or why it may not. */
export type Outcome = { readonly caller: Caller | undefined } | Refusal;

/** Milliseconds that an answer is good: what is revoked is refused within a second, the time to ask on a busy machine included. */
const stays = 500;
const limits = { most: 1000, atOnce: 32 };

/** Lets nobody pass to a service who may not call it, where no gateway stands before it. */
export class Guard {
  readonly #options: GuardOptions;
  readonly #open: ReadonlySet<string>;
  readonly #callers: Recent<Outcome>;
  readonly #paths: Recent<Outcome>;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#open = new Set(options.open);
    this.#callers = new Recent({ ...limits, stays, now: options.now });
    this.#paths = new Recent({ ...limits, stays, now: options.now });
  }

  /**
   * A handler before which the guard stands.
   * @param probes whether `next` answers the probes of Knative and of kubelets itself
   */
  before(next: Handler, probes: boolean): Handler {
    const { keeps } = this.#options;
    const pass = (outcome: Outcome, { method, target, head, body, sink }: Request): void | Promise<void> => {
      if ('refused' in outcome) return refuse(sink, outcome);
      return next(method, target, seenOf(head).passedFor(outcome.caller, keeps), body, sink);
    };
    return (method, target, head, body, sink) => {
      if (probes && probeOf(head) !== undefined) return next(method, target, head, body, sink);
      if (this.#isOpen(method, target)) {
        return next(method, target, seenOf(head).passedFor(undefined, keeps), body, sink);
      }
      const { shown } = seenOf(head);
      const outcome = this.#look(shown, target);
      if (outcome !== undefined) return pass(outcome, { method, target, head, body, sink });
      const kept = keepBody(body);
      return this.#ask(shown, target).then(told => pass(told, { method, target, head, body: kept, sink }));
    };
  }

  #isOpen(method: string, target: string): boolean {
    if (method !== 'GET' && method !== 'HEAD') return false;
    const path = plainPath(target);
    return path !== undefined && this.#open.has(path);
  }

  /** What is known already; undefined when somebody has to be asked. */
  #look(shown: Shown, target: string): Outcome | undefined {
    const own = typeof shown === 'string' ? nothingGood(shown) : this.#callers.look(shown.bearer);
    if (own === undefined || 'caller' in own) return own;
    const open = this.#paths.look(keyOf(target));
    return open === undefined ? undefined : eitherOf(own, open);
  }

  async #ask(shown: Shown, target: string): Promise<Outcome> {
    try {
      const own = typeof shown === 'string' ? nothingGood(shown) : await this.#askCaller(shown.bearer);
      if ('caller' in own) return own;
      return eitherOf(own, await this.#askPath(target));
    } catch (error) {
      this.#options.log.warning('who asks cannot be found out', { reason: messageOf(error) });
      return {
        refused: 'guard-blind',
        why: 'Whether the request is allowed cannot be found out at the moment.',
      };
    }
  }

  #askCaller(bearer: string): Promise<Outcome> {
    const { reviews, service } = this.#options;
    const known = this.#callers.look(bearer);
    if (known !== undefined) return Promise.resolve(known);
    return this.#callers.ask(bearer, async () => {
      const caller = await reviews.who(bearer);
      if (caller === undefined) return wrong;
      const { allowed, reason } = await reviews.may(caller, '/');
      if (allowed) return { caller };
      const why = `${caller.name} may not call ${service}: ${reason || 'no role allows it'}.`;
      return { refused: 'guard-forbidden', why };
    });
  }

  #askPath(target: string): Promise<Outcome> {
    const path = keyOf(target);
    return this.#paths.ask(path, async () => {
      const { allowed } = await this.#options.reviews.may(undefined, path);
      return allowed ? { caller: undefined } : missing;
    });
  }
}

const missing: Refusal = {
  refused: 'guard-unauthenticated',
  why: 'Nobody is known to ask, and the service demands a credential: send Authorization: Bearer with a token.',
};
const wrong: Refusal = {
  refused: 'guard-unauthenticated',
  why: 'The credential of the request is good for nothing here: it is wrong, has expired, or was revoked.',
};

function nothingGood(shown: 'nothing' | 'unusable'): Refusal {
  return shown === 'nothing' ? missing : wrong;
}

/** What may be read in two ways is public only where everything is. */
function keyOf(target: string): string {
  return plainPath(target) ?? '/';
}

/** Whoever may not call by himself may call what is public. */
function eitherOf(own: Refusal, open: Outcome): Outcome {
  return 'caller' in open ? open : own;
}

interface Request {
  readonly method: string;
  readonly target: string;
  readonly head: Head;
  readonly body: Uint8Array;
  readonly sink: Sink;
}
