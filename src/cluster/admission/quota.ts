import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  forbidden,
  formatQuantity,
  type KubeObject,
  parseQuantity,
  type Quantity,
} from '../meta/index.ts';
import { add, type Amounts, inScope, type Quota, usageOf, zero } from '../usage/index.ts';
import type { Admission, AdmissionRequest } from './contract.ts';
import type { Lookup } from './reading.ts';

/**
 * Keeps namespaces within their quotas (the ResourceQuota plugin). What is used is counted from the objects there are; two requests
 * at the same moment may both pass.
 */
export function quotaAdmission(lookup: Lookup): Admission {
  return {
    name: 'ResourceQuota',
    concerns: ({ operation, namespace, subresource, kind }) =>
      operation === 'CREATE' &&
      subresource === '' &&
      namespace !== '' &&
      kind.verbs.includes('list') &&
      lookup.list('resourcequotas', namespace).length > 0,
    validate: request => {
      for (const quota of lookup.list('resourcequotas', request.namespace)) check(lookup, request, quota);
    },
  };
}

function check(lookup: Lookup, request: AdmissionRequest, quota: Quota): void {
  const { kind, namespace } = request;
  const object = request.object as KubeObject;
  if (!inScope(quota, kind.resource, object)) return;
  const requested = usageOf({ kind, object });
  const hard = Object.entries(quota.spec?.hard ?? {}).filter(([name]) => requested.has(name));
  mustSay(request, quota, requested);
  if (hard.length === 0) return;
  const used = new Map<string, Quantity>();
  for (const other of lookup.list(kind.resource, namespace)) {
    if (!inScope(quota, kind.resource, other)) continue;
    for (const [name, amount] of usageOf({ kind, object: other })) add(used, name, amount);
  }
  const over = hard.filter(([name, limit]) => {
    const sum = addQuantities(used.get(name) ?? zero, requested.get(name) ?? zero);
    return compareQuantities(sum, parseQuantity(limit) ?? zero) > 0;
  });
  if (over.length === 0) return;
  const list = (amounts: Amounts): string =>
    over
      .map(([name]) => `${name}=${formatQuantity(amounts.get(name) ?? zero)}`)
      .toSorted()
      .join(',');
  const limited = over
    .map(([name, limit]) => `${name}=${canonicalQuantity(limit) ?? limit}`)
    .toSorted()
    .join(',');
  const detail = `exceeded quota: ${quota.metadata.name}, requested: ${list(requested)}, used: ${list(used)}, limited: ${limited}`;
  throw forbidden({ group: kind.group, resource: kind.plural }, request.name, detail);
}

const compute = ['cpu', 'memory'].flatMap(name => [name, `requests.${name}`, `limits.${name}`]);

/** A quota of processors or memory wants every container to say what it needs. */
function mustSay({ kind, name, object }: AdmissionRequest, quota: Quota, requested: Amounts): void {
  if (kind.resource !== 'pods') return;
  const wanted = compute.filter(one => quota.spec?.hard?.[one] !== undefined && !requested.has(one));
  if (wanted.length === 0) return;
  const { containers = [] } = ((object as KubeObject)['spec'] ?? {}) as {
    containers?: readonly { name: string }[];
  };
  const names = containers.map(container => container.name).join(',');
  const detail = `failed quota: ${quota.metadata.name}: must specify ${wanted
    .toSorted()
    .map(one => `${one} for: ${names}`)
    .join('; ')}`;
  throw forbidden({ group: '', resource: 'pods' }, name, detail);
}
