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

/** How pods and services get addresses. */
export type Addressing = 'auto' | 'each' | 'one';

/**
 * Whether pods and services each have an address, or share 127.0.0.1 and have ports of their own there. On Linux all of 127.0.0.0/8 leads
 * to the machine itself; elsewhere only 127.0.0.1 does, until others are added to its interface. Tells when they share, and when they
 * are to have addresses that are not here.
 */
export async function sharesAddress(
  asked: Addressing,
  block: string,
  log: Log,
  probe: Probe = listening,
): Promise<boolean> {
  const address = new AddressBlock(block).at(first);
  const reason = asked === 'one' ? 'asked for' : await probe(address);
  if (reason === undefined) return false;
  if (asked === 'each') {
    log.warning('this machine does not have the addresses of pods: their servers cannot listen', {
      block,
      address,
      reason,
      fix: `add addresses of the block to the loopback interface (macOS: sudo ifconfig lo0 alias ${address}, one for each pod), name a block that is here with --pod-addresses, or leave out --addresses`,
    });
    return false;
  }
  log.info('pods and services share 127.0.0.1: each has ports of its own there', {
    reason,
    pods: `kubectl get pods -o custom-columns='NAME:.metadata.name,PORTS:.metadata.annotations.davit\\.dev/ports'`,
    services: `kubectl get svc -o custom-columns='NAME:.metadata.name,AT:.metadata.annotations.davit\\.dev/listens-on'`,
  });
  return true;
}
