import { createServer } from 'node:net';
import type { Log } from '../../base/log/index.ts';
import { AddressBlock } from '../../cluster/allocation/index.ts';

/** Why an address cannot be listened on: the code of the system's error; undefined where it can. */
export type Probe = (host: string) => Promise<string | undefined>;

/** Asks the system, by listening for a moment. */
export const listening: Probe = host =>
  new Promise(resolve => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port: 0, exclusive: true }, () => server.close(() => resolve(undefined)));
  });

/** The first address that a pod may have. */
const first = 2;

/**
 * Tells when this machine does not have the addresses of pods. On Linux all of 127.0.0.0/8 leads to itself; elsewhere only 127.0.0.1
 * does, until others are added to its interface.
 * @returns whether it has them
 */
export async function checkPodAddresses(block: string, log: Log, probe: Probe = listening): Promise<boolean> {
  const address = new AddressBlock(block).at(first);
  const reason = await probe(address);
  if (reason === undefined) return true;
  log.warning('this machine does not have the addresses of pods: their servers cannot listen', {
    block,
    address,
    reason,
    fix: `add addresses of the block to the loopback interface (macOS: sudo ifconfig lo0 alias ${address}, one for each pod), or name a block that is here with --pod-addresses`,
  });
  return false;
}
