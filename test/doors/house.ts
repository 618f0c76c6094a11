import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Folder } from '../../src/app/up/folder.ts';
import { TokenIssuer } from '../../src/cluster/access/index.ts';
import { blocksOf, davit, Running } from '../e2e/platform.ts';
import { root } from '../e2e/program.ts';
import { Api } from './api.ts';
import { goodToken, idTokensOf } from './idtokens.ts';
import { addPerson, logIn, tokenOf } from './people.ts';
import type { CredentialName } from './table.ts';

export const owner = 'user@example.com';
export const namespace = 'kubeflow-user-example-com';
const isvcs = `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices`;
const core = `/api/v1/namespaces/${namespace}`;
const hour = 3_600_000;
const rbac = 'rbac.authorization.k8s.io';
const gatewayIsUp = /the gateway is up.*?"url":"([^"]+)"/;

/** InferenceServices of the house, and what their annotations say. */
const services = {
  plain: {
    'serving.kserve.io/deploymentMode': 'Standard',
    'davit.dev/public-paths': '/v2/models/plain/ready',
  },
  // In a process that it shares: a seat is guarded like a process of its own.
  asked: {
    'serving.kserve.io/deploymentMode': 'Standard',
    'davit.dev/direct-access': 'authorized',
    'davit.dev/isolation': 'shared',
  },
  queued: { 'davit.dev/direct-access': 'authorized' },
} as const;

type ServiceName = keyof typeof services;

/** Where the doors are. */
export interface Places {
  readonly gateway: string;
  readonly gatewayStatus: string;
  readonly api: Api;
  readonly host: string;
  /** Where names inside the cluster lead. */
  readonly localGateway: string;
  readonly clusterAddress: Readonly<Record<ServiceName, string>>;
  readonly podAddress: Readonly<Record<ServiceName, string>>;
  readonly nodePort: Readonly<Record<'plain' | 'asked', number>>;
  /** A path of the gateway that leads to the model server of `queued`. */
  readonly path: string;
  /** Of the issuer, past the gateway. */
  readonly issuer: string;
}

/** What everybody holds; tokens and cookies that end are made late, for they do not live long. */
export type Held = Readonly<Record<Exclude<CredentialName, keyof Ending>, string>>;

/** What is good now and will have ended in about a minute: no API token is made for less. */
export interface Ending {
  readonly tokenExpired: string;
  readonly cookieExpired: string;
}

/** A platform with people, services and doors. */
export class House {
  readonly #folder = mkdtempSync(join(tmpdir(), 'davit-doors-'));
  readonly #env: NodeJS.ProcessEnv;
  readonly #up: Running;
  readonly #beside: Running[] = [];
  api!: Api;
  #gateway = '';

