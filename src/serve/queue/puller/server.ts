import { CodedError } from '../../../base/errors/index.ts';
import type { Handler } from '../../../base/net/index.ts';
import { BatchHead, Collected } from '../batcher/collect.ts';

/** A server of several models, as whoever brings it models asks it. What it refuses rejects with its words. */
export interface ModelServer {
  /** Loads what lies under the model's name in the server's folder. */
  load(name: string): Promise<void>;
  /** Takes a model out of service; one that is not there is out of service. */
  unload(name: string): Promise<void>;
}

const head = new BatchHead('localhost');
/** Characters of a refusal that are told. */
const most = 1000;

/** Asks by the repository extension of V2, as KServe's agent does. */
export function modelServer(next: Handler): ModelServer {
  const ask = async (name: string, verb: 'load' | 'unload'): Promise<void> => {
    const { status, words } = await answerOf(next, `/v2/repository/models/${name}/${verb}`);
    if (status < 300 || (verb === 'unload' && status === 404)) return;
    throw new Error(words || `the server answered ${status} to the ${verb} of ${name}`);
  };
  return { load: name => ask(name, 'load'), unload: name => ask(name, 'unload') };
}

interface Answered {
  readonly status: number;
  readonly words: string;
}

function answerOf(next: Handler, target: string): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const broken = (): void => reject(new Error('the answer of the server broke off'));
  const sink = new Collected(({ status }, body) => resolve({ status, words: wordsOf(body) }), broken);
  // A coded error is what a listener would answer.
  const thrown = (error: unknown): void => {
    if (error instanceof CodedError) resolve({ status: error.status, words: error.message });
    else reject(error);
  };
  void (async () => next('POST', target, head, Buffer.from('{}'), sink))().catch(thrown);
  return promise;
}

function wordsOf(body: Uint8Array): string {
  const text = Buffer.from(body).toString().slice(0, most);
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? error : text;
  } catch {
    return text.trim();
  }
}
