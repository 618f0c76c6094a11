import type { Head } from '../../../base/net/index.ts';
import type { Reach } from './backends.ts';
import { both, operationsOf, rewriteOf } from './changes.ts';
import { durationOf, textMatch, uriMatch } from './patterns.ts';
import type { StringMatch, VirtualRoute, VirtualService } from './shapes.ts';
import { type Rule, type Target, unchanged } from './table.ts';

/** Services that lead back to this gateway: the Host field says where from there. */
const gateways = /^(knative-local-gateway|istio-ingressgateway|cluster-local-gateway)\.istio-system(\.|$)/;

/** The rules of an Istio VirtualService, by host, in their order. */
export function virtualRules(
  { metadata, spec }: VirtualService,
  backends: Reach,
): (readonly [string, readonly Rule[]])[] {
  const namespace = metadata.namespace ?? '';
  return (spec?.hosts ?? []).map(name => {
    const host = name.toLowerCase();
    const rules = (spec?.http ?? []).flatMap(route => rulesOf(route, host, namespace, backends));
    return [host, rules] as const;
  });
}

function rulesOf(route: VirtualRoute, host: string, namespace: string, backends: Reach): Rule[] {
  const matches = route.match ?? [{}];
  const timeout = durationOf(route.timeout);
  return matches.flatMap(({ authority, uri, method, headers = {} }) => {
    if (authority !== undefined && !textMatch(authority)(host)) return [];
    return {
      path: uriMatch(uri),
      headers: Object.entries(headers).map(([name, match]) => headerMatch(name, match)),
      method: method?.exact,
      targets: targetsOf(route, uri?.prefix, namespace, backends),
      timeout,
    };
  });
}

export function headerMatch(name: string, match: StringMatch): (head: Head) => boolean {
  const matches = textMatch(match);
  return head => {
    const value = head.header(name);
    return value !== undefined && matches(value);
  };
}

function targetsOf(
  route: VirtualRoute,
  prefix: string | undefined,
  namespace: string,
  backends: Reach,
): Target[] {
  const shared = both(rewriteOf(route.rewrite, prefix), operationsOf(route.headers?.request ?? {}));
  return (route.route ?? []).map(({ destination, weight = 100, headers }) => {
    const own = headers?.request === undefined ? unchanged : operationsOf(headers.request);
    const change = both(shared, own);
    const name = destination?.host ?? '';
    const next = change.set.find(([field]) => field === 'host')?.[1];
    if (gateways.test(name) && next !== undefined) return { weight, to: next.toLowerCase(), change };
    const [service = '', place = namespace] = name.split('.');
    return { weight, to: backends.at(place, service, destination?.port?.number), change };
  });
}
