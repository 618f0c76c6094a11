import type { KubeObject } from '../../../cluster/meta/index.ts';
import { conditionOf } from '../../../cluster/view/index.ts';
import { Backends } from './backends.ts';
import { httpRouteRules, ingressRules, knativeRules } from './ingresses.ts';
import type { InferenceService, Snapshot } from './shapes.ts';
import { anyPath, type Candidate, type Rule, type Table, unchanged } from './table.ts';
import { virtualRules } from './virtualservices.ts';

/**
 * Where every request goes, by what the API has. Where several objects name one host, their rules follow one another: those of
 * KServe's VirtualServices first, then the routes made for Knative, Ingresses, HTTPRoutes, and the names of Services last. Pure.
 */
export function routesOf(snapshot: Snapshot): Table {
  const backends = new Backends(snapshot.services, snapshot.slices);
  const hosts = new Map<string, readonly Rule[]>();
  const put = ({ metadata }: KubeObject, all: Iterable<readonly [string, readonly Rule[]]>): void => {
    const trusted = platform.has(metadata.namespace ?? '');
    for (const [host, rules] of all) {
      if (rules.length > 0 && (trusted || !isOwn(host)))
        hosts.set(host, [...(hosts.get(host) ?? []), ...rules]);
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
  return { hosts, models: modelsOf(snapshot.inferenceServices) };
}

/** Namespaces that no user may write in. */
const platform: ReadonlySet<string> = new Set(['istio-system', 'auth', 'kserve', 'knative-serving']);

/** Whether it is how people reach the gateway itself: whoever could route that would get what is meant for others. */
function isOwn(host: string): boolean {
  return host === 'localhost' || host.includes(':') || /^[\d.]+$/.test(host);
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
