import { parseQuantity, signOf } from '../../../cluster/meta/index.ts';
import { goText } from '../escape.ts';
import { writeClaim } from './claims.ts';
import type { Volume } from './shapes.ts';
import type { Description } from './writer.ts';

type Fields = Readonly<Record<string, unknown>>;
type Line = readonly [label: string, value: unknown];

interface Source {
  readonly says: string;
  readonly lines: (fields: Fields) => readonly Line[];
}

const of =
  (names: Readonly<Record<string, string>>): Source['lines'] =>
  fields =>
    Object.entries(names).map(([label, field]) => [label, fields[field] ?? '']);

const flags = (fields: Fields, name = 'readOnly'): boolean => fields[name] === true;

/** What is said of each source of a volume, in the order in which they are looked for. */
const sources: Readonly<Record<string, Source>> = {
  hostPath: {
    says: 'HostPath (bare host directory volume)',
    lines: ({ path, type = '<none>' }) => [
      ['Path', path],
      ['HostPathType', type],
    ],
  },
  emptyDir: {
    says: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    lines: ({ medium = '', sizeLimit }) => [
      ['Medium', medium],
      ['SizeLimit', isPositive(sizeLimit) ? sizeLimit : '<unset>'],
    ],
  },
  gcePersistentDisk: {
    says: 'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    lines: fields => [
      ...of({ PDName: 'pdName', FSType: 'fsType' })(fields),
      ['Partition', fields['partition'] ?? 0],
      ['ReadOnly', flags(fields)],
    ],
  },
  awsElasticBlockStore: {
    says: 'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    lines: fields => [
      ...of({ VolumeID: 'volumeID', FSType: 'fsType' })(fields),
      ['Partition', fields['partition'] ?? 0],
      ['ReadOnly', flags(fields)],
    ],
  },
  gitRepo: {
    says: 'GitRepo (a volume that is pulled from git when the pod is created)',
    lines: of({ Repository: 'repository', Revision: 'revision' }),
  },
  secret: {
    says: 'Secret (a volume populated by a Secret)',
    lines: fields => [
      ['SecretName', fields['secretName'] ?? ''],
      ['Optional', flags(fields, 'optional')],
    ],
  },
  configMap: {
    says: 'ConfigMap (a volume populated by a ConfigMap)',
    lines: fields => [
      ['Name', fields['name'] ?? ''],
      ['Optional', flags(fields, 'optional')],
    ],
  },
  nfs: {
    says: 'NFS (an NFS mount that lasts the lifetime of a pod)',
    lines: fields => [...of({ Server: 'server', Path: 'path' })(fields), ['ReadOnly', flags(fields)]],
  },
  persistentVolumeClaim: {
    says: 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    lines: fields => [
      ['ClaimName', fields['claimName'] ?? ''],
      ['ReadOnly', flags(fields)],
    ],
  },
  azureFile: {
    says: 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    lines: fields => [
      ...of({ SecretName: 'secretName', ShareName: 'shareName' })(fields),
      ['ReadOnly', flags(fields)],
    ],
  },
  projected: {
    says: 'Projected (a volume that contains injected data from multiple sources)',
    lines: ({ sources: parts }) => ((parts ?? []) as readonly Projection[]).flatMap(projected),
  },
  csi: {
    says: 'CSI (a Container Storage Interface (CSI) volume source)',
    lines: fields => [
      ...of({ Driver: 'driver', FSType: 'fsType' })(fields),
      ['ReadOnly', flags(fields)],
      ...attributes(fields['volumeAttributes'] as Fields | undefined),
    ],
  },
  image: {
    says: 'Image (a container image or OCI artifact)',
    lines: of({ Reference: 'reference', PullPolicy: 'pullPolicy' }),
  },
};

interface Projection {
  readonly secret?: Fields;
  readonly configMap?: Fields;
  readonly downwardAPI?: Fields;
  readonly serviceAccountToken?: Fields;
}

function projected({ secret, configMap, downwardAPI, serviceAccountToken }: Projection): readonly Line[] {
  if (secret !== undefined) {
    return [
      ['SecretName', secret['name'] ?? ''],
      ['Optional', flags(secret, 'optional')],
    ];
  }
  if (downwardAPI !== undefined) return [['DownwardAPI', true]];
  if (configMap !== undefined) {
    return [
      ['ConfigMapName', configMap['name'] ?? ''],
      ['Optional', flags(configMap, 'optional')],
    ];
  }
  return serviceAccountToken === undefined
    ? []
    : [['TokenExpirationSeconds', serviceAccountToken['expirationSeconds']]];
}

function attributes(texts: Fields = {}): readonly Line[] {
  const all = Object.entries(texts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${goText(value)}`);
  if (all.length === 0) return [['VolumeAttributes', '<none>']];
  // Each is written at a level of its own.
  return all.map((text, index) => [index === 0 ? 'VolumeAttributes' : '', `    ${text}`]);
}

function isPositive(quantity: unknown): boolean {
  const parsed = typeof quantity === 'string' ? parseQuantity(quantity) : undefined;
  return parsed !== undefined && signOf(parsed) > 0;
}

/** The volumes of a pod, or of the template of one, which `space` indents. */
export function describeVolumes(out: Description, volumes: readonly Volume[] = [], space = ''): void {
  if (volumes.length === 0) {
    out.line(0, `${space}Volumes:`, '<none>');
    return;
  }
  out.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    out.line(1, `${space === '' ? '' : ' '}${volume.name}:`);
    describeVolume(out, volume);
  }
}

function describeVolume(out: Description, volume: Volume): void {
  const { ephemeral, downwardAPI } = volume;
  if (ephemeral !== undefined) return describeEphemeral(out, ephemeral as Fields);
  if (downwardAPI !== undefined) return describeDownward(out, downwardAPI as Fields);
  const [name, source] = Object.entries(sources).find(([field]) => volume[field] !== undefined) ?? [];
  if (name === undefined || source === undefined) {
    out.line(1, '<unknown>');
    return;
  }
  out.line(2, 'Type:', source.says);
  for (const [label, value] of source.lines(volume[name] as Fields)) {
    out.line(2, label === '' ? '' : `${label}:`, goText(value));
  }
}

function describeEphemeral(out: Description, { volumeClaimTemplate }: Fields): void {
  out.line(
    2,
    'Type:',
    'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)',
  );
  if (volumeClaimTemplate !== undefined) {
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {}, ...volumeClaimTemplate };
    writeClaim(out.nested(2), claim as Parameters<typeof writeClaim>[1], { whole: false, now: 0 });
  }
}

interface DownwardItem {
  readonly path: string;
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: { readonly resource: string };
}

function describeDownward(out: Description, { items }: Fields): void {
  out.line(2, 'Type:', 'DownwardAPI (a volume populated by information about the pod)');
  out.line(2, 'Items:');
  for (const { path, fieldRef, resourceFieldRef } of (items ?? []) as readonly DownwardItem[]) {
    if (fieldRef !== undefined) out.line(3, `${fieldRef.fieldPath} -> ${path}`);
    if (resourceFieldRef !== undefined) out.line(3, `${resourceFieldRef.resource} -> ${path}`);
  }
}
