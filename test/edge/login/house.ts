import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { AddressBlocks } from '../../../src/base/addresses/index.ts';
import { createLog } from '../../../src/base/log/index.ts';
import { createListener } from '../../../src/base/net/index.ts';
import { ResourceClient } from '../../../src/cluster/client/index.ts';
import type { KubeObject } from '../../../src/cluster/meta/index.ts';
import { type Plural, resourceOf } from '../../../src/cluster/view/index.ts';
import { type Gateway, startGateway } from '../../../src/edge/gateway/index.ts';
import { type AuditEvent, type IssuerFacts, MemoryRecords } from '../../../src/edge/identity/index.ts';
import {
  createIssuer,
  describeError,
  type Issuer,
  type IssuerOptions,
} from '../../../src/edge/identity/issuer/index.ts';
import {
  idTokenReader,
  issuerElsewhere,
  KeptPeople,
  LocalKeeper,
  ownKeys,
  PasswordThread,
} from '../../../src/edge/identity/keeper/index.ts';
import { Cluster } from '../../apiserver/serving.ts';

const rbac = 'rbac.authorization.k8s.io';
const admin = { name: 'admin', groups: ['system:masters'] };
const log = createLog({ level: 'error', format: 'json', colour: false, now: Date.now, write: () => {} });

/** What a service behind the gateway was sent. */
export interface Received {
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface HouseOptions {
  /** Another issuer than the built-in one. */
  readonly issuer?: IssuerFacts;
  /** How people reach the gateway. */
  readonly publicUrl?: string;
  /** Addresses of proxies that the gateway believes. */
  readonly proxies?: readonly string[];
  /** Whether everybody is let in. */
  readonly open?: boolean;
  /** Of what the built-in issuer gives. */
  readonly lifetimes?: IssuerOptions['lifetimes'];
}

/** The people who can log in, all with the same password. */
export const people = ['user@example.com', 'viewer@example.com', 'stranger@example.com'];
export const password = 'twelve-thirty-four';

const hashes = new Map<string, Promise<string>>();

/** The people of every house have the same password, which is hashed for the first one. */
class HashedOnce extends PasswordThread {
  override hash(text: string): Promise<string> {
    const hash = hashes.get(text) ?? super.hash(text);
    hashes.set(text, hash);
    return hash;
  }
}

/** A gateway with everything that a login needs, in one process: API, issuer, keeper, and services that tell what they were sent. */
export class House {
  readonly received: Received[] = [];
  readonly audit: AuditEvent[] = [];
  readonly complaints: string[] = [];
  readonly records = new MemoryRecords(() => this.clock());
  /** Milliseconds that the clock of identity is ahead. */
  ahead = 0;
  cluster!: Cluster;
  gateway!: Gateway;
  keeper!: LocalKeeper;
  issuer!: Issuer;
  /** Those who can log in at the built-in issuer. */
  people!: KeptPeople;
  port = 0;
  readonly #closing: (() => unknown)[] = [];
  readonly #options: HouseOptions;

  private constructor(options: HouseOptions) {
    this.#options = options;
  }

  static async open(options: HouseOptions = {}): Promise<House> {
    const house = new House(options);
    try {
      await house.#open();
    } catch (error) {
      await house.close();
      throw error;
    }
    return house;
  }

  clock(): number {
    return Date.now() + this.ahead;
  }

  async #open(): Promise<void> {
    this.cluster = await Cluster.open('10.96.0.0/24');
    this.#closing.push(() => this.cluster.close());
    const facts = this.#options.issuer ?? (await this.#openIssuer());
    this.#openKeeper(facts);
    await this.#people();
    this.gateway = await startGateway({
      transport: this.cluster.api.transport(admin, 'gateway/1'),
      node: { name: 'here', address: '127.0.0.1' },
      listen: { host: '127.0.0.1', port: 0 },
      version: '0.0.0',
      now: () => this.clock(),
      log,
      onError: (what, error) => this.complaints.push(`${what}: ${String(error)}`),
      proxies: this.#options.proxies && new AddressBlocks(this.#options.proxies),
      login:
        this.#options.open === true
          ? undefined
          : {
              keeper: this.keeper,
              publicUrl: this.#options.publicUrl ?? 'http://localhost:8080',
              audit: event => this.audit.push(event),
              log,
            },
    });
    this.#closing.push(() => this.gateway.stop());
    this.port = this.gateway.address.port;
  }

