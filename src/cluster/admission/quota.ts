import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  forbidden,
  formatQuantity,
  type KubeObject,
  parseQuantity,
  type Quantity,
  signOf,
} from '../meta/index.ts';
import {
  add,
  type Amounts,
  asksAsWhole,
  inScope,
  maySwell,
  type PodContainer,
  type Quota,
  subtracted,
  usageOf,
  zero,
} from '../usage/index.ts';
import type { Admission, AdmissionRequest } from './contract.ts';
import { reachOf } from './reach.ts';
import type { Lookup } from './reading.ts';
import { Reservations } from './reservations.ts';

/**
 * Keeps namespaces within their quotas (the ResourceQuota plugin). What is used is counted from the objects there are, and from those that
 * are let in and not yet there: a request is looked at and noted at once, so that of many at the same moment no more pass than may.
 * @param now Milliseconds since 1970.
 */
export function quotaAdmission(lookup: Lookup, now: () => number): Admission {
  const reservations = new Reservations();
  return {
    name: 'ResourceQuota',
    concerns: request =>
      request.namespace !== '' &&
      takes(request) &&
      request.kind.verbs.includes('list') &&
      lookup.list('resourcequotas', request.namespace).length > 0,
    validate: request => {
      const { namespace, kind, dryRun } = request;
      const there = reservations.with(lookup.list(kind.resource, namespace), request);
      for (const quota of lookup.list('resourcequotas', namespace)) check(request, quota, there, now());
      if (!dryRun) request.onAnswered(reservations.reserve(request));
    },
  };
}

/** Whether a request can take from quotas: a new object, or a change that can make one larger. */
function takes(request: AdmissionRequest): boolean {
  const { operation, subresource, kind, object, old } = request;
  if (operation === 'CREATE') return subresource === '';
  if (operation !== 'UPDATE' || object === undefined || old === undefined) return false;
  return maySwell(kind.resource, reachOf(request), object, old);
}

/**
 * @param there For each object of the kind that is there or about to be, the states that it has or is to get.
 * @throws StatusError 403 when too little is left
 */
function check(
  request: AdmissionRequest,
  quota: Quota,
  there: readonly (readonly KubeObject[])[],
  now: number,
): void {
  const { kind, name } = request;
  const object = request.object as KubeObject;
  if (!inScope(quota, kind.resource, object)) return;
  mustSay(request, quota);
  const requested = requestedOf(request, quota, now);
  const hard = Object.entries(quota.spec?.hard ?? {}).filter(([limit]) => requested.has(limit));
  if (hard.length === 0) return;
  const used = new Map<string, Quantity>();
  for (const states of there) {
    const usages = states
      .filter(state => inScope(quota, kind.resource, state))
      .map(state => usageOf({ kind, object: state, now }));
    for (const [limit, amount] of most(usages)) add(used, limit, amount);
  }
  const over = hard.filter(([limit, bound]) => {
    const sum = addQuantities(used.get(limit) ?? zero, requested.get(limit) ?? zero);
    return compareQuantities(sum, parseQuantity(bound) ?? zero) > 0;
  });
  if (over.length === 0) return;
  const list = (amounts: Amounts): string =>
    listed(over.map(([limit]) => [limit, formatQuantity(amounts.get(limit) ?? zero)]));
  const bounds = listed(over.map(([limit, bound]) => [limit, canonicalQuantity(bound) ?? bound]));
  const detail = `exceeded quota: ${quota.metadata.name}, requested: ${list(requested)}, used: ${list(used)}, limited: ${bounds}`;
  throw forbidden({ group: kind.group, resource: kind.plural }, name, detail);
}

function listed(amounts: readonly (readonly [string, string])[]): string {
  return amounts
    .map(([limit, amount]) => `${limit}=${amount}`)
    .toSorted()
    .join(',');
}

/** What a request takes more than its object did before, where the quota counted it. */
function requestedOf({ kind, object, old }: AdmissionRequest, quota: Quota, now: number): Amounts {
  const usage = usageOf({ kind, object: object as KubeObject, now });
  const before =
    old !== undefined && inScope(quota, kind.resource, old)
      ? usageOf({ kind, object: old, now })
      : new Map<string, Quantity>();
  return new Map([...subtracted(usage, before)].filter(([, amount]) => signOf(amount) > 0));
}

/** The most of each amount. */
function most(usages: readonly Amounts[]): Amounts {
  const [first = new Map<string, Quantity>(), ...others] = usages;
  if (others.length === 0) return first;
  const result = new Map(first);
  for (const usage of others) {
    for (const [limit, amount] of usage) {
      if (compareQuantities(amount, result.get(limit) ?? zero) > 0) result.set(limit, amount);
    }
  }
  return result;
}

/** Names that a quota wants every container to say something about, and where a container says it. */
const wanted = ['cpu', 'memory'].flatMap(
  name =>
    [
      [name, 'requests', name],
      [`requests.${name}`, 'requests', name],
      [`limits.${name}`, 'limits', name],
    ] as const,
);

/** A quota of processors or memory wants every container to say what it needs, unless the pod says it as a whole. */
function mustSay({ kind, name, object }: AdmissionRequest, quota: Quota): void {
  if (kind.resource !== 'pods' || asksAsWhole(object as KubeObject)) return;
  const { containers = [], initContainers = [] } = ((object as KubeObject)['spec'] ?? {}) as {
    containers?: readonly PodContainer[];
    initContainers?: readonly PodContainer[];
  };
  const lacking = wanted
    .filter(([limit]) => quota.spec?.hard?.[limit] !== undefined)
    .flatMap(([limit, list, resource]) => {
      const silent = [...containers, ...initContainers].filter(
        one => one.resources?.[list]?.[resource] === undefined,
      );
      const names = silent.map(one => one.name).toSorted();
      return names.length === 0 ? [] : [`${limit} for: ${names.join(',')}`];
    });
  if (lacking.length === 0) return;
  const detail = `failed quota: ${quota.metadata.name}: must specify ${lacking.toSorted().join('; ')}`;
  throw forbidden({ group: '', resource: 'pods' }, name, detail);
}
