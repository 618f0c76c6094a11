import type { Store } from '../../src/cluster/store/index.ts';

/**
 * A store whose objects nobody can change in place: readers of the same process get them as they are, and one that changed what it got
 * would change the state of the cluster without a write. Who tries throws.
 */
export function frozen(store: Store): Store {
  return {
    get revision() {
      return store.revision;
    },
    get oldest() {
      return store.oldest;
    },
    get: place => store.get(place),
    list: (resource, options) => store.list(resource, options),
    count: resource => store.count(resource),
    watch: (resource, after, watcher) => store.watch(resource, after, watcher),
    close: () => store.close(),
    write: async (place, decide) => {
      const result = await store.write(place, (current, revision) => {
        const decision = decide(current, revision);
        if ('write' in decision) freeze(decision.write);
        return decision;
      });
      freeze(result.stored?.object);
      return result;
    },
  };
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
