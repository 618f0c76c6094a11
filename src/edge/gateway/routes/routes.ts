import type { KubeObject } from '../../../cluster/meta/index.ts';
import { conditionOf } from '../../../cluster/view/index.ts';
import { Backends } from './backends.ts';
import { httpRouteRules, ingressRules, knativeRules } from './ingresses.ts';
import { isKept, isOfNamespace, isPlatform, OwnHosts } from './own.ts';
import type { InferenceService, Snapshot } from './shapes.ts';
import { anyPath, type Candidate, type Refused, type Rule, type Table, unchanged } from './table.ts';
import { virtualRules } from './virtualservices.ts';

/**
 * Where every request goes, by what the API has. Where several objects name one host, their rules follow one another: those of
 * KServe's VirtualServices first, then the routes made for Knative, Ingresses, HTTPRoutes, and the names of Services last. Pure.
 */
export function routesOf(snapshot: Snapshot, own: OwnHosts = new OwnHosts()): Table {
  const backends = new Backends(snapshot.services, snapshot.slices);
  const hosts = new Map<string, readonly Rule[]>();
  const reserved = new Map<string, readonly Rule[]>();
  const refused: Refused[] = [];
  const owners = ownersOf(snapshot.inferenceServices);
  const put = (object: KubeObject, all: Iterable<readonly [string, readonly Rule[]]>): void => {
    const { namespace = '' } = object.metadata;
    for (const [host, rules] of all) {
      if (rules.length === 0) continue;
      const owner = isPlatform(namespace) ? namespace : (owners.get(host) ?? namespace);
      if (owner !== namespace) {
        refused.push({ object, host, reason: 'stranger' });
        continue;
      }
      if (!own.has(host)) add(hosts, host, rules);
      add(reserved, host, isPlatform(namespace) ? rules : rules.map(rule => narrowed(rule, namespace)));
      const starts = rules.map(({ path }) => path.starts);
      if (isKept(host, namespace, starts, own)) refused.push({ object, host, reason: 'gateway' });
    }
  };
  for (const one of older(snapshot.virtualServices)) put(one, virtualRules(one, backends));
  for (const one of older(snapshot.knativeIngresses)) put(one, knativeRules(one, backends));
  for (const one of older(snapshot.ingresses)) put(one, ingressRules(one, backends));
  for (const one of older(snapshot.httpRoutes)) put(one, httpRouteRules(one, backends));
  for (const [names, to] of backends.inside()) {
    const rules = [{ path: anyPath, headers: [], targets: [{ weight: 1, to, change: unchanged }] }];
    for (const name of names) if (!hosts.has(name)) hosts.set(name, rules);
  }
  const isOwn = (host: string): boolean => own.has(host);
  return { hosts, reserved, isOwn, refused, models: modelsOf(snapshot.inferenceServices) };
}

function add(to: Map<string, readonly Rule[]>, host: string, rules: readonly Rule[]): void {
  to.set(host, [...(to.get(host) ?? []), ...rules]);
}

/** A rule of a user at a host of the gateway: for the paths of his namespace. */
function narrowed(rule: Rule, namespace: string): Rule {
  const { matches } = rule.path;
  return {
    ...rule,
    path: { ...rule.path, matches: path => isOfNamespace(path, namespace) && matches(path) },
  };
}

/** The namespaces of InferenceServices, by the hosts that they have to themselves: nobody else comes between them and their callers. */
function ownersOf(services: Iterable<InferenceService>): ReadonlyMap<string, string> {
  const owners = new Map<string, string | undefined>();
  for (const { metadata, status } of services) {
    const { namespace = '' } = metadata;
    const url = URL.parse(status?.url ?? '');
    if (url === null || url.pathname !== '/') continue;
    const host = url.hostname.toLowerCase();
    owners.set(host, owners.has(host) && owners.get(host) !== namespace ? undefined : namespace);
  }
  return new Map([...owners].flatMap(([host, owner]) => (owner === undefined ? [] : [[host, owner]])));
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