  constructor() {
    const { services: clusterAddresses, pods } = blocksOf(92);
    const data = join(this.#folder, 'data');
    const cache = { DAVIT_LOGIN_CACHE: join(this.#folder, 'logins') };
    this.#env = { ...process.env, ...cache, DAVIT_DATA_DIR: data, KUBECONFIG: '', NO_COLOR: '1' };
    const places = [`--service-addresses=${clusterAddresses}`, `--pod-addresses=${pods}`];
    this.#up = new Running(['up', '--port=0', '--gateway-port=0', ...places], this.#env);
  }

  async open(): Promise<{ places: Places; held: Held }> {
    const [, gateway = ''] = await this.#up.says(gatewayIsUp);
    this.#gateway = gateway;
    this.api = new Api(join(this.#folder, 'data', 'kubeconfig'));
    await Promise.all(Object.entries(services).map(([name, annotations]) => this.#serve(name, annotations)));
    const held = await this.#credentials();
    return { places: await this.#places(), held };
  }

  async #serve(name: string, annotations: Readonly<Record<string, string>>): Promise<void> {
    const model = join(this.#folder, 'model.joblib');
    copyFileSync(join(root, 'examples', 'iris', 'iris-model.joblib'), model);
    await this.api.make(isvcs, serviceOf(name, annotations, `file://${model}`));
  }

  async #credentials(): Promise<Held> {
    const { api } = this;
    // One after the other: each password takes a third of a second of a core, and more on a machine that is busy.
    for (const name of ['viewer', 'contributor', 'other']) await addPerson(this.#env, `${name}@example.com`);
    const bindings = `/apis/${rbac}/v1/namespaces/${namespace}/rolebindings`;
    await api.make(bindings, bindingOf('viewer', 'kubeflow-view'));
    await api.make(bindings, bindingOf('contributor', 'kubeflow-edit'));
    await api.make('/apis/kubeflow.org/v1/profiles', {
      apiVersion: 'kubeflow.org/v1',
      kind: 'Profile',
      metadata: { name: 'other' },
      spec: { owner: { kind: 'User', name: 'other@example.com' } },
    });
    const token = (email: string, name: string, ...more: string[]): Promise<string> =>
      tokenOf(this.#env, email, name, ...more);
    const revoked = await token(owner, 'revoked');
    const other = await token('other@example.com', 'other');
    const narrowed = await token(owner, 'narrowed', '-n', 'other');
    const viewer = await token('viewer@example.com', 'viewer');
    const contributor = await token('contributor@example.com', 'contributor');
    const own = await token(owner, 'owner');
    await davit(this.#env, 'token', 'revoke', 'revoked', '--user', owner);
    const [account, expired] = await this.#accountTokens();
    const password = this.ownPassword;
    const cookie = await this.session(owner, password);
    const at = { data: join(this.#folder, 'data'), scratch: this.#folder };
    return {
      none: '',
      wrong: 'wrong',
      expired,
      revoked,
      other,
      narrowed,
      viewer,
      contributor,
      owner: own,
      account,
      cookie,
      ...(await idTokensOf(this.#env, at, owner, password)),
    };
  }

  /** An API token and a session of the owner that end in a minute. */
  async ending(): Promise<Ending> {
    const lifetime = 60_000;
    const named = { owner, name: 'ending', verbs: ['predict', 'read', 'write'], lifetime };
    const { token } = await this.api.identity<{ token: string }>('POST', 'tokens', named);
    const session = { user: { name: owner, groups: [] }, expires: Date.now() + lifetime };
    const { handle } = await this.api.identity<{ handle: string }>('POST', 'open', session);
    return { tokenExpired: token, cookieExpired: handle };
  }

  /** Two tokens of a service account that differ in when they end: in an hour, and an hour ago. */
  async #accountTokens(): Promise<readonly [good: string, expired: string]> {
    const name = 'default-editor';
    const { metadata } = await this.api.get(`${core}/serviceaccounts/${name}`);
    const keys = new Folder(join(this.#folder, 'data'), Date.now).signingKeys();
    const issuer = 'https://kubernetes.default.svc.cluster.local';
    const earlier = new TokenIssuer(issuer, keys, () => Date.now() - 2 * hour);
    const facts = { namespace, name, uid: metadata.uid, audiences: [issuer] };
    const lifetimes = [3 * hour, hour].map(time => time / 1000);
    const made = await Promise.all(lifetimes.map(lifetime => earlier.issue({ ...facts, lifetime })));
    const [good, expired] = made.map(({ token }) => token);
    return [good ?? '', expired ?? ''];
  }

  async #places(): Promise<Places> {
    const { api } = this;
    const ready = (object: {
      status?: { conditions?: readonly { type: string; status: string }[] };
    }): boolean =>
      object.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
    const names = Object.keys(services) as ServiceName[];
    const [plain] = await Promise.all(names.map(name => api.until(`${isvcs}/${name}`, ready)));
    const pods = await Promise.all(names.map(name => this.#podAddress(name)));
    const addresses = await Promise.all(names.map(name => this.#clusterAddress(name)));
    const ports = await Promise.all((['plain', 'asked'] as const).map(name => this.#nodePort(name)));
    const gateways = await api.get('/api/v1/namespaces/istio-system/pods');
    const status = gateways.items[0].spec.containers[0].ports.find(
      (one: { name: string }) => one.name === 'status-port',
    );
    const local = await api.get('/api/v1/namespaces/istio-system/services/knative-local-gateway');
    const dex = await api.get('/api/v1/namespaces/auth/services/dex');
    return {
      gateway: this.#gateway,
      localGateway: `http://${local.spec.clusterIP}`,
      gatewayStatus: `http://127.0.0.1:${status.containerPort}`,
      api,
      host: new URL(plain.status.url).host,
      podAddress: byName(names, pods),
      clusterAddress: byName(names, addresses),
      nodePort: byName(['plain', 'asked'] as const, ports),
      path: await this.#routeByPath('queued'),
      issuer: `http://${dex.spec.clusterIP}:${dex.spec.ports[0].port}`,
    };
  }

  async #podAddress(name: ServiceName): Promise<string> {
    const selector = encodeURIComponent(`serving.kserve.io/inferenceservice=${name}`);
    const { items } = await this.api.get(`${core}/pods?labelSelector=${selector}`);
    return items[0].status.podIP;
  }

  async #clusterAddress(name: ServiceName): Promise<string> {
    const service = name === 'queued' ? 'queued-predictor-00001-private' : `${name}-predictor`;
    return (await this.api.get(`${core}/services/${service}`)).spec.clusterIP;
  }

  async #nodePort(name: string): Promise<number> {
    const { spec } = await this.api.make(`${core}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `${name}-node` },
      spec: {
        type: 'NodePort',
        selector: { 'serving.kserve.io/inferenceservice': name },
        ports: [{ port: 80, targetPort: 8080 }],
      },
    });
    return spec.ports[0].nodePort;
  }

  /** A token of a service account in a namespace of its own, which has no right anywhere else. */
  async attacker(): Promise<string> {
    const at = '/api/v1/namespaces';
    await this.api.make(at, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'attacker' } });
    const accounts = `${at}/attacker/serviceaccounts`;
    await this.api.make(accounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'attacker' },
    });
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    return (await this.api.make(`${accounts}/attacker/token`, request)).status.token;
  }

  /** Leads a path of every host to a service of Knative's, as people do it where hosts cannot be told apart. */
  async #routeByPath(name: string): Promise<string> {
    const prefix = `/kserve/${namespace}/${name}/`;
    const local = 'knative-local-gateway.istio-system.svc.cluster.local';
    const headers = { request: { set: { Host: `${name}-predictor.${namespace}.svc.cluster.local` } } };
    await this.api.make(`/apis/networking.istio.io/v1beta1/namespaces/${namespace}/virtualservices`, {
      apiVersion: 'networking.istio.io/v1beta1',
      kind: 'VirtualService',
      metadata: { name: `${name}-path` },
      spec: {
        gateways: ['kubeflow/kubeflow-gateway'],
        hosts: ['*'],
        http: [
          {
            match: [{ uri: { prefix } }],
            rewrite: { uri: '/' },
            route: [{ destination: { host: local }, headers, weight: 100 }],
          },
        ],
      },
    });
    return prefix;
  }

  /** Logs somebody in at a gateway; gives the handle of the session. */
  session(email: string, password: string): Promise<string> {
    return logIn(this.#gateway, email, password);
  }

  /** An ID token of somebody, by `davit login`. */
  idToken(email: string, password: string): Promise<string> {
    return goodToken(this.#env, email, password);
  }

  /** The password of the owner. */
  get ownPassword(): string {
    return readFileSync(join(this.#folder, 'data', 'initial-password'), 'utf8').trim();
  }

  /** A gateway in a process of its own, beside the one that the platform has; its address. */
  async anotherGateway(): Promise<string> {
    const data = join(this.#folder, 'data');
    const kubeconfig = join(data, 'parts', 'gateway.kubeconfig');
    const words = ['gateway', '--kubeconfig', kubeconfig, '--data-dir', data, '--gateway-port=0'];
    const running = new Running(words, this.#env);
    this.#beside.push(running);
    const [, url = ''] = await running.says(gatewayIsUp);
    return url;
  }

  /** What `davit auth` prints, whatever its status. */
  async auth(...words: string[]): Promise<string> {
    return davit(this.#env, 'auth', ...words).catch((error: { stdout?: string }) => error.stdout ?? '');
  }

  async close(): Promise<void> {
    this.api.close();
    await Promise.all(this.#beside.map(running => running.stop()));
    await this.#up.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export function serviceOf(name: string, annotations: object, storageUri: string): object {
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name, namespace, annotations },
    spec: { predictor: { sklearn: { storageUri } } },
  };
}

function bindingOf(who: string, role: string): object {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: who },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: rbac, kind: 'User', name: `${who}@example.com` }],
  };
}

function byName<Name extends string, Value>(
  names: readonly Name[],
  values: readonly Value[],
): Record<Name, Value> {
  return Object.fromEntries(names.map((name, index) => [name, values[index]])) as Record<Name, Value>;
}
