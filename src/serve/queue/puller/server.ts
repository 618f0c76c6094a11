import { CodedError } from '../../../base/errors/index.ts';
import type { Handler } from '../../../base/net/index.ts';
import { BatchHead, Collected } from '../batcher/collect.ts';
import { within } from './within.ts';

/** A server of several models, as whoever brings it models asks it. What it refuses rejects with its words, and what is given up with the reason of the signal. */
export interface ModelServer {
  /** Loads what lies under the model's name in the server's folder. */
  load(name: string, signal: AbortSignal): Promise<void>;
  /** Takes a model out of service; one that is not there is out of service. */
  unload(name: string, signal: AbortSignal): Promise<void>;
  /** Whether it has a model; undefined where it does not answer, or does not know at the moment. */
  has(name: string, signal: AbortSignal): Promise<boolean | undefined>;
}

const head = new BatchHead('localhost');
/** Characters of a refusal that are told. */
const most = 1000;
/** Milliseconds that a server has to load a model, or to let it go: as long as a large one takes on a slow disk. */
const usual = 600_000;
/** Milliseconds that it has to say whether it has a model. */
const prompt = 5000;

/**
 * Asks by the repository extension of V2, as KServe's agent does, and whether a model is ready by V2 itself.
 * @param patience milliseconds until it is given up
 */
export function modelServer(next: Handler, patience = usual): ModelServer {
  const ask = async (name: string, verb: 'load' | 'unload', signal: AbortSignal): Promise<void> => {
    const target = `/v2/repository/models/${name}/${verb}`;
    const limits = { time: patience, signal, what: `the ${verb} of ${name}` };
    const { status, words } = await within(limits, asked => answerOf(next, 'POST', target, asked));
    if (status < 300 || (verb === 'unload' && status === 404)) return;
    throw new Error(words || `the server answered ${status} to the ${verb} of ${name}`);
  };
  return {
    load: (name, signal) => ask(name, 'load', signal),
    unload: (name, signal) => ask(name, 'unload', signal),
    has: async (name, signal) => {
      const limits = { time: Math.min(patience, prompt), signal, what: `the state of ${name}` };
      try {
        const target = `/v2/models/${name}/ready`;
        const { status } = await within(limits, asked => answerOf(next, 'GET', target, asked));
        if (status < 300) return true;
        // Triton says 400 of a model that it does not have; any other refusal says nothing of models.
        return status === 404 || status === 400 ? false : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

interface Answered {
  readonly status: number;
  readonly words: string;
}

function answerOf(
  next: Handler,
  method: 'GET' | 'POST',
  target: string,
  signal: AbortSignal,
): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const broken = (): void => reject(new Error('the answer of the server broke off'));
  const sink = new Collected(({ status }, body) => resolve({ status, words: wordsOf(body) }), broken);
  const giveUp = (): void => {
    sink.abort();
    reject(signal.reason);
  };
  if (signal.aborted) return Promise.reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  // A coded error is what a listener would answer.
  const thrown = (error: unknown): void => {
    if (error instanceof CodedError) resolve({ status: error.status, words: error.message });
    else reject(error);
  };
  const body = Buffer.from(method === 'POST' ? '{}' : '');
  void (async () => next(method, target, head, body, sink))().catch(thrown);
  return promise.finally(() => signal.removeEventListener('abort', giveUp));
}

function wordsOf(body: Uint8Array): string {
  const text = Buffer.from(body).toString();
  return saidIn(text).slice(0, most);
}

function saidIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : text;
  } catch {
    return text.trim();
  }
}
