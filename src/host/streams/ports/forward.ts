import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '../../../base/errors/index.ts';

/** A pod whose ports are forwarded. */
export interface Forwarded {
  readonly name: string;
  readonly address: string;
  /** Where its ports are found at that address; those that are not named are where they say. */
  readonly found?: ReadonlyMap<number, number> | undefined;
}

/**
 * Connects a stream of a client with a port of a pod; resolves when both directions have ended.
 * @returns what went wrong when the port did not answer, in the words a kubelet would have for it
 */
export async function forward(
  data: Duplex,
  { address: host, found }: Forwarded,
  said: number,
): Promise<string | undefined> {
  const port = found?.get(said) ?? said;
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  const opened = await new Promise<Error | undefined>(resolve => {
    socket.once('error', resolve);
    socket.once('connect', () => resolve(undefined));
    data.once('close', () => socket.destroy(new Error('the client has gone')));
  });
  if (opened !== undefined) return `dial tcp ${host}:${port}: ${reasonOf(opened)}`;
  socket.on('error', () => data.destroy());
  data.on('error', () => socket.destroy());
  const closed = Promise.all([socket, data].map(end => new Promise(resolve => end.once('close', resolve))));
  socket.pipe(data);
  data.pipe(socket);
  await closed;
  return undefined;
}

const reasons = new Map([
  ['ECONNREFUSED', 'connect: connection refused'],
  ['EHOSTUNREACH', 'connect: no route to host'],
  ['EADDRNOTAVAIL', 'connect: cannot assign requested address'],
  ['ETIMEDOUT', 'i/o timeout'],
]);

function reasonOf(error: Error): string {
  return reasons.get((error as NodeJS.ErrnoException).code ?? '') ?? messageOf(error);
}

/** A port as clients write it; undefined for anything else. */
export function portIn(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : undefined;
}
