import type { TestContext } from 'node:test';
import { createListener } from '../../../../src/base/net/index.ts';
import { issue, newSigningKey, TokenIssuer } from '../../../../src/cluster/access/index.ts';
import { usualPorts } from '../../../../src/cluster/allocation/index.ts';
import { ApiServer, largestBody, listenerFailure } from '../../../../src/cluster/apiserver/index.ts';
import { bootstrap } from '../../../../src/cluster/bootstrap/index.ts';
import {
  HttpTransport,
  Informer,
  type Resource,
  ResourceClient,
  type Transport,
} from '../../../../src/cluster/client/index.ts';
import { startControllers } from '../../../../src/cluster/controllers/kubernetes/index.ts';
import { createKinds, definitionRules, kindParts } from '../../../../src/cluster/kinds/index.ts';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import { openStore } from '../../../../src/cluster/store/index.ts';
import { PretendedNodes } from '../nodes.ts';
import { realPrograms, startRealServer } from '../real.ts';
import { frozen } from '../../../apiserver/frozen.ts';

/** How the clients of a cluster reach its API. */
export type Way = 'in the process' | 'over HTTPS' | 'over HTTPS, beside a real API server';

const token = 'controllers-token';
const system = { name: 'system:davit', groups: ['system:masters'] };
/** Milliseconds that a test waits for what has to come; far more than it ever takes. */
const patience = 15_000;

const resources = {
  pods: ['', 'v1'],
  services: ['', 'v1'],
  replicationcontrollers: ['', 'v1'],
  endpoints: ['', 'v1'],
  configmaps: ['', 'v1'],
  events: ['', 'v1'],
  namespaces: ['', 'v1'],
  nodes: ['', 'v1'],
  resourcequotas: ['', 'v1'],
  serviceaccounts: ['', 'v1'],
  persistentvolumes: ['', 'v1'],
  persistentvolumeclaims: ['', 'v1'],
  deployments: ['apps', 'v1'],
  replicasets: ['apps', 'v1'],
  statefulsets: ['apps', 'v1'],
  daemonsets: ['apps', 'v1'],
  controllerrevisions: ['apps', 'v1'],
  jobs: ['batch', 'v1'],
  cronjobs: ['batch', 'v1'],
  endpointslices: ['discovery.k8s.io', 'v1'],
  leases: ['coordination.k8s.io', 'v1'],
  clusterroles: ['rbac.authorization.k8s.io', 'v1'],
  storageclasses: ['storage.k8s.io', 'v1'],
} as const;

type Plural = keyof typeof resources;
const ofCluster = new Set<Plural>([
  'namespaces',
  'nodes',
  'persistentvolumes',
  'clusterroles',
  'storageclasses',
]);