  async #openIssuer(): Promise<IssuerFacts> {
    const url = 'http://localhost:8080/dex';
    const passwords = new HashedOnce({ cost: 10, unknownCost: 10 });
    this.#closing.push(() => passwords.close());
    const kept = (this.people = new KeptPeople(this.records, passwords, []));
    for (const email of people) await kept.add({ email, password });
    const clientId = 'kubeflow-oidc-authservice';
    const clientSecret = randomBytes(16).toString('hex');
    const redirectUris = ['/login/oidc', '/authservice/oidc/callback', '/oauth2/callback'];
    this.issuer = await createIssuer({
      url,
      clients: [{ id: clientId, name: 'Kubeflow', secret: clientSecret, redirectUris, isPublic: false }],
      people: kept,
      passwords,
      records: this.records,
      grants: { revoke: (grant, user) => this.keeper.revoke(grant, user) },
      audit: event => this.audit.push(event),
      now: () => this.clock(),
      lifetimes: this.#options.lifetimes ?? {},
    });
    const listener = createListener({ describe: describeError }, this.issuer.handler);
    const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
    this.#closing.push(() => listener.close());
    await this.routeIssuer(port);
    return {
      url,
      inside: `http://127.0.0.1:${port}`,
      clientId,
      clientSecret,
      scopes: ['profile', 'email', 'groups', 'openid'],
      userClaim: 'email',
      groupsClaim: 'groups',
    };
  }

  /** Leads `/dex/` to a port of this machine, as Kubeflow leads to Dex. */
  async routeIssuer(port: number): Promise<void> {
    const metadata = { name: 'dex', namespace: 'auth' };
    await this.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'auth' } });
    await this.#service('auth', 'dex', port, {}, 5556);
    const destination = { host: 'dex.auth.svc.cluster.local', port: { number: 5556 } };
    await this.create('virtualservices.networking.istio.io', {
      apiVersion: 'networking.istio.io/v1beta1',
      kind: 'VirtualService',
      metadata,
      spec: { hosts: ['*'], http: [{ match: [{ uri: { prefix: '/dex/' } }], route: [{ destination }] }] },
    });
  }

  #openKeeper(issuer: IssuerFacts): void {
    const sealing = [randomBytes(32)];
    const clock = (): number => this.clock();
    const { name, keys } =
      this.#options.issuer === undefined
        ? { name: issuer.url, keys: ownKeys(() => ({ keys: [...this.issuer.keys()] })) }
        : issuerElsewhere(issuer.url, clock);
    const rules = {
      issuer: name,
      audiences: [issuer.clientId],
      algorithms: ['RS256'],
      userClaim: 'email',
      groupsClaim: 'groups',
    };
    this.keeper = new LocalKeeper({
      records: this.records,
      shared: () => ({ sealing, issuer }),
      idTokens: idTokenReader(rules, keys, clock),
      accounts: async () => undefined,
      accountAudiences: [],
      person: () => 'unknown',
      now: clock,
      audit: event => this.audit.push(event),
    });
  }

  /** `user` may call and see what is in `mine` and `ours`, `viewer` may only look; nobody may anything in `other`. */
  async #people(): Promise<void> {
    const rule = (verb: string, resource: string): object => ({
      apiGroups: ['serving.kserve.io'],
      resources: [resource],
      verbs: [verb],
    });
    const rights = {
      caller: [rule('create', 'inferenceservices/predict'), rule('get', 'inferenceservices')],
      looker: [rule('get', 'inferenceservices')],
    };
    for (const namespace of ['mine', 'ours', 'other']) {
      await this.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    }
    for (const namespace of ['mine', 'ours']) await this.#grant(namespace, rights);
  }

  /** Roles of a namespace, each bound to the one who has it. */
  async #grant(
    namespace: string,
    rights: Readonly<Record<'caller' | 'looker', readonly object[]>>,
  ): Promise<void> {
    for (const [name, rules] of Object.entries(rights)) {
      await this.create('roles', {
        apiVersion: `${rbac}/v1`,
        kind: 'Role',
        metadata: { name, namespace },
        rules,
      });
      await this.create('rolebindings', {
        apiVersion: `${rbac}/v1`,
        kind: 'RoleBinding',
        metadata: { name, namespace },
        roleRef: { apiGroup: rbac, kind: 'Role', name },
        subjects: [{ apiGroup: rbac, kind: 'User', name: people[name === 'caller' ? 0 : 1] ?? '' }],
      });
    }
  }

  client(plural: Plural): ResourceClient {
    return new ResourceClient(this.cluster.api.transport(admin, 'tests/1'), resourceOf(plural));
  }

  create(plural: Plural, object: KubeObject): Promise<KubeObject> {
    return this.client(plural).create(object);
  }

  async #service(
    namespace: string,
    name: string,
    target: number,
    labels: Readonly<Record<string, string>>,
    port = 80,
  ): Promise<void> {
    const metadata = { name, namespace, labels };
    await this.create('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ports: [{ port }] },
    });
    await this.create('endpointslices', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: '', port: target, protocol: 'TCP' }],
      endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
    });
  }

  /** A server that tells what it was sent. */
  async #backend(service: string): Promise<number> {
    // Connections stay as long as the gateway keeps them: a machine that is busy is no server that closes.
    const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      void text(request).then(body => {
        const { method = '', url = '', headers, rawHeaders } = request;
        this.received.push({ service, method, url, headers, rawHeaders, body });
        response.end(JSON.stringify({ service }));
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    this.#closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  /**
   * An InferenceService that answers, with the host that it is reached by; comes back when the gateway knows.
   * @param at port of a server of one's own, in the place of one that tells what it was sent
   */
  async serve(
    namespace: string,
    name: string,
    annotations: Readonly<Record<string, string>> = {},
    at?: number,
  ): Promise<string> {
    const host = `${name}.${namespace}.example.com`;
    const metadata = { name, namespace };
    const label = { 'serving.kserve.io/inferenceservice': name };
    const target = at ?? (await this.#backend(`${namespace}/${name}`));
    await this.#service(namespace, `${name}-predictor`, target, label);
    await this.create('inferenceservices', {
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: { ...metadata, annotations },
      spec: { predictor: { model: { modelFormat: { name: 'sklearn' }, storageUri: 'file:///none' } } },
    });
    await this.client('inferenceservices').patch(
      namespace,
      name,
      'merge',
      { status: { url: `http://${host}` } },
      'status',
    );
    const backend = { service: { name: `${name}-predictor`, port: { number: 80 } } };
    await this.create('ingresses', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: { rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
    });
    await until(() => {
      const to = this.gateway.table.hosts.get(host)?.[0]?.targets[0]?.to;
      const there = this.gateway.table.models.get(name)?.some(one => one.host === host);
      return there === true && typeof to === 'object' && to.endpoints.length > 0;
    }, `the gateway does not learn of ${host}`);
    return host;
  }

  async close(): Promise<void> {
    for (const close of this.#closing.reverse()) await close();
  }
}

/** Waits until something is so, five seconds at most. */
export async function until(there: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 5000;
  while (!(await there())) {
    if (performance.now() > end) throw new Error(what);
    await new Promise(resolve => setTimeout(resolve, 2));
  }
}
