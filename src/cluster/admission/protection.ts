import type { KubeObject } from '../meta/index.ts';
import type { Admission } from './contract.ts';

/** What keeps objects of storage while they are in use, by resource. */
const finalizers: Readonly<Record<string, string>> = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
};

/** Claims and volumes are kept from their creation on, until nobody uses them (the StorageObjectInUseProtection plugin). */
export const storageProtection: Admission = {
  name: 'StorageObjectInUseProtection',
  concerns: ({ operation, kind, subresource }) =>
    operation === 'CREATE' && subresource === '' && finalizers[kind.resource] !== undefined,
  mutate: ({ object, kind }) => {
    const { metadata, ...rest } = object as KubeObject;
    const finalizer = finalizers[kind.resource] as string;
    const kept = metadata.finalizers ?? [];
    if (kept.includes(finalizer)) return object as KubeObject;
    return { ...rest, metadata: { ...metadata, finalizers: [...kept, finalizer] } };
  },
};
