import { randomBytes, randomUUID } from 'node:crypto';
import type { Authorizer, User } from '../../base/access/index.ts';
import { type Handler, keepBody } from '../../base/net/index.ts';
import { RoleAuthorizer, type RoleSource, type TokenIssuer } from '../access/index.ts';
import {
  type Admission,
  bundleSigners,
  certificateSigners,
  certificateSubjects,
  defaultTolerations,
  limitRanger,
  type Lookup,
  namespaceLifecycle,
  notActedOn,
  podResizing,
  priorityAdmission,
  quotaAdmission,
  requesters,
  roleEscalation,
  serviceAccountAdmission,
  storageProtection,
} from '../admission/index.ts';
import { ServiceAllocator, type ServiceRanges } from '../allocation/index.ts';
import type { Transport } from '../client/index.ts';
import { type ChangingKinds, equivalentsIn } from '../kinds/index.ts';
import type { KubeObject } from '../meta/index.ts';
import { DocumentQueue } from '../schema/index.ts';
import type { Store } from '../store/index.ts';
import { mutatingPolicies, validatingPolicies } from '../policies/index.ts';
import { conversionWebhook, webhookAdmission } from '../webhooks/index.ts';
import { actionsOf } from './actions/index.ts';
import { accountReader, authenticator, type Identify, tokenReader } from './requests/authenticate.ts';
import type { Call, Parts } from './call.ts';
import { type ConversionOf, type DefinitionRules, Definitions, leavingDefinitions } from './definitions.ts';
import { DiscoveryPages } from './pages/discovery.ts';
import { Kubelets, type NodeAccess } from './nodes/kubelets.ts';
import { InProcessTransport } from './inprocess.ts';
import {
  type Check,
  healthPages,
  issuerPages,
  jsonPage,
  pathsOf,
  type ServerVersion,
  versionPage,
} from './pages/pages.ts';
import { OpenapiPages } from './pages/openapi.ts';
import { type Annex, handle, type Page, type ServerParts } from './server.ts';
import { Turns } from './turns.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly kinds: ChangingKinds;
  readonly definitions: DefinitionRules;
  readonly issuer: TokenIssuer;
  /** Tokens that are known from the start, and whose they are. */
  readonly tokens: ReadonlyMap<string, User>;
  /** Says whose a token is that is no service account's. */
  readonly otherTokens?: Identify;
  /** What is served below prefixes that end in `/`, beside the API: whoever asks has been let in as for any other path. */
  readonly annexes?: ReadonlyMap<string, Annex>;
  readonly services: ServiceRanges;
  readonly version: ServerVersion;
  /** Where clients reach it: `https://127.0.0.1:6443`. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Gives 0 ≤ x < 1. */
  readonly random: () => number;
  /** Makes of the roles' authorizer the one that is asked; absent: roles decide alone. */
  readonly authorizing?: (roles: Authorizer) => Authorizer;
  /** Further steps of admission. */
  readonly admission?: readonly Admission[];
  readonly checks?: readonly Check[];
  /** How kubelets are reached, for logs, commands in containers and forwarded ports; absent where no node runs pods. */
  readonly nodes?: NodeAccess;
  /** Reads large bodies in YAML; absent: a queue with the usual bounds. */
  readonly documents?: DocumentQueue;
  /** Told of every answer, for the audit log. */
  readonly onAnswered?: (call: Call, status: number) => void;
}

/** The Kubernetes API over a store. */
export class ApiServer {
  readonly handler: Handler;
  readonly roles: RoleAuthorizer;
  /** Says which service account a token is of. */
  readonly accounts: Identify;
  readonly #parts: ServerParts;
  readonly #definitions: Definitions;
  readonly #kubelets: Kubelets | undefined;

