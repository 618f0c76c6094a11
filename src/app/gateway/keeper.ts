import { errorOf } from '../../base/errors/index.ts';
import type { HttpTransport, Reply } from '../../cluster/client/index.ts';
import type { Closed, Keeper, Known, NewSession, Revoked, Shared } from '../../edge/identity/index.ts';
import { appErrors } from '../errors.ts';
import {
  keeperPaths,
  prefix,
  type Refusal,
  type RevocationLine,
  sharedOf,
  type SharedText,
} from '../up/identity/wire.ts';

/** Milliseconds that an answer may take. */
const patience = 5000;
/** Milliseconds without a sign of life after which a stream is given up, and before it is opened again. */
const silence = 2000;
const pause = 100;

/** Asks the keeper of another process, over the Kubernetes API. */
export class RemoteKeeper implements Keeper {
  readonly #transport: HttpTransport;
  readonly #onError: (error: unknown) => void;

  /** @param onError told why the stream of revocations was interrupted */
  constructor(transport: HttpTransport, onError: (error: unknown) => void) {
    this.#transport = transport;
    this.#onError = onError;
  }

  async who(bearer: string): Promise<Known | undefined> {
    const { known } = await this.#ask<{ known: Known | null }>('POST', keeperPaths.who, { bearer });
    return known ?? undefined;
  }

  open(session: NewSession): Promise<{ readonly handle: string; readonly expires: number }> {
    return this.#ask('POST', keeperPaths.open, session);
  }

  async close(handle: string): Promise<Closed | undefined> {
    const { closed } = await this.#ask<{ closed: Closed | null }>('POST', keeperPaths.close, { handle });
    return closed ?? undefined;
  }

  async spend(mark: string, expires: number): Promise<boolean> {
    return (await this.#ask<{ first: boolean }>('POST', keeperPaths.spend, { mark, expires })).first;
  }

  async shared(): Promise<Shared> {
    return sharedOf(await this.#ask<SharedText>('GET', keeperPaths.shared));
  }

  /** Opened again whenever it breaks; what may have been missed is told as `all`. */
  async *revocations(signal: AbortSignal): AsyncGenerator<Revoked | undefined> {
    while (!signal.aborted) {
      try {
        yield* this.#lines(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#onError(error);
      }
      await rest(pause, signal);
    }
  }

  async *#lines(signal: AbortSignal): AsyncGenerator<Revoked | undefined> {
    const quiet = new AbortController();
    const giveUp = (): void => quiet.abort();
    let timer = setTimeout(giveUp, patience);
    const path = `${prefix}${keeperPaths.revocations}`;
    const either = AbortSignal.any([signal, quiet.signal]);
    let first = true;
    try {
      for await (const line of this.#transport.stream({ method: 'GET', path, signal: either })) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, silence);
        if (first) yield { kind: 'all' };
        first = false;
        const told = line as RevocationLine;
        yield 'kind' in told ? (told as Revoked) : undefined;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const signal = AbortSignal.timeout(patience);
    let reply: Reply;
    try {
      reply = await this.#transport.ask({ method, path: `${prefix}${path}`, body, signal });
    } catch (cause) {
      const text = 'Whoever keeps sessions and tokens cannot be reached.';
      throw appErrors.make['identity-unreachable'](text, { cause });
    }
    if (reply.status === 200) return reply.body as T;
    throw failureOf(reply);
  }
}

/** What a refusal of the keeper, or of the API before it, says. */
export function failureOf({ status, body }: Reply): Error {
  const { error, message } = (typeof body === 'object' && body !== null ? body : {}) as Partial<Refusal> & {
    readonly message?: string;
  };
  if (error !== undefined) return errorOf({ ...error, stack: undefined });
  const why = message ?? `HTTP status ${status}`;
  return appErrors.make['identity-unreachable'](`Whoever keeps sessions and tokens refuses: ${why}`);
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
