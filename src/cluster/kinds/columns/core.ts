import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import type { ClaimSpec, Template } from '../rules/pod/shapes.ts';
import { age, containerColumns, integer, labelsText, named, partOf, text, wide } from './cells.ts';

type Columns = readonly Column[];

export const configmaps: Columns = [
  named(),
  text('Data', 'How many keys it has', object => size(object['data']) + size(object['binaryData'])),
  age,
];

export const secrets: Columns = [
  named(),
  text('Type', 'What kind of secret it is', object => (object['type'] as string | undefined) ?? ''),
  text('Data', 'How many keys it has', object => size(object['data'])),
  age,
];

function size(value: unknown): number {
  return Object.keys(value ?? {}).length;
}

export const namespaces: Columns = [
  named(),
  text(
    'Status',
    'Active, or Terminating',
    object => partOf<{ phase?: string }>(object, 'status').phase ?? '',
  ),
  age,
];

export const serviceaccounts: Columns = [named(), age];

export const podtemplates: Columns = [
  named(),
  text('Containers', 'Names of the containers', object => joined(object, 'name')),
  text('Images', 'Images of the containers', object => joined(object, 'image')),
  text('Pod Labels', 'Labels of its pods', object =>
    labelsText((object['template'] as Template | undefined)?.metadata?.labels),
  ),
];

function joined(object: KubeObject, field: 'name' | 'image'): string {
  const { spec } = (object['template'] ?? {}) as Template;
  return (spec?.containers ?? []).map(one => one[field] ?? '').join(',');
}

interface ControllerSpec {
  readonly replicas?: number;
  readonly selector?: Readonly<Record<string, string>>;
  readonly template?: Template;
}

export interface Counts {
  readonly replicas?: number;
  readonly readyReplicas?: number;
}

export const replicationcontrollers: Columns = [
  named(),
  integer(
    'Desired',
    'How many pods there should be',
    object => partOf<ControllerSpec>(object, 'spec').replicas ?? 0,
  ),
  integer('Current', 'How many pods there are', object => partOf<Counts>(object, 'status').replicas ?? 0),
  integer(
    'Ready',
    'How many of them are ready',
    object => partOf<Counts>(object, 'status').readyReplicas ?? 0,
  ),
  age,
  ...containerColumns(object => partOf<ControllerSpec>(object, 'spec').template?.spec?.containers ?? []),
  wide('Selector', 'Labels of its pods', object =>
    labelsText(partOf<ControllerSpec>(object, 'spec').selector),
  ),
];

