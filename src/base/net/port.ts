import { createServer, type Server } from 'node:net';
import type { CodedError } from '../errors/index.ts';
import { netErrors } from './errors.ts';
import { portOwner } from './portowner.ts';

/** Where to listen. */
export interface Address {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Lets several threads or processes share the port; take it with `probePort` first, or sharing a stranger's is silent. */
  readonly reusePort?: boolean;
}

const backlog = 1024;

/**
 * Makes a server listen.
 * @throws `net-port-taken`, `net-address-refused`.
 */
export async function bind(server: Server, address: Address): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ backlog, ...address }, resolve);
  try {
    await promise;
  } catch (error) {
    throw await explain(error as NodeJS.ErrnoException, address);
  }
  server.off('error', reject);
  server.on('error', () => {});
}

async function explain(error: NodeJS.ErrnoException, { host, port }: Address): Promise<CodedError> {
  const place = `port ${port} of ${host}`;
  if (error.code === 'EADDRINUSE') {
    const { address = host } = error as { address?: string };
    const owner = await portOwner(address, port);
    return netErrors.make['net-port-taken'](
      `Cannot listen on ${place}: ${owner ?? 'another program'} has it.`,
      {
        cause: error,
      },
    );
  }
  return netErrors.make['net-address-refused'](`Cannot listen on ${place}: ${error.message}.`, {
    cause: error,
  });
}

/**
 * Makes sure that nobody has the port, before several threads share it with `reusePort`, which would share a stranger's, too.
 * @returns the port, chosen by the system for 0.
 * @throws `net-port-taken`, `net-address-refused`.
 */
export async function probePort({ host, port }: Address): Promise<number> {
  const server = createServer();
  await bind(server, { host, port });
  const taken = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof taken === 'object' && taken !== null ? taken.port : port;
}
