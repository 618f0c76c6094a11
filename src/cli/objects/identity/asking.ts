import { errorOf } from '../../../base/errors/index.ts';
import { throwIfFailed, type Transport } from '../../../cluster/client/index.ts';
import { cliErrors } from '../../errors.ts';

/** Where whoever keeps people and tokens is asked, on the listener of the Kubernetes API. */
const prefix = '/davit/identity/';
/** Milliseconds that an answer may take: a password is hashed meanwhile. */
const patience = 30_000;

interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly fault: 'user' | 'server';
  readonly message: string;
}

/**
 * Asks whoever keeps people and tokens of a cluster.
 * @throws what it answers, a coded error; a StatusError of the API before it.
 */
export async function askIdentity<T>(
  transport: Transport,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const signal = AbortSignal.timeout(patience);
  const reply = await transport.ask({ method, path: `${prefix}${path}`, body, signal });
  const { error } = (typeof reply.body === 'object' && reply.body !== null ? reply.body : {}) as {
    readonly error?: Refusal;
  };
  if (error !== undefined) throw errorOf({ ...error, stack: undefined });
  if (reply.status === 404) {
    throw cliErrors.make['identity-off'](
      'This cluster asks nobody who he is, and keeps no people and tokens.',
    );
  }
  throwIfFailed(reply);
  return reply.body as T;
}