const modeNames: readonly (readonly [string, string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

function modesText(modes: readonly string[] = []): string {
  return modeNames
    .filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

interface VolumeSpec extends ClaimSpec {
  readonly capacity?: Readonly<Record<string, string>>;
  readonly persistentVolumeReclaimPolicy?: string;
  readonly claimRef?: { readonly namespace?: string; readonly name?: string };
}

interface VolumeStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly accessModes?: readonly string[];
  readonly capacity?: Readonly<Record<string, string>>;
}

const classAnnotation = 'volume.beta.kubernetes.io/storage-class';

function className(object: KubeObject): string {
  const { storageClassName = '' } = partOf<ClaimSpec>(object, 'spec');
  return object.metadata.annotations?.[classAnnotation] ?? storageClassName;
}

function phaseText(object: KubeObject): string {
  if (object.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return partOf<VolumeStatus>(object, 'status').phase ?? '';
}

function attributesText(object: KubeObject): string {
  return partOf<ClaimSpec>(object, 'spec').volumeAttributesClassName ?? '<unset>';
}

const volumeMode = wide(
  'VolumeMode',
  'A file system or a raw device',
  object => partOf<ClaimSpec>(object, 'spec').volumeMode ?? '<unset>',
);

export const persistentvolumes: Columns = [
  named(),
  text(
    'Capacity',
    'How much it holds',
    object => partOf<VolumeSpec>(object, 'spec').capacity?.['storage'] ?? '0',
  ),
  text('Access Modes', 'How it may be mounted', object =>
    modesText(partOf<VolumeSpec>(object, 'spec').accessModes),
  ),
  text(
    'Reclaim Policy',
    'What becomes of it without its claim',
    object => partOf<VolumeSpec>(object, 'spec').persistentVolumeReclaimPolicy ?? '',
  ),
  text('Status', 'The state of the volume', phaseText),
  text('Claim', 'The claim that has it', object => {
    const { claimRef } = partOf<VolumeSpec>(object, 'spec');
    return claimRef === undefined ? '' : `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`;
  }),
  text('StorageClass', 'Its storage class', className),
  text('VolumeAttributesClass', 'Its class of attributes', attributesText),
  text('Reason', 'Why it is in its state', object => partOf<VolumeStatus>(object, 'status').reason ?? ''),
  age,
  volumeMode,
];

/** Once a claim has a volume, the volume's size and modes are shown. */
function bound(object: KubeObject): boolean {
  return (partOf<ClaimSpec>(object, 'spec').volumeName ?? '') !== '';
}

export const persistentvolumeclaims: Columns = [
  named(),
  text('Status', 'The state of the claim', phaseText),
  text('Volume', 'The volume it has', object => partOf<ClaimSpec>(object, 'spec').volumeName ?? ''),
  text('Capacity', 'How much the volume holds', object =>
    bound(object) ? (partOf<VolumeStatus>(object, 'status').capacity?.['storage'] ?? '0') : '',
  ),
  text('Access Modes', 'How the volume may be mounted', object =>
    bound(object) ? modesText(partOf<VolumeStatus>(object, 'status').accessModes) : '',
  ),
  text('StorageClass', 'Its storage class', className),
  text('VolumeAttributesClass', 'Its class of attributes', attributesText),
  age,
  volumeMode,
];

interface QuotaStatus {
  readonly hard?: Readonly<Record<string, string>>;
  readonly used?: Readonly<Record<string, string>>;
}

function quotaText(object: KubeObject, limits: boolean): string {
  const { hard = {}, used = {} } = partOf<QuotaStatus>(object, 'status');
  return Object.keys(hard)
    .filter(name => name.startsWith('limits.') === limits)
    .toSorted()
    .map(name => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
    .join(', ');
}

export const resourcequotas: Columns = [
  named(),
  text('Request', 'What is used of what may be requested', object => quotaText(object, false)),
  text('Limit', 'What is used of what limits may add up to', object => quotaText(object, true)),
  age,
];

interface Subset {
  readonly addresses?: readonly { readonly ip?: string }[];
  readonly ports?: readonly { readonly port?: number }[];
}

function endpointsText(object: KubeObject): string {
  const subsets = (object['subsets'] ?? []) as readonly Subset[];
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip = '' }) => ip)
      : ports.flatMap(({ port = 0 }) =>
          addresses.map(({ ip = '' }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  );
  const shown = all.slice(0, 3).join(',');
  return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown;
}

export const endpoints: Columns = [named(), text('Endpoints', 'Addresses and ports', endpointsText), age];

interface ComponentCondition {
  readonly type?: string;
  readonly status?: string;
  readonly message?: string;
  readonly error?: string;
}

function healthOf(object: KubeObject): ComponentCondition | undefined {
  const conditions = (object['conditions'] ?? []) as readonly ComponentCondition[];
  return conditions.find(one => one.type === 'Healthy');
}

export const componentstatuses: Columns = [
  named(),
  text('Status', 'Whether the component is well', object => {
    const status = healthOf(object)?.status;
    return status === 'True' ? 'Healthy' : status === 'False' ? 'Unhealthy' : 'Unknown';
  }),
  text('Message', 'What it says', object => healthOf(object)?.message ?? ''),
  text('Error', 'What is wrong', object => healthOf(object)?.error ?? ''),
];
