import type { TestContext } from 'node:test';
import { createListener, type Handler, type Limits, type Listener } from '../../src/base/net/index.ts';
import { type Identity, issue } from '../../src/cluster/access/index.ts';

const day = 86_400_000;
const from = Date.now() - day;
const until = Date.now() + day;

export const authority = issue({ commonName: 'ca', use: 'authority', from, until });

/** A server's certificate with a name that clients see. */
export function serverIdentity(commonName: string): Identity {
  return issue({ commonName, hosts: ['127.0.0.1'], use: 'server', from, until }, authority);
}

/** A certificate of Ann's, by our authority or by another one. */
export function clientIdentity(by: 'ours' | 'a stranger'): Identity {
  const signer = by === 'ours' ? authority : issue({ commonName: 'eve', use: 'authority', from, until });
  return issue({ commonName: 'ann', organizations: ['dev', 'ops'], use: 'client', from, until }, signer);
}

export interface SecurelyServed {
  readonly listener: Listener;
  readonly port: number;
  /** Moves the clock of the listener on by some milliseconds, and lets it look at its time-outs. */
  readonly pass: (milliseconds: number) => void;
}

/** A listener with TLS on a free port, with a clock of its own; closed when the test ends. */
export async function serveSecurely(
  context: TestContext,
  handler: Handler,
  limits: Partial<Limits> = {},
  upgrades: readonly string[] = [],
): Promise<SecurelyServed> {
  let time = 0;
  const describe = ({ code }: { code: string }): { fields: []; body: string } => ({ fields: [], body: code });
  const listener = createListener({ limits, upgrades, now: () => time, describe }, handler);
  const identity = { ...serverIdentity('first'), authorities: [authority.certificate] };
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 }, identity);
  context.after(() => listener.close());
  return {
    listener,
    port,
    pass(milliseconds) {
      time += milliseconds;
      listener.sweep();
    },
  };
}
