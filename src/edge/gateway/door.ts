import { randomUUID } from 'node:crypto';
import type { AddressBlocks } from '../../base/addresses/index.ts';
import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import { createMetrics, type Metrics, renderPrometheus } from '../../base/metrics/index.ts';
import {
  type Address,
  createListener,
  type Handler,
  type Listener,
  prepareHead,
  type Secure,
} from '../../base/net/index.ts';
import { createOutgoing } from '../../base/net/outgoing/index.ts';
import { logged } from './accesslog.ts';
import { described } from './answers.ts';
import { Balancer } from './balance.ts';
import { believing } from './believing.ts';
import { counting } from './counting.ts';
import { GatewayProxy } from './proxy.ts';
import { unasked } from './login/index.ts';
import type { Routes } from './routes/index.ts';

/** Times in milliseconds. */
export interface GatewayLimits {
  /** To connect to a replica. */
  readonly connect?: number;
  /** For an answer over HTTP/1.1 to begin. */
  readonly answer?: number;
  /** Bytes of a request body. */
  readonly bodyBytes?: number;
}

export interface DoorOptions {
  readonly listen: Address;
  readonly also?: readonly Address[];
  readonly limits?: GatewayLimits;
  /** Certificate and key where people come over https. */
  readonly secure?: Secure | undefined;
  /** Whether every request is logged. */
  readonly accessLog?: boolean;
  /** Proxies that are believed what they say of those whose requests they pass on; nobody else is. */
  readonly proxies?: AddressBlocks | undefined;
  readonly log: Log;
}

/** What a layer before the proxy is made of. */
export interface Behind {
  readonly proxy: GatewayProxy;
  readonly count: (status: number) => void;
}

const usual = { connect: 5000, answer: 600_000, bodyBytes: 1024 * 1024 * 1024 };
/** Milliseconds that exchanges may take to end when the gateway does. */
const grace = 10_000;
const loopback = '127.0.0.1';

export interface OpenDoor {
  readonly listen: Address;
  readonly statusPort: number;
  /** Where what is inside the cluster comes in by the names of services: on this machine alone, in the clear, unasked. */
  readonly localPort: number;
  /** Takes another certificate, for the connections to come. */
  renew(secure: Secure): void;
  close(): Promise<void>;
}

/**
 * Opens the listeners.
 * @param before makes what stands before the proxy; without it everybody is let in
 * @throws `net-port-taken`, `net-address-refused`
 */
export async function openDoor(
  options: DoorOptions,
  table: Routes,
  before?: (behind: Behind) => Handler,
): Promise<OpenDoor> {
  const { connect, answer, bodyBytes } = { ...usual, ...options.limits };
  const metrics = createMetrics();
  const count = counting(metrics);
  const outgoing = createOutgoing({ connectTimeout: connect, answerTimeout: answer });
  const proxy = new GatewayProxy({
    outgoing,
    balancer: new Balancer(() => performance.now()),
    count,
    table,
    random: Math.random,
    requestId: randomUUID,
    secure: options.secure !== undefined,
  });
  const handler = before?.({ proxy, count }) ?? proxy.handler;
  const listening = {
    describe: described,
    upgrades: ['websocket'],
    bodies: 'streamed' as const,
    limits: { bodyBytes },
  };
  const outer = options.accessLog === true ? logged(handler, options.log, () => performance.now()) : handler;
  const { proxies } = options;
  const listener = createListener(listening, proxies === undefined ? outer : believing(outer, proxies));
  const { port } = await listener.listen(options.listen, options.secure);
  await listenAlso(listener, options, port);
  const apart = before !== undefined || options.secure !== undefined;
  const local = createListener(listening, unasked(proxy.handler));
  const localPort = apart ? (await local.listen({ host: loopback, port: 0 })).port : port;
  const status = createListener({ describe: described }, statusPages(metrics));
  const { port: statusPort } = await status.listen({ host: loopback, port: 0 });
  return {
    listen: { host: options.listen.host, port },
    statusPort,
    localPort,
    renew: secure => listener.renew(secure),
    close: async () => {
      await Promise.all([listener.drain(grace), local.drain(grace)]);
      outgoing.close();
      await status.close();
    },
  };
}

/** Ports that are only for some users, or taken by another program, are done without, which is told: people may look for it there. */
async function listenAlso(
  listener: Listener,
  { listen, also = [], secure, log }: DoorOptions,
  port: number,
): Promise<void> {
  const instead = nameOf({ host: listen.host, port });
  for (const address of also) {
    try {
      await listener.listen(address, secure);
    } catch (error) {
      const without = nameOf(address);
      log.info('the gateway does without an address', { without, instead, reason: messageOf(error) });
    }
  }
}

function nameOf({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function statusPages(metrics: Metrics): Parameters<typeof createListener>[1] {
  const text = prepareHead(200, [['Content-Type', 'text/plain; charset=utf-8']]);
  const missing = prepareHead(404, [['Content-Type', 'text/plain; charset=utf-8']]);
  return (_method, target, _head, _body, sink) => {
    const [path] = target.split('?', 1);
    if (path === '/healthz/ready') sink.send(text, 'ready\n');
    else if (path === '/metrics') sink.send(text, Buffer.from(renderPrometheus(metrics.snapshot())));
    else sink.send(missing, 'not found\n');
  };
}
