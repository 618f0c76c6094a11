import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import {
  Controller,
  EventRecorder,
  keyOf,
  ResourceClient,
  splitKey,
  type Transport,
} from '../../cluster/client/index.ts';
import { listensOn, reachedAt } from '../../cluster/allocation/index.ts';
import { isStatusError } from '../../cluster/meta/index.ts';
import { Cluster, resourceOf } from '../../cluster/view/index.ts';
import { type Address, type Door, doorsOf, nameOf, type Service, type Slice } from './doors.ts';
import { knownIn } from './names/known.ts';
import { startNameProxy } from './names/proxy.ts';
import { Proxy, refusalOf } from './proxy.ts';

export interface ServicesOptions {
  readonly transport: Transport;
  /** Address of the node, for node ports. */
  readonly node: string;
  readonly now: () => number;
  readonly log: Log;
  /** Port of the proxy for names of the cluster, where it is free. */
  readonly namesPort?: number | undefined;
  /** Whether Services are reached at ports of the node's address, since this machine does not have theirs. */
  readonly oneAddress?: boolean;
}

export interface Services {
  /** Port of 127.0.0.1 where a proxy leads names of the cluster to its Services. */
  readonly namesPort: number;
  stop(): Promise<void>;
}

/** Added to a port that only root may use. */
const unprivileged = 8000;
const component = 'davit-services';

/** Makes the addresses and node ports of Services answer; resolves when those there are do. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { transport, now } = options;
  const events = new EventRecorder(new ResourceClient(transport, resourceOf('events')), component, now);
  const cluster = new Cluster(transport, events, now);
  const doors = new Doors(cluster, options);
  const known = knownIn(cluster);
  await cluster.ready();
  await doors.start();
  const names = await startNameProxy({ port: options.namesPort, known, log: options.log });
  return {
    namesPort: names.port,
    stop: async () => {
      await names.stop();
      await doors.stop();
      await cluster.stop();
    },
  };
}

/** The proxies of every Service, by the address they should have. */
class Doors {
  readonly #cluster: Cluster;
  readonly #options: ServicesOptions;
  readonly #controller: Controller;
  readonly #open = new Map<string, Map<string, Proxy>>();
  #printed = false;

