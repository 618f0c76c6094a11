import { compareTexts } from '../fields/element.ts';
import { idOf, type Manager, type Owner, type Owners, secondsOf } from './managers.ts';

/** How many managers of updates an object may have. */
const most = 10;

/** The owners with the oldest updates of a version put together as `ancient-changes` where there are too many. */
export function capped(owners: Owners): Owners {
  const updaters = [...owners].filter(([, owner]) => owner.operation === 'Update');
  if (updaters.length <= most) return owners;
  return merged(owners, updaters.toSorted(byAge));
}

function byAge([a, left]: readonly [string, Owner], [b, right]: readonly [string, Owner]): number {
  return secondsOf(left) - secondsOf(right) || compareTexts(a, b);
}

function merged(owners: Owners, oldest: readonly (readonly [string, Owner])[]): Owners {
  const left = new Map(owners);
  const firsts = new Map<string, string>();
  let excess = oldest.length - most;
  for (const [id, { apiVersion }] of oldest) {
    if (excess <= 0) break;
    const first = firsts.get(apiVersion);
    if (first === undefined) firsts.set(apiVersion, id);
    else {
      intoBucket(left, first, id);
      excess--;
    }
  }
  return left;
}

function intoBucket(owners: Map<string, Owner>, first: string, id: string): void {
  const owner = owners.get(id) as Owner;
  const { apiVersion, time } = owner;
  const bucket: Manager = { manager: 'ancient-changes', operation: 'Update', apiVersion, subresource: '' };
  const bucketId = idOf(bucket);
  const into = owners.get(bucketId) ?? owners.get(first);
  if (!owners.has(bucketId)) owners.delete(first);
  owners.delete(id);
  owners.set(bucketId, { ...bucket, time, set: into === undefined ? owner.set : owner.set.union(into.set) });
}
