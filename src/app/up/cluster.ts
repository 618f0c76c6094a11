import { networkInterfaces } from 'node:os';
import { apiAudience } from '../../base/access/index.ts';
import type { Log } from '../../base/log/index.ts';
import { createListener, type Listener } from '../../base/net/index.ts';
import type { ValuesOf } from '../../base/settings/index.ts';
import type { upSettings } from '../../cli/index.ts';
import { type Identity, TokenIssuer } from '../../cluster/access/index.ts';
import { AddressBlock, usualPorts } from '../../cluster/allocation/index.ts';
import {
  ApiServer,
  largestBody,
  listenerFailure,
  lookupIn,
  upgrades,
} from '../../cluster/apiserver/index.ts';
import type { Transport } from '../../cluster/client/index.ts';
import { bootstrap, ensureOwnService, installObjects } from '../../cluster/bootstrap/index.ts';
import { startKserveControllers } from '../../cluster/controllers/kserve/index.ts';
import { startKubeflowControllers } from '../../cluster/controllers/kubeflow/index.ts';
import { startKnativeControllers } from '../../cluster/controllers/knative/index.ts';
import { startControllers } from '../../cluster/controllers/kubernetes/index.ts';
import { createKinds, definitionRules, kindParts } from '../../cluster/kinds/index.ts';
import { knativeAdmission } from '../../cluster/knative/index.ts';
import { installedObjects, kserveAdmission } from '../../cluster/kserve/index.ts';
import { type CompactingStore, openStore, type Store } from '../../cluster/store/index.ts';
import {
  callersAdmission,
  callersOf,
  type CallersSource,
  ScopedAuthorizer,
  ServiceAuthorizer,
} from '../../edge/identity/policy/index.ts';
import { agentAsker } from '../controller/agents.ts';
import { type AuditLog, openAudit } from './audit.ts';
import { ensureCaller } from './caller.ts';
import { complaints } from './complaints.ts';
import { gatewayUrlOf } from './door.ts';
import type { Folder } from './folder.ts';
import { backupAnnex, backupPath } from './hotcopies.ts';
import { followAccounts } from './identity/accounts.ts';
import { withdrawIssuer } from './identity/announced.ts';
import { ClusterIdentity } from './identity/identity.ts';
import { home } from './home.ts';
import { kubeconfig } from './kubeconfig.ts';
import { grantRights } from './rights.ts';

export type UpSettings = ValuesOf<typeof upSettings>;

/** Namespaces beside Kubernetes' own: where KServe and its gateway live. */
const namespaces = ['kserve', 'istio-system'];
/** The profile of the first user. */
const firstProfile = { name: home, owner: 'user@example.com' };
/** Processes beside the API. */
const parts = ['host', 'gateway'];
const kubernetesVersion = '1.37.2';

/** What every process of ours is to the API: may do everything. */
const system = { name: 'system:davit', groups: ['system:masters'] };

/** A Kubernetes API on this machine: store, server, controllers. */
export class LocalCluster {
  readonly #folder: Folder;
  readonly #settings: UpSettings;
  readonly #log: Log;
  readonly #version: string;
  readonly #audit: AuditLog;
  #identity: ClusterIdentity | undefined;
  #store: CompactingStore | undefined;
  #api: ApiServer | undefined;
  #controllers: readonly { stop(): Promise<void> }[] = [];
  #listener: Listener | undefined;
  #authority: Identity | undefined;

  constructor(folder: Folder, settings: UpSettings, log: Log, version: string) {
    this.#folder = folder;
    this.#settings = settings;
    this.#log = log;
    this.#version = version;
    this.#audit = openAudit(settings.auditLog, log);
  }

  /** Who is known; undefined where nobody is asked. */
  get identity(): ClusterIdentity | undefined {
    return this.#identity;
  }

