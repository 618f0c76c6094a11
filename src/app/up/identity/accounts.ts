import type { KubeObject } from '../../../cluster/meta/index.ts';
import type { Store } from '../../../cluster/store/index.ts';
import type { Revoked } from '../../../edge/identity/index.ts';

/** What tokens of service accounts are bound to: with one of these their tokens cease to be good. */
const bound = ['serviceaccounts', 'pods', 'secrets'] as const;

/** Tells gateways of accounts whose tokens may no longer be good, as long as the store is open. */
export function followAccounts(store: Store, tell: (revoked: Revoked) => void): void {
  for (const resource of bound) {
    store.watch(resource, store.revision, {
      onChange: ({ type, stored }) => {
        if (type !== 'deleted') return;
        const { namespace } = stored.place;
        for (const account of accountsOf(store, resource, stored.object)) {
          tell({ kind: 'user', name: `system:serviceaccount:${namespace}:${account}` });
        }
      },
    });
  }
}

/** Names of the accounts that had tokens of what is gone; of a Secret it is not known whose. */
function accountsOf(store: Store, resource: (typeof bound)[number], object: KubeObject): string[] {
  const { name = '', namespace } = object.metadata;
  if (resource === 'serviceaccounts') return [name];
  if (resource === 'pods') {
    const { serviceAccountName = 'default' } = (object['spec'] ?? {}) as { serviceAccountName?: string };
    return [serviceAccountName];
  }
  return store.list('serviceaccounts', { namespace }).items.map(({ place }) => place.name);
}
