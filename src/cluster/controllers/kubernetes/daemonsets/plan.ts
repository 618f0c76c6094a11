import { isAvailable, type Pod } from '../../../view/index.ts';
import type { Node } from '../scheduling/fit.ts';
import { byNode, type DaemonSet, hasEnded, isOf, living } from './objects.ts';
import { wants } from './pods.ts';

export interface Plan {
  /** Nodes that are to have a pod. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
  /** Those of them that have ended by themselves. */
  readonly ended: readonly Pod[];
}

/**
 * What is to be done: first every node has its pod and no other; pods of an old template go after that, as many at once as may.
 * @param hash Of the present template.
 * @param now Milliseconds since 1970.
 */
export function planOf(
  set: DaemonSet,
  nodes: readonly Node[],
  pods: readonly Pod[],
  hash: string,
  now: number,
): Plan {
  const placed = byNode(pods);
  const create: string[] = [];
  const remove: Pod[] = [];
  const ended: Pod[] = [];
  const known = new Set<string>();
  for (const node of nodes) {
    const name = node.metadata.name ?? '';
    known.add(name);
    const here = placed.get(name) ?? [];
    const alive = living(here);
    const over = here.filter(hasEnded);
    const { run, keep } = wants(set, node);
    if (run && here.length === 0) create.push(name);
    if (!keep) remove.push(...alive, ...over);
    else {
      ended.push(...over);
      remove.push(...over, ...surplus(alive, hash, set, now));
    }
  }
  for (const [name, here] of placed) {
    if (!known.has(name))
      remove.push(...here.filter(({ metadata }) => metadata.deletionTimestamp === undefined));
  }
  if (create.length > 0 || remove.length > 0) return { create, remove, ended };
  return { ...rolled(set, nodes, placed, hash, now), ended: [] };
}

/** Of several pods on a node the oldest stays; beside one of an old template a new one may wait until it is available. */
function surplus(alive: readonly Pod[], hash: string, set: DaemonSet, now: number): Pod[] {
  const fresh = alive.filter(pod => isOf(pod, hash));
  const old = alive.filter(pod => !isOf(pod, hash));
  const ready = fresh.some(pod => isAvailable(pod, set.spec.minReadySeconds ?? 0, now));
  if (fresh.length > 0 && old.length > 0) {
    return ready ? [...old, ...fresh.slice(1)] : [...old.slice(1), ...fresh.slice(1)];
  }
  return alive.slice(1);
}

/** A number, or a share of the nodes rounded up. */
export function amount(value: number | string | undefined, of: number, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'number') return value;
  return Math.ceil((Number(value.replace('%', '')) / 100) * of);
}

function rolled(
  set: DaemonSet,
  nodes: readonly Node[],
  placed: ReadonlyMap<string, readonly Pod[]>,
  hash: string,
  now: number,
): Pick<Plan, 'create' | 'remove'> {
  const { updateStrategy: strategy = {}, minReadySeconds = 0 } = set.spec;
  if (strategy.type === 'OnDelete') return { create: [], remove: [] };
  const wanted = nodes.filter(node => wants(set, node).run).map(({ metadata }) => metadata.name ?? '');
  const alive = wanted.map(name => ({ name, pods: living(placed.get(name) ?? []) }));
  const available = (pod: Pod): boolean => isAvailable(pod, minReadySeconds, now);
  const old = alive.filter(({ pods }) => pods.length > 0 && pods.every(pod => !isOf(pod, hash)));
  const surge = amount(strategy.rollingUpdate?.maxSurge, wanted.length, 0);
  if (surge > 0) {
    const surging = alive.filter(({ pods }) => pods.length > 1).length;
    const idle = old.filter(({ pods }) => !pods.some(available));
    const next = old.filter(one => !idle.includes(one)).slice(0, Math.max(0, surge - surging));
    return { create: next.map(({ name }) => name), remove: idle.flatMap(({ pods }) => pods) };
  }
  const most = amount(strategy.rollingUpdate?.maxUnavailable, wanted.length, 1);
  const away = alive.filter(({ pods }) => !pods.some(available));
  const dead = old.filter(one => away.includes(one));
  const next = old.filter(one => !away.includes(one)).slice(0, Math.max(0, most - away.length));
  return { create: [], remove: [...dead, ...next].flatMap(({ pods }) => pods) };
}
