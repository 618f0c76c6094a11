import type { AddressBlocks } from '../../base/addresses/index.ts';
import type { Log } from '../../base/log/index.ts';
import type { Address, Secure } from '../../base/net/index.ts';
import { EventRecorder, ResourceClient, type Transport } from '../../cluster/client/index.ts';
import { Cluster, resourceOf } from '../../cluster/view/index.ts';
import { type GatewayLimits, type OpenDoor, openDoor } from './door.ts';
import { type LoginOptions, openLogin } from './login/index.ts';
import { ensureOwnObjects, keepOwnObjects, retireOwnPod } from './objects.ts';
import { Refusing } from './refusing.ts';
import { OwnHosts, type Refused, type Routes, type Table } from './routes/index.ts';
import { createTaking } from './taking.ts';
import { servedSources, Watching } from './watching.ts';

export interface GatewayOptions {
  readonly transport: Transport;
  /** Name of the Node and its address. */
  readonly node: { readonly name: string; readonly address: string };
  /** Where requests come; it has to be there. */
  readonly listen: Address;
  /** Further addresses, such as port 80, that need not be there. */
  readonly also?: readonly Address[];
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
  readonly onError: (what: string, error: unknown) => void;
  readonly limits?: GatewayLimits;
  /** Certificate and key where people come over https. */
  readonly secure?: Secure | undefined;
  /** Who may come in, and how they show it; without it everybody may. */
  readonly login?: LoginOptions | undefined;
  /** Whether every request is logged. */
  readonly accessLog?: boolean;
  /** Proxies that are believed what they say of those whose requests they pass on. */
  readonly proxies?: AddressBlocks | undefined;
  /** Further names by which people reach it, besides that of `login`: no object of users routes them. */
  readonly names?: readonly string[];
}

export interface Gateway {
  /** Where it listens. */
  readonly address: Address;
  /** Where it tells how it is: `/healthz/ready` and `/metrics`. */
  readonly statusAddress: Address;
  /** The routes as they are now. */
  readonly table: Table;
  /** Takes another certificate, for the connections to come. */
  renew(secure: Secure): void;
  /** Takes nothing new, waits for what runs, and ends. */
  stop(): Promise<void>;
}

const component = 'davit-gateway';

/**
 * Starts the gateway; resolves when it knows its routes and listens.
 * @throws `net-port-taken`, `net-address-refused`
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { transport, now, node, onError } = options;
  const events = new EventRecorder(new ResourceClient(transport, resourceOf('events')), component, now);
  const cluster = new Cluster(transport, events, now);
  const served = await servedSources(transport);
  const own = new OwnHosts([...(options.names ?? []), ...hostIn(options.login?.publicUrl)]);
  const refusing = new Refusing(events, options.log);
  const onRefused = (refused: readonly Refused[]): void => {
    if (refusing.tell(refused)) taking.again();
  };
  const watching = new Watching(cluster, served, own, onRefused, onError);
  const owners = { own, ownerOf: (host: string) => watching.table.ownerOf(host) };
  const taking = createTaking(cluster, served, node.address, owners, onError);
  const table: Routes = (latest = false) => (latest ? watching.latest() : watching.table);
  const secure = options.secure !== undefined;
  const publicUrl = (): string => options.login?.publicUrl ?? urlOf(door.listen, secure);
  // Behind a proxy that ends TLS, cookies are for https although nothing here is.
  const cookies = secure || options.login?.publicUrl?.startsWith('https:') === true;
  const onIssuer = (url: string): void => {
    if (!hostIn(url).some(host => own.add(host))) return;
    watching.look();
    taking.again();
  };
  const facts = { cluster, table, now, secure: cookies, publicUrl, onIssuer };
  const login = options.login && openLogin(options.login, facts);
  await cluster.ready();
  await login?.ready();
  await watching.learn();
  watching.look();
  const door: OpenDoor = await openDoor(options, table, login?.before);
  taking.start();
  const { listen, statusPort, localPort } = door;
  const objects = {
    node,
    host: listen.host,
    port: listen.port,
    localPort,
    secure: secure && { name: new URL(publicUrl()).hostname },
    statusPort,
    version: options.version,
    now,
  };
  await ensureOwnObjects(transport, objects);
  const keeping = keepOwnObjects(cluster, objects, onError);
  return {
    address: listen,
    statusAddress: { host: '127.0.0.1', port: statusPort },
    renew: renewed => door.renew(renewed),
    get table() {
      return watching.table;
    },
    stop: async () => {
      await keeping.stop();
      await retireOwnPod(transport, objects).catch((error: unknown) => onError('its Pod', error));
      await taking.stop();
      watching.stop();
      await Promise.all([cluster.stop(), door.close()]);
      await login?.stop();
    },
  };
}

function hostIn(url: string | undefined): string[] {
  const { hostname } = URL.parse(url ?? '') ?? {};
  return hostname === undefined || hostname === '' ? [] : [hostname];
}

/** How people of this machine reach it. */
function urlOf({ port }: Address, secure: boolean): string {
  return `http${secure ? 's' : ''}://localhost:${port}`;
}
