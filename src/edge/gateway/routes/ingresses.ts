import type { Reach } from './backends.ts';
import { both, filtersOf, settingOf } from './changes.ts';
import { durationOf, exactly, expression, segments } from './patterns.ts';
import type { HttpRoute, Ingress, KnativeIngress } from './shapes.ts';
import { anyPath, type PathMatch, type Rule, unchanged } from './table.ts';
import { headerMatch } from './virtualservices.ts';

type Hosted = readonly [host: string, rules: readonly Rule[]];

/** The rules of an Ingress of Kubernetes, by host. */
export function ingressRules({ metadata, spec }: Ingress, backends: Reach): Hosted[] {
  const namespace = metadata.namespace ?? '';
  return (spec?.rules ?? []).flatMap(({ host, http }) => {
    if (host === undefined || host === '') return [];
    const rules = (http?.paths ?? []).flatMap(({ path = '/', pathType, backend }): Rule[] => {
      const service = backend?.service;
      if (service === undefined) return [];
      const to = backends.at(namespace, service.name, service.port?.number ?? service.port?.name);
      const match = pathType === 'Exact' ? exactly(path) : segments(path);
      return [{ path: match, headers: [], targets: [{ weight: 1, to, change: unchanged }] }];
    });
    return [[host.toLowerCase(), ranked(rules)] as const];
  });
}

/** The rules of a Knative Ingress, by host; splits in percent. */
export function knativeRules({ spec }: KnativeIngress, backends: Reach): Hosted[] {
  return (spec?.rules ?? []).flatMap(({ hosts = [], http }) => {
    const rules = (http?.paths ?? []).map((one): Rule => {
      const { path, headers = {}, appendHeaders, rewriteHost, splits = [] } = one;
      const shared = both(
        settingOf(appendHeaders),
        rewriteHost === undefined ? unchanged : settingOf({ host: rewriteHost }),
      );
      return {
        path: path === undefined || path === '' ? anyPath : segments(path),
        headers: Object.entries(headers).map(([name, match]) => headerMatch(name, match)),
        targets: splits.map(split => ({
          weight: split.percent ?? 100,
          to: backends.at(split.serviceNamespace, split.serviceName, split.servicePort),
          change: both(shared, settingOf(split.appendHeaders)),
        })),
      };
    });
    // Paths that ask for a field are more special than those that do not.
    const sorted = ranked(rules).toSorted((one, other) => other.headers.length - one.headers.length);
    return hosts.map(host => [host.toLowerCase(), sorted] as const);
  });
}

/** The rules of an HTTPRoute of the Gateway API, by host. */
export function httpRouteRules({ metadata, spec }: HttpRoute, backends: Reach): Hosted[] {
  const namespace = metadata.namespace ?? '';
  const rules = (spec?.rules ?? []).flatMap(({ matches, filters, backendRefs = [], timeouts }): Rule[] => {
    const shared = filtersOf(filters);
    const targets = backendRefs.map(one => ({
      weight: one.weight ?? 1,
      to: backends.at(one.namespace ?? namespace, one.name, one.port),
      change: both(shared, filtersOf(one.filters)),
    }));
    const timeout = durationOf(timeouts?.request);
    return (matches ?? [{}]).map(({ path, method, headers = [] }) => ({
      path: pathOf(path),
      headers: headers.map(({ type, name, value }) =>
        headerMatch(name, type === 'RegularExpression' ? { regex: value } : { exact: value }),
      ),
      method,
      targets,
      timeout,
    }));
  });
  const sorted = ranked(rules);
  return (spec?.hostnames ?? []).map(host => [host.toLowerCase(), sorted] as const);
}

function pathOf(path: { readonly type?: string; readonly value?: string } | undefined): PathMatch {
  const { type = 'PathPrefix', value = '/' } = path ?? {};
  if (type === 'Exact') return exactly(value);
  return type === 'RegularExpression' ? expression(value) : segments(value);
}

/** The more special first. */
function ranked(rules: readonly Rule[]): Rule[] {
  return rules.toSorted((one, other) => other.path.rank - one.path.rank);
}
