import {
  addQuantities,
  compareQuantities,
  parseQuantity,
  type Quantity,
  signOf,
} from '../../../meta/index.ts';
import type { PodSpec, ResourceList } from './shapes.ts';

const counted = ['cpu', 'memory'];

/** How a pod is treated when memory is short (`ComputePodQOS`): by its requests and limits of cpu and memory. */
export function qualityOf(spec: PodSpec): 'BestEffort' | 'Burstable' | 'Guaranteed' {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const own = spec.resources;
  const whole = own !== undefined && (own.limits !== undefined || own.requests !== undefined);
  const parts = whole ? [own] : containers.map(container => container.resources ?? {});
  const requests = parts.map(part => positive(part.requests));
  const limits = parts.map(part => positive(part.limits));
  const asked = total(requests);
  const limited = total(limits);
  if (asked.size === 0 && limited.size === 0) return 'BestEffort';
  const complete = limits.every(list => counted.every(name => list.has(name)));
  const equal =
    asked.size === limited.size &&
    [...asked].every(([name, amount]) => {
      const limit = limited.get(name);
      return limit !== undefined && compareQuantities(limit, amount) === 0;
    });
  return complete && equal ? 'Guaranteed' : 'Burstable';
}

function positive(list: ResourceList | undefined): Map<string, Quantity> {
  const found = new Map<string, Quantity>();
  for (const name of counted) {
    const quantity = parseQuantity(list?.[name] ?? '0');
    if (quantity !== undefined && signOf(quantity) > 0) found.set(name, quantity);
  }
  return found;
}

function total(lists: readonly ReadonlyMap<string, Quantity>[]): Map<string, Quantity> {
  const sums = new Map<string, Quantity>();
  for (const list of lists) {
    for (const [name, amount] of list) {
      const sum = sums.get(name);
      sums.set(name, sum === undefined ? amount : addQuantities(sum, amount));
    }
  }
  return sums;
}