  constructor(options: ApiServerOptions) {
    const { store, kinds, now, issuer } = options;
    const lookup = lookupIn(store);
    this.roles = new RoleAuthorizer(roleSource(store));
    const find = lookup.get.bind(lookup);
    const audiences = [issuer.issuer];
    const { tokens, otherTokens: others, annexes = new Map<string, Annex>() } = options;
    this.accounts = accountReader({ issuer, find });
    const identify = tokenReader({ tokens, issuer, audiences, find, others });
    this.#kubelets = options.nodes && new Kubelets(options.nodes);
    const actions = actionsOf({ roles: this.roles, issuer, identify, kubelets: this.#kubelets });
    const services = store.list('services').items.map(stored => stored.object);
    const authorizer = options.authorizing?.(this.roles) ?? this.roles;
    const equivalents = equivalentsIn(kinds);
    const policies = { lookup, findKind: kinds.findKind.bind(kinds), equivalents, authorizer };
    const parts: Parts = {
      kinds,
      store,
      authorizer,
      admission: [
        ...this.#admission(lookup, resource => actions.has(resource)),
        ...(options.admission ?? []),
        mutatingPolicies(policies),
        ...webhookAdmission({ lookup, equivalents, authorizer, newUid: randomUUID }),
        validatingPolicies(policies),
        requesters,
        certificateSigners(authorizer),
        bundleSigners(authorizer),
        certificateSubjects,
        podResizing(lookup),
        quotaAdmission(lookup, now),
      ],
      allocators: new Map([['services', new ServiceAllocator(options.services, services, options.random)]]),
      actions,
      documents: options.documents ?? new DocumentQueue(),
      now,
      newUid: randomUUID,
      suffix: randomSuffix,
    };
    this.#parts = {
      ...parts,
      authenticate: authenticator(identify, audiences),
      page: this.#pages(options),
      annex: annexIn(annexes),
      turns: new Turns(),
      ...(options.onAnswered !== undefined && { onAnswered: options.onAnswered }),
    };
    const conversionOf: ConversionOf = definition =>
      conversionWebhook(definition, { lookup, newUid: randomUUID });
    this.#definitions = new Definitions({ store, kinds, rules: options.definitions, conversionOf, now });
    // It is looked at once the request has its turn, which may be later.
    this.handler = (method, target, head, body, sink) =>
      handle(this.#parts, method, target, head, keepBody(body), sink);
  }

  #admission(lookup: Lookup, answers: (resource: string) => boolean): Admission[] {
    return [
      namespaceLifecycle(lookup, answers),
      leavingDefinitions(lookup),
      limitRanger(lookup),
      serviceAccountAdmission(lookup, randomSuffix),
      priorityAdmission(lookup),
      defaultTolerations,
      storageProtection,
      roleEscalation(this.roles),
      notActedOn,
    ];
  }

  #pages({
    kinds,
    version,
    url,
    issuer,
    now,
    checks = [],
  }: ApiServerOptions): (path: string) => Page | undefined {
    const discovery = new DiscoveryPages(kinds, new URL(url).host);
    const openapi = new OpenapiPages(kinds, now);
    const well = (name: string): Check => ({ name, run: () => undefined });
    // Clients that probe the state of a server ask for it under this name.
    const all = [well('ping'), well('log'), well('etcd'), ...checks];
    const fixed = new Map<string, Page>([
      ['/version', versionPage(version)],
      ...['healthz', 'livez', 'readyz'].flatMap(name => [...healthPages(name, all)]),
      ...issuerPages(issuer, url),
    ]);
    fixed.set('/', call => jsonPage(call, { paths: pathsOf(kinds, fixed.keys()) }));
    return path => fixed.get(path) ?? discovery.page(path) ?? openapi.page(path);
  }

  /** Reaches this server from the same process, as a user. */
  transport(user: User, userAgent: string): Transport {
    return new InProcessTransport(this.#parts, user, userAgent);
  }

  async stop(): Promise<void> {
    this.#kubelets?.close();
    await this.#parts.documents.close();
    await this.#definitions.stop();
  }
}

function annexIn(annexes: ReadonlyMap<string, Annex>): (path: string) => Annex | undefined {
  const all = [...annexes];
  return path => all.find(([prefix]) => path.startsWith(prefix))?.[1];
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters for generated names. */
function randomSuffix(): string {
  return [...randomBytes(5)].map(byte => alphabet[byte % alphabet.length]).join('');
}

/** What admission looks up, in a store. */
export function lookupIn(store: Store): Lookup {
  return {
    get: (resource, namespace, name) => store.get({ resource, namespace, name })?.object,
    list: (resource, namespace) => store.list(resource, { namespace }).items.map(stored => stored.object),
  };
}

function roleSource(store: Store): RoleSource {
  const group = 'rbac.authorization.k8s.io';
  const objects = function* (resource: string, namespace?: string): Generator<KubeObject> {
    for (const { object } of store.list(resource, { namespace }).items) yield object;
  };
  return {
    role: (namespace, name) =>
      store.get({ resource: `${group}/${namespace === '' ? 'clusterroles' : 'roles'}`, namespace, name })
        ?.object,
    bindings: namespace =>
      namespace === ''
        ? objects(`${group}/clusterrolebindings`)
        : objects(`${group}/rolebindings`, namespace),
  };
}
