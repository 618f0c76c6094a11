import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import { age, integer, named, partOf, text, truth } from './cells.ts';

const defaultClass = 'storageclass.kubernetes.io/is-default-class';

/** A field at the top of an object, or what stands for it. */
function top(object: KubeObject, field: string, otherwise = ''): string {
  return (object[field] as string | undefined) ?? otherwise;
}

export const storageclasses: readonly Column[] = [
  named(({ metadata }) => {
    const annotations = metadata.annotations ?? {};
    const standard =
      annotations[defaultClass] === 'true' ||
      annotations['storageclass.beta.kubernetes.io/is-default-class'] === 'true';
    return `${metadata.name ?? ''}${standard ? ' (default)' : ''}`;
  }),
  text('Provisioner', 'Who makes volumes', object => top(object, 'provisioner')),
  text('ReclaimPolicy', 'What becomes of volumes', object => top(object, 'reclaimPolicy', 'Delete')),
  text('VolumeBindingMode', 'When volumes are made', object => top(object, 'volumeBindingMode', 'Immediate')),
  text('AllowVolumeExpansion', 'Whether volumes can grow', object => object['allowVolumeExpansion'] === true),
  age,
];

export const volumeattributesclasses: readonly Column[] = [
  named(),
  text('DriverName', 'Whose volumes have it', object => top(object, 'driverName')),
  age,
];

interface Attachment {
  readonly attacher?: string;
  readonly nodeName?: string;
  readonly source?: { readonly persistentVolumeName?: string };
}

export const volumeattachments: readonly Column[] = [
  named(),
  {
    ...text('Attacher', 'Who attaches it', object => partOf<Attachment>(object, 'spec').attacher ?? ''),
    format: 'name',
  },
  text('PV', 'The volume', object => partOf<Attachment>(object, 'spec').source?.persistentVolumeName ?? ''),
  text('Node', 'The node', object => partOf<Attachment>(object, 'spec').nodeName ?? ''),
  truth(
    'Attached',
    'Whether it is attached',
    object => partOf<{ attached?: boolean }>(object, 'status').attached === true,
  ),
  age,
];

export const csinodes: readonly Column[] = [
  named(),
  integer(
    'Drivers',
    'How many drivers the node has',
    object => (partOf<{ drivers?: readonly object[] }>(object, 'spec').drivers ?? []).length,
  ),
  age,
];

interface Driver {
  readonly attachRequired?: boolean;
  readonly podInfoOnMount?: boolean;
  readonly storageCapacity?: boolean;
  readonly requiresRepublish?: boolean;
  readonly tokenRequests?: readonly { readonly audience?: string }[];
  readonly volumeLifecycleModes?: readonly string[];
}

const driverOf = (object: KubeObject): Driver => partOf<Driver>(object, 'spec');

export const csidrivers: readonly Column[] = [
  named(),
  truth(
    'AttachRequired',
    'Whether volumes are attached first',
    object => driverOf(object).attachRequired ?? true,
  ),
  truth(
    'PodInfoOnMount',
    'Whether it is told of the pod',
    object => driverOf(object).podInfoOnMount ?? false,
  ),
  truth(
    'StorageCapacity',
    'Whether it says what is left',
    object => driverOf(object).storageCapacity ?? false,
  ),
  text('TokenRequests', 'For whom it gets tokens of the pod', object => {
    const { tokenRequests } = driverOf(object);
    return tokenRequests === undefined
      ? '<unset>'
      : tokenRequests.map(({ audience = '' }) => audience).join(',');
  }),
  truth(
    'RequiresRepublish',
    'Whether it is told again and again',
    object => driverOf(object).requiresRepublish ?? false,
  ),
  text(
    'Modes',
    'What volumes it has',
    object => (driverOf(object).volumeLifecycleModes ?? []).join(',') || '<none>',
  ),
  age,
];