  /**
   * Starts all but the controllers; resolves to the address of the server.
   * @param gatewayPort where people reach the gateway
   * @throws `store-locked`, `store-newer`, `store-damaged`, `net-port-taken`, `net-address-refused`, and what
   *   `ClusterIdentity.start` throws.
   */
  async start(gatewayPort: number): Promise<string> {
    const now = Date.now;
    this.#folder.make();
    this.#store = await openStore({ path: this.#folder.state, now });
    const authority = this.#folder.authority();
    const clusterAddress = new AddressBlock(this.#settings.serviceAddresses).at(1);
    const server = this.#folder.server(authority, [...hostsOf(this.#settings.host), clusterAddress]);
    const issuer = new TokenIssuer(apiAudience, () => this.#folder.signingKeys(), now);
    const listening = this.#listen();
    const { host } = this.#settings;
    const { port } = await listening.listen(
      { host, port: this.#settings.port },
      { ...server, authorities: [authority.certificate] },
    );
    const url = `https://${clientHost(host)}:${port}`;
    this.#folder.kubelet(authority);
    if (!this.#settings.noAuth) this.#identity = await this.#identify(gatewayPort);
    this.#api = this.#serve(this.#store, issuer, url, authority);
    const first = this.#api.transport(system, `davit/${this.#version}`);
    await bootstrap(first, namespaces);
    await installObjects(first, installedObjects());
    await grantRights(first);
    const { keeper } = this.#identity ?? {};
    if (keeper !== undefined) followAccounts(this.#store, revoked => keeper.tell(revoked));
    await (this.#identity === undefined ? withdrawIssuer(first) : this.#identity.announce(first));
    if (this.#identity !== undefined) await ensureCaller(first);
    const own = { clusterAddress, host: isEverywhere(host) ? '127.0.0.1' : host, port };
    await ensureOwnService(this.#api.transport(system, 'kube-apiserver'), own);
    const admin = this.#folder.admin(authority);
    this.#folder.write('kubeconfig', kubeconfig({ server: url, authority, admin, namespace: home }));
    for (const part of parts) {
      const identity = this.#folder.part(authority, part);
      const text = kubeconfig({ server: url, authority, admin: identity, namespace: home });
      this.#folder.write(`parts/${part}.kubeconfig`, text);
    }
    this.#authority = authority;
    return url;
  }

  #identify(gatewayPort: number): Promise<ClusterIdentity> {
    return ClusterIdentity.start({
      settings: this.#settings,
      folder: this.#folder.path,
      gatewayUrl: gatewayUrlOf(this.#settings, gatewayPort),
      accounts: async token => this.#api?.accounts(token),
      audience: apiAudience,
      audit: this.#audit.audit,
      log: this.#log,
      env: process.env,
      now: Date.now,
    });
  }

  /** Starts every group of controllers, once the API is there. */
  async control(): Promise<void> {
    const [api, authority] = [this.#api, this.#authority];
    if (api === undefined || authority === undefined) return;
    const onError = complaints(this.#log, Date.now);
    const as = (agent: string): { transport: Transport; now: () => number; onError: typeof onError } => ({
      transport: api.transport(system, agent),
      now: Date.now,
      onError,
    });
    this.#controllers = await Promise.all([
      startControllers({
        ...as(`kube-controller-manager/v${kubernetesVersion}`),
        certificates: authority.certificate,
      }),
      startKnativeControllers(as('kn-controller')),
      startKserveControllers({ ...as('kserve-manager'), askAgent: agentAsker() }),
      startKubeflowControllers({ ...as('profile-controller'), first: firstProfile }),
    ]);
  }

  /** The listener; until the API is there, whoever asks is told to come again. */
  #listen(): Listener {
    const describe = (error: Parameters<typeof listenerFailure>[0]): ReturnType<typeof listenerFailure> =>
      listenerFailure(error, largestBody);
    const limits = { bodyBytes: largestBody, headBytes: 64 * 1024 };
    this.#listener = createListener({ limits, describe, upgrades }, (...request) =>
      this.#api?.handler(...request),
    );
    return this.#listener;
  }

  #serve(store: CompactingStore, issuer: TokenIssuer, url: string, authority: Identity): ApiServer {
    const { serviceAddresses } = this.#settings;
    const { onAnswered } = this.#audit;
    const identity = this.#identity;
    return new ApiServer({
      store,
      kinds: createKinds(kindParts),
      definitions: definitionRules,
      issuer,
      tokens: new Map(),
      ...(identity !== undefined && { otherTokens: identity.tokens }),
      annexes: new Map([[backupPath, backupAnnex(file => store.backup(file))], ...(identity?.annexes ?? [])]),
      services: { addresses: serviceAddresses, ...usualPorts },
      version: {
        major: '1',
        minor: '37',
        gitVersion: `v${kubernetesVersion}+davit.${this.#version}`,
        platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
      },
      url,
      now: Date.now,
      random: Math.random,
      authorizing: roles => new ScopedAuthorizer(new ServiceAuthorizer(roles, callersIn(store))),
      admission: [...kserveAdmission(lookupIn(store)), ...knativeAdmission(), callersAdmission],
      nodes: { ...this.#folder.kubeletClient(authority), authority: authority.certificate },
      ...(onAnswered !== undefined && { onAnswered }),
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#controllers.map(group => group.stop()));
    const drained = this.#listener?.drain(this.#settings.grace);
    await this.#api?.stop();
    await this.#store?.close();
    await drained;
    await this.#identity?.stop(this.#settings.grace);
    this.#folder.release();
  }
}

/** What services say of their callers, as they are stored. */
function callersIn(store: Store): CallersSource {
  const resource = 'serving.kserve.io/inferenceservices';
  return (namespace, name) => {
    const service = store.get({ resource, namespace, name });
    return service && callersOf(service.object.metadata.annotations);
  };
}

/** Names and addresses by which clients may reach a server that listens on an address. */
function hostsOf(host: string): string[] {
  const names = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const every = Object.values(networkInterfaces()).flatMap(list => list?.map(one => one.address) ?? []);
  const addresses = isEverywhere(host) ? every.filter(address => !address.includes('%')) : [host];
  return [...new Set([...names, 'kubernetes.default.svc.cluster.local', '127.0.0.1', ...addresses])];
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function clientHost(host: string): string {
  if (isEverywhere(host)) return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
