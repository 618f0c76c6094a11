import type { KubeObject } from '../../../cluster/meta/index.ts';
import { conditionOf } from '../../../cluster/view/index.ts';
import { Backends, type Reach } from './backends.ts';
import { type Domains, noDomains } from './domains.ts';
import { Grants } from './grants.ts';
import { httpRouteRules, ingressRules, knativeRules } from './ingresses.ts';
import { isOfNamespace, isPlatform, OwnHosts, refusalOf } from './own.ts';
import { HostOwners } from './owners.ts';
import type { InferenceService, Snapshot } from './shapes.ts';
import {
  anyPath,
  type Candidate,
  type OwnedRule,
  type Refused,
  type Rule,
  type Table,
  unchanged,
} from './table.ts';
import { virtualRules } from './virtualservices.ts';

const kinds = {
  virtualService: ['networking.istio.io', 'VirtualService'],
  knativeIngress: ['networking.internal.knative.dev', 'Ingress'],
} as const;
/** Tables made so far. */
let tables = 0;

export const httpRouteKind = ['gateway.networking.k8s.io', 'HTTPRoute'] as const;

/**
 * Where every request goes, by what the API has. Where several objects name one host, their rules follow one another: those of
 * KServe's VirtualServices first, then the routes made for Knative, Ingresses, HTTPRoutes, and the names of Services last. Pure but
 * for the serial number.
 * @param own hosts that are not for users to route
 * @param domains in which KServe gives hosts
 */
export function routesOf(
  snapshot: Snapshot,
  own: OwnHosts = new OwnHosts(),
  domains: Domains = noDomains,
): Table {
  const backends = new Backends(snapshot.services, snapshot.slices);
  const grants = new Grants(snapshot.referenceGrants);
  const hosts = new Map<string, readonly OwnedRule[]>();
  const reserved = new Map<string, readonly OwnedRule[]>();
  const refused: Refused[] = [];
  const owners = new HostOwners(
    snapshot.inferenceServices,
    (...service) => backends.has(...service),
    domains,
  );
  const ownerOf = (host: string): string | undefined => owners.of(host);
  const put = (object: KubeObject, all: Iterable<readonly [string, readonly Rule[]]>): void => {
    const { namespace = '' } = object.metadata;
    for (const [host, rules] of all) {
      if (rules.length === 0) continue;
      const starts = rules.map(({ path }) => path.starts);
      const reason = refusalOf(host, namespace, starts, { own, ownerOf });
      if (reason !== undefined) refused.push({ object, host, reason });
      if (reason === 'stranger') continue;
      const owned = rules.map(rule => ({ ...besides(rule, host, namespace, owners), namespace }));
      if (!own.has(host)) add(hosts, host, owned);
      add(reserved, host, isPlatform(namespace) ? owned : owned.map(narrowed));
    }
  };
  const reach = ({ metadata }: KubeObject, [group, kind]: readonly [string, string]): Reach =>
    backends.for({ group, kind, namespace: metadata.namespace ?? '' }, grants);
  for (const one of older(snapshot.virtualServices))
    put(one, virtualRules(one, reach(one, kinds.virtualService)));
  for (const one of older(snapshot.knativeIngresses))
    put(one, knativeRules(one, reach(one, kinds.knativeIngress)));
  for (const one of older(snapshot.ingresses)) put(one, ingressRules(one, backends));
  for (const one of older(snapshot.httpRoutes)) put(one, httpRouteRules(one, reach(one, httpRouteKind)));
  for (const { names, namespace, to } of backends.inside()) {
    const rules = [
      { path: anyPath, headers: [], targets: [{ weight: 1, to, change: unchanged }], namespace },
    ];
    for (const name of names) if (!hosts.has(name)) hosts.set(name, rules);
  }
  const isOwn = (host: string): boolean => own.has(host);
  const models = modelsOf(snapshot.inferenceServices);
  return { serial: tables++, hosts, reserved, isOwn, ownerOf, refused, models };
}

function add(to: Map<string, readonly OwnedRule[]>, host: string, rules: readonly OwnedRule[]): void {
  to.set(host, [...(to.get(host) ?? []), ...rules]);
}

/** A rule at a host that InferenceServices share by paths: not for those of other namespaces. */
function besides(rule: Rule, host: string, namespace: string, owners: HostOwners): Rule {
  if (!owners.isShared(host) || isPlatform(namespace)) return rule;
  const { matches } = rule.path;
  const own = (path: string): boolean => matches(path) && !owners.isOfOther(host, path, namespace);
  return { ...rule, path: { ...rule.path, matches: own } };
}

/** A rule of a user at a host of the gateway: for the paths of his namespace. */
function narrowed(rule: OwnedRule): OwnedRule {
  const { namespace } = rule;
  const { matches } = rule.path;
  return {
    ...rule,
    path: { ...rule.path, matches: path => isOfNamespace(path, namespace) && matches(path) },
  };
}

/** Who came first to a host keeps it. */
function older<Item extends (Snapshot[keyof Snapshot] extends Iterable<infer One> ? One : never)>(
  items: Iterable<Item>,
): Item[] {
  const key = ({ metadata }: Item): string =>
    `${metadata.creationTimestamp ?? ''} ${metadata.namespace}/${metadata.name}`;
  return [...items].toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}

function modelsOf(services: Iterable<InferenceService>): Map<string, Candidate[]> {
  const models = new Map<string, Candidate[]>();
  for (const { metadata, status } of services) {
    const { name = '', namespace = '' } = metadata;
    const ready = conditionOf(status?.conditions, 'Ready');
    const reason = ready?.message || ready?.reason || 'it is not ready yet';
    const candidate = { namespace, host: hostOf(status?.url), reason };
    const list = models.get(name);
    if (list === undefined) models.set(name, [candidate]);
    else list.push(candidate);
  }
  return models;
}

function hostOf(url: string | undefined): string | undefined {
  return url === undefined || !URL.canParse(url) ? undefined : new URL(url).hostname.toLowerCase();
}
