import { randomUUID } from 'node:crypto';
import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import { createMetrics, type Metrics, renderPrometheus } from '../../base/metrics/index.ts';
import { type Address, createListener, type Listener, prepareHead } from '../../base/net/index.ts';
import { createOutgoing } from '../../base/net/outgoing/index.ts';
import { EventRecorder, ResourceClient, type Transport } from '../../cluster/client/index.ts';
import { Cluster, resourceOf } from '../../cluster/view/index.ts';
import { described } from './answers.ts';
import { Balancer } from './balance.ts';
import { ensureOwnObjects, retireOwnPod } from './objects.ts';
import { GatewayProxy } from './proxy.ts';
import type { Table } from './routes/index.ts';
import { takingControllers } from './taking.ts';
import { servedSources, Watching } from './watching.ts';

export interface GatewayOptions {
  readonly transport: Transport;
  /** Name of the Node and its address. */
  readonly node: { readonly name: string; readonly address: string };
  /** Where requests come; it has to be there. Loopback alone, as long as nobody asks who they are. */
  readonly listen: Address;
  /** Further addresses, such as port 80, that need not be there. */
  readonly also?: readonly Address[];
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
  readonly onError: (what: string, error: unknown) => void;
  readonly limits?: GatewayLimits;
}

/** Times in milliseconds. */
export interface GatewayLimits {
  /** To connect to a replica. */
  readonly connect?: number;
  /** For an answer over HTTP/1.1 to begin. */
  readonly answer?: number;
  /** Bytes of a request body. */
  readonly bodyBytes?: number;
}

export interface Gateway {
  /** Where it listens. */
  readonly address: Address;
  /** Where it tells how it is: `/healthz/ready` and `/metrics`. */
  readonly statusAddress: Address;
  /** The routes as they are now. */
  readonly table: Table;
  /** Takes nothing new, waits for what runs, and ends. */
  stop(): Promise<void>;
}

const component = 'davit-gateway';
const usual = { connect: 5000, answer: 600_000, bodyBytes: 1024 * 1024 * 1024 };
/** Milliseconds that exchanges may take to end when the gateway does. */
const grace = 10_000;

/**
 * Starts the gateway; resolves when it knows its routes and listens.
 * @throws `net-port-taken`, `net-address-refused`
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { transport, now, node, onError } = options;
  const events = new EventRecorder(new ResourceClient(transport, resourceOf('events')), component, now);
  const cluster = new Cluster(transport, events, now);
  const served = await servedSources(transport);
  const watching = new Watching(cluster, served);
  const taking = takingControllers(cluster, served, node.address, onError);
  await cluster.ready();
  watching.look();
  const door = await openDoor(options, watching);
  for (const controller of taking) controller.start();
  const { listen, statusPort } = door;
  const own = { node, host: listen.host, port: listen.port, statusPort, version: options.version, now };
  await ensureOwnObjects(transport, own);
  return {
    address: listen,
    statusAddress: { host: listen.host, port: statusPort },
    get table() {
      return watching.table;
    },
    stop: async () => {
      await retireOwnPod(transport, own).catch((error: unknown) => onError('its Pod', error));
      await Promise.all(taking.map(controller => controller.stop()));
      watching.stop();
      await Promise.all([cluster.stop(), door.close()]);
    },
  };
}

interface OpenDoor {
  readonly listen: Address;
  readonly statusPort: number;
  close(): Promise<void>;
}

async function openDoor(options: GatewayOptions, watching: Watching): Promise<OpenDoor> {
  const { connect, answer, bodyBytes } = { ...usual, ...options.limits };
  const metrics = createMetrics();
  const outgoing = createOutgoing({ connectTimeout: connect, answerTimeout: answer });
  const proxy = new GatewayProxy({
    outgoing,
    balancer: new Balancer(() => performance.now()),
    metrics,
    table: () => watching.table,
    random: Math.random,
    requestId: randomUUID,
  });
  const listener = createListener(
    { describe: described, upgrades: ['websocket'], bodies: 'streamed', limits: { bodyBytes } },
    proxy.handler,
  );
  const { port } = await listener.listen(options.listen);
  await listenAlso(listener, options);
  const status = createListener({ describe: described }, statusPages(metrics));
  const { port: statusPort } = await status.listen({ host: options.listen.host, port: 0 });
  return {
    listen: { host: options.listen.host, port },
    statusPort,
    close: async () => {
      await listener.drain(grace);
      outgoing.close();
      await status.close();
    },
  };
}

/** Ports that are only for some users, or taken by another program, are done without. */
async function listenAlso(listener: Listener, { also = [], log }: GatewayOptions): Promise<void> {
  for (const address of also) {
    try {
      await listener.listen(address);
    } catch (error) {
      log.debug('the gateway does without an address', { port: address.port, reason: messageOf(error) });
    }
  }
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