/** An object of any kind, its parts to be looked into. */
// Tests look into objects of many kinds, whose parts they know.
export interface Loose extends KubeObject {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

export interface Cluster {
  readonly transport: Transport;
  client(plural: Plural): ResourceClient<Loose>;
  /** Objects of a namespace (empty: all) as soon as they are as a test wants them; fails when they do not become so. */
  until(
    plural: Plural,
    namespace: string,
    test: (items: readonly Loose[]) => boolean,
    what: string,
  ): Promise<readonly Loose[]>;
  /** One object as soon as it is as a test wants it. */
  untilOne(
    plural: Plural,
    namespace: string,
    name: string,
    test: (item: Loose) => boolean,
    what: string,
  ): Promise<Loose>;
}

/** A cluster whose controllers have begun. */
export interface Controlled extends Cluster {
  /** What controllers have complained of: who, of what, why. */
  readonly failures: readonly string[];
  /** Has the controllers learn of kinds that have come or gone. */
  renewDiscovery(): Promise<void>;
}

/** An API server that answers, whoever it is. */
interface Served {
  /** A client that tells of itself as the agent. */
  as(agent: string): Transport;
  stop(): Promise<void>;
}

interface More {
  /** What is there when the controllers start. */
  readonly before?: (cluster: Cluster) => Promise<void>;
  /** What stands between the controllers and the API. */
  readonly through?: (transport: Transport) => Transport;
  /** The time of the controllers, in milliseconds since 1970. */
  readonly now?: () => number;
}

/** A whole cluster with two pretended nodes: an API server over a store in memory, or a real one, and our controllers. */
export async function startCluster(
  context: Pick<TestContext, 'after'>,
  way: Way,
  { before, through = transport => transport, now = Date.now }: More = {},
): Promise<Controlled> {
  const served = await (way === 'over HTTPS, beside a real API server' ? real() : ours(way));
  const transport = served.as('test/0');
  const failures: string[] = [];
  const cluster = clusterOf(transport, failures);
  await before?.(cluster);
  const controllers = await startControllers({
    transport: through(served.as('kube-controller-manager/v1.37.2')),
    certificates: 'none',
    now,
    onError: (controller, key, error) => failures.push(`${controller} ${key}: ${String(error)}`),
  });
  const nodes = new PretendedNodes(served.as('kubelet/v1.37.2'));
  await nodes.start();
  context.after(async () => {
    await nodes.stop();
    await controllers.stop();
    await served.stop();
  });
  return { ...cluster, failures, renewDiscovery: () => controllers.renewDiscovery() };
}

async function real(): Promise<Served> {
  if (realPrograms === undefined) throw new Error('ETCD and KUBE_APISERVER name no programs');
  const running = await startRealServer(realPrograms);
  const { server, ca } = running;
  return {
    as: userAgent => new HttpTransport({ server, ca, token: running.token, userAgent }),
    stop: () => running.stop(),
  };
}

async function ours(way: Way): Promise<Served> {
  const now = Date.now;
  const store = frozen(await openStore({ now }));
  const api = new ApiServer({
    store,
    kinds: createKinds(kindParts),
    definitions: definitionRules,
    issuer: new TokenIssuer('https://kubernetes.default.svc.cluster.local', [newSigningKey()], now),
    tokens: new Map([[token, system]]),
    services: { addresses: '10.96.0.0/16', ...usualPorts },
    version: { major: '1', minor: '37', gitVersion: 'v1.37.2+davit', platform: 'linux/amd64' },
    url: 'https://127.0.0.1:6443',
    now,
    random: Math.random,
  });
  const reached = way === 'over HTTPS' ? await listening(api) : { close: async () => {} };
  const as = (agent: string): Transport =>
    'endpoint' in reached
      ? new HttpTransport({ ...reached.endpoint, token, userAgent: agent })
      : api.transport(system, agent);
  await bootstrap(as('test/0'));
  const stop = async (): Promise<void> => {
    await reached.close();
    await api.stop();
    await store.close();
  };
  return { as, stop };
}

async function listening(
  api: ApiServer,
): Promise<{ endpoint: { server: string; ca: string }; close: () => Promise<void> }> {
  const now = Date.now();
  const times = { from: now - 86_400_000, until: now + 86_400_000 };
  const authority = issue({ commonName: 'davit', use: 'authority', ...times });
  const server = issue(
    { commonName: 'kube-apiserver', hosts: ['127.0.0.1'], use: 'server', ...times },
    authority,
  );
  const listener = createListener(
    { limits: { bodyBytes: largestBody }, describe: error => listenerFailure(error, largestBody) },
    api.handler,
  );
  const { port } = await listener.listen(
    { host: '127.0.0.1', port: 0 },
    { certificate: server.certificate, key: server.key, authorities: [authority.certificate] },
  );
  return {
    endpoint: { server: `https://127.0.0.1:${port}`, ca: authority.certificate },
    close: async () => {
      await listener.close();
    },
  };
}

function clusterOf(transport: Transport, failures: readonly string[]): Cluster {
  const client = (plural: Plural): ResourceClient<Loose> =>
    new ResourceClient<Loose>(transport, resourceOf(plural));
  const until: Cluster['until'] = async (plural, namespace, test, what) => {
    const informer = new Informer(client(plural), namespace === '' ? {} : { namespace });
    const { promise, resolve, reject } = Promise.withResolvers<readonly Loose[]>();
    const look = (): void => {
      const items = [...informer.values()];
      if (informer.synced && test(items)) resolve(items);
    };
    informer.on({ onAdd: look, onUpdate: look, onDelete: look });
    const timer = setTimeout(() => {
      const found = [...informer.values()].map(item => JSON.stringify(item, withoutManaged));
      reject(new Error(`${what}: never so\n${found.join('\n')}\n${failures.join('\n')}`));
    }, patience);
    try {
      await informer.ready();
      look();
      return await promise;
    } finally {
      clearTimeout(timer);
      await informer.stop();
    }
  };
  return {
    transport,
    client,
    until,
    untilOne: async (plural, namespace, name, test, what) => {
      const named = (items: readonly Loose[]): Loose | undefined =>
        items.find(item => item.metadata.name === name);
      const items = await until(
        plural,
        namespace,
        all => {
          const one = named(all);
          return one !== undefined && test(one);
        },
        what,
      );
      return named(items) as Loose;
    },
  };
}

function resourceOf(plural: Plural): Resource {
  const [group, version] = resources[plural];
  return { group, version, plural, namespaced: !ofCluster.has(plural) };
}

function withoutManaged(key: string, value: unknown): unknown {
  return key === 'managedFields' ? undefined : value;
}