  constructor(cluster: Cluster, options: ServicesOptions) {
    this.#cluster = cluster;
    this.#options = options;
    const { log } = options;
    this.#controller = new Controller({
      name: 'services',
      workers: 4,
      reconcile: key => this.#reconcile(key),
      onError: (service, error) =>
        log.warning('a service cannot be reached everywhere', { service, reason: messageOf(error) }),
    });
    const services = cluster.informer<Service>('services');
    const slices = cluster.informer<Slice>('endpointslices');
    slices.index('service', slice => [serviceOf(slice)]);
    const add = (service: Service): void => this.#controller.queue.add(keyOf(service));
    services.on({ onAdd: add, onUpdate: (_, service) => add(service), onDelete: add });
    const touch = (slice: Slice): void => this.#controller.queue.add(serviceOf(slice));
    slices.on({ onAdd: touch, onUpdate: (_, slice) => touch(slice), onDelete: touch });
  }

  /** Works through all there is first, then on what comes. */
  async start(): Promise<void> {
    for (const service of this.#cluster.informer<Service>('services').values()) {
      await this.#reconcile(keyOf(service)).catch(() => this.#controller.queue.add(keyOf(service)));
    }
    this.#controller.start();
  }

  async stop(): Promise<void> {
    await this.#controller.stop();
    for (const proxies of this.#open.values()) for (const proxy of proxies.values()) proxy.destroy();
    this.#open.clear();
  }

  async #reconcile(key: string): Promise<void> {
    const service = this.#cluster.informer<Service>('services').get(key);
    const slices = this.#cluster.informer<Slice>('endpointslices').by('service', key);
    const wanted = service === undefined ? [] : doorsOf(service, slices, this.#options.node);
    const open = this.#open.get(key) ?? new Map<string, Proxy>();
    const names = new Set(wanted.map(({ at }) => nameOf(at)));
    for (const [name, proxy] of open) {
      const at = nameOf(proxy.address);
      // One that stands in leaves the place of one that is wanted there by now, and finds another.
      if (names.has(name) && (at === name || !names.has(at))) continue;
      proxy.close();
      open.delete(name);
    }
    // Known before the first is opened: what fails at the second must not lose the first.
    this.#open.set(key, open);
    const opened = await Promise.allSettled(
      wanted.map(door => this.#openDoor(open, door, names, service && reachedAt(service, door.servicePort))),
    );
    if (open.size === 0) this.#open.delete(key);
    const failure = opened.find(one => one.status === 'rejected');
    if (service !== undefined) await this.#tell(service, wanted, open);
    if (failure !== undefined) throw failure.reason;
  }

  async #openDoor(
    open: Map<string, Proxy>,
    { at, endpoints, sticky }: Door,
    names: ReadonlySet<string>,
    before: Address | undefined,
  ): Promise<void> {
    const name = nameOf(at);
    const known = open.get(name);
    const proxy = known ?? new Proxy();
    proxy.set(endpoints, sticky);
    if (known !== undefined) return;
    const { node, oneAddress = false } = this.#options;
    if (oneAddress && at.host !== node) await listenAgain(proxy, node, before);
    else await listen(proxy, at, names);
    open.set(name, proxy);
  }

  /** Writes on the Service where it is found when that is not where its spec says. */
  async #tell(service: Service, wanted: readonly Door[], open: ReadonlyMap<string, Proxy>): Promise<void> {
    const moved = wanted.flatMap(({ at, servicePort }) => {
      const found = open.get(nameOf(at))?.address;
      return found === undefined || nameOf(found) === nameOf(at) ? [] : [`${servicePort}=${nameOf(found)}`];
    });
    const text = moved.length === 0 ? undefined : moved.join(',');
    if (wanted.length === 0 || service.metadata.annotations?.[listensOn] === text) return;
    const { namespace, name } = splitKey(keyOf(service));
    const patch = { metadata: { annotations: { [listensOn]: text ?? null } } };
    try {
      await this.#cluster.client('services').patch(namespace, name, 'merge', patch);
    } catch (error) {
      if (!isStatusError(error) || error.code !== 404) throw error;
    }
    if (text === undefined) return;
    const places = text.replaceAll('=', ' → ').replaceAll(',', ', ');
    this.#print(`${namespace}/${name}`, places);
    void this.#cluster.events.record(service, 'Normal', 'ListensElsewhere', `Reached at ${places}`);
  }

  /** The first is told to everybody: it is then so for most. */
  #print(service: string, places: string): void {
    const level = this.#printed ? 'debug' : 'info';
    this.#printed = true;
    this.#options.log[level]('ports of services are found elsewhere than at their own numbers', {
      service,
      places,
      others: `kubectl get svc -o custom-columns='NAME:.metadata.name,AT:.metadata.annotations.davit\\.dev/listens-on'`,
    });
  }
}

/**
 * Listens where it should, or where an ordinary user, or a system without that address, may.
 * @param wanted places of the same Service, which are not taken from it
 */
async function listen(proxy: Proxy, at: Address, wanted: ReadonlySet<string>): Promise<void> {
  try {
    await proxy.listen(at);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === 'not-here') await proxy.listen({ host: '127.0.0.1', port: 0 });
    else if (refusal === 'not-allowed') await listenBeside(proxy, at, wanted);
    else throw error;
  }
}

/** The first of the ports that a system gives to whoever asks for any: platforms, pods and node ports have theirs below. */
const firstGiven = 32_768;

/**
 * Listens at any port of an address: that at which it was found before, where it is free.
 * @param before what the Service says, which whoever may write it has written: only what can have been given to it is taken
 */
async function listenAgain(proxy: Proxy, host: string, before: Address | undefined): Promise<void> {
  const wanted = before?.host === host && before.port >= firstGiven ? before.port : 0;
  try {
    await proxy.listen({ host, port: wanted });
  } catch (error) {
    if (wanted === 0 || refusalOf(error) !== 'taken') throw error;
    await proxy.listen({ host, port: 0 });
  }
}

/** Listens at the same address, at the port that stands for one of root's, or at any where that one is somebody's. */
async function listenBeside(
  proxy: Proxy,
  { host, port }: Address,
  wanted: ReadonlySet<string>,
): Promise<void> {
  const usual = { host, port: port + unprivileged };
  try {
    await proxy.listen(wanted.has(nameOf(usual)) ? { host, port: 0 } : usual);
  } catch (error) {
    if (refusalOf(error) !== 'taken') throw error;
    await proxy.listen({ host, port: 0 });
  }
}

function serviceOf({ metadata: { namespace = '', labels } }: Slice): string {
  return `${namespace}/${labels?.['kubernetes.io/service-name'] ?? ''}`;
}
