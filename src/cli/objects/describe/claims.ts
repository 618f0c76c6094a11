import type { KubeObject } from '../../../cluster/meta/index.ts';
import { sinceText } from '../durations.ts';
import { goText } from '../escape.ts';
import { type Beside, needed } from './beside.ts';
import { describeAnnotations, describeLabels } from './metadata.ts';
import type { Condition, Resources, Shaped, Volume } from './shapes.ts';
import { lines, timeText } from './words.ts';
import type { Description } from './writer.ts';

interface ClaimSpec {
  readonly storageClassName?: string;
  readonly volumeName?: string;
  readonly accessModes?: readonly string[];
  readonly resources?: Resources;
  readonly volumeMode?: string;
  readonly dataSource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
}

interface ClaimStatus {
  readonly phase?: string;
  readonly accessModes?: readonly string[];
  readonly capacity?: Readonly<Record<string, string>>;
  readonly conditions?: readonly Condition[];
}

export type Claim = Shaped<ClaimSpec, ClaimStatus>;

const modes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** A claim with the pods that use it. */
export function describeClaim(out: Description, object: KubeObject, beside: Beside): void {
  const claim = object as Claim;
  const pods = needed(beside, 'pods') as readonly Pod[];
  writeClaim(out, claim, { whole: true, now: beside.now });
  lines(out, 'Used By', usersOf(claim, pods));
  const { conditions = [] } = claim.status ?? {};
  if (conditions.length === 0) return;
  out.line(0, 'Conditions:');
  out.line(1, 'Type', 'Status', 'LastProbeTime', 'LastTransitionTime', 'Reason', 'Message');
  out.line(1, '----', '------', '-----------------', '------------------', '------', '-------');
  for (const { type, status, lastProbeTime, lastTransitionTime, reason = '', message = '' } of conditions) {
    const times = [timeText(lastProbeTime), timeText(lastTransitionTime)];
    out.line(1, ...[type, status, ...times, reason].map(cell => `${cell} `), message);
  }
}

type Pod = Shaped<{ readonly volumes?: readonly Volume[] }>;

/** Pods that mount a claim, and those that own it. */
function usersOf({ metadata }: Claim, pods: readonly Pod[]): readonly string[] {
  const owners = new Set(metadata.ownerReferences?.filter(one => one.kind === 'Pod').map(one => one.uid));
  const uses = ({ persistentVolumeClaim }: Volume): boolean =>
    (persistentVolumeClaim as { claimName?: string } | undefined)?.claimName === metadata.name;
  return pods
    .flatMap(pod => {
      const mounted = (pod.spec.volumes ?? []).filter(uses).length;
      const count = mounted === 0 && owners.has(pod.metadata.uid ?? '') ? 1 : mounted;
      return Array.from({ length: count }, () => pod.metadata.name ?? '');
    })
    .toSorted();
}

/** A claim, or (not whole) the template of one. */
export function writeClaim(
  out: Description,
  claim: Claim,
  { whole, now }: { readonly whole: boolean; readonly now: number },
): void {
  const { metadata, spec, status = {} } = claim;
  if (whole) {
    out.line(0, 'Name:', metadata.name ?? '');
    out.line(0, 'Namespace:', metadata.namespace ?? '');
  }
  out.line(0, 'StorageClass:', classOf(claim));
  if (whole) {
    const { deletionTimestamp: ending } = metadata;
    out.line(
      0,
      'Status:',
      ending === undefined ? (status.phase ?? '') : `Terminating (lasts ${sinceText(ending, now)})`,
    );
  }
  out.line(0, 'Volume:', spec.volumeName ?? '');
  describeLabels(out, 'Labels', metadata.labels);
  describeAnnotations(out, 'Annotations', metadata.annotations);
  if (whole) out.line(0, 'Finalizers:', goText(metadata.finalizers ?? []));
  const bound = (spec.volumeName ?? '') !== '';
  out.line(0, 'Capacity:', bound ? (status.capacity?.['storage'] ?? '0') : '');
  out.line(0, 'Access Modes:', bound ? modesText(status.accessModes) : '');
  if (spec.volumeMode !== undefined) out.line(0, 'VolumeMode:', spec.volumeMode);
  const { dataSource } = spec;
  if (dataSource === undefined) return;
  out.line(0, 'DataSource:');
  if (dataSource.apiGroup !== undefined) out.line(1, 'APIGroup:', dataSource.apiGroup);
  out.line(1, 'Kind:', dataSource.kind);
  out.line(1, 'Name:', dataSource.name);
}

function classOf({ metadata, spec }: Claim): string {
  return metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? '';
}

/** Each mode once, in the order of the table. */
function modesText(given: readonly string[] = []): string {
  return Object.keys(modes)
    .filter(mode => given.includes(mode))
    .map(mode => modes[mode])
    .join(',');
}

/** The claims that a StatefulSet makes for each pod. */
export function describeClaimTemplates(out: Description, templates: readonly Claim[] = []): void {
  if (templates.length === 0) {
    out.line(0, 'Volume Claims:', '<none>');
    return;
  }
  out.line(0, 'Volume Claims:');
  for (const claim of templates) {
    const { metadata, spec } = claim;
    out.line(1, 'Name:', metadata.name ?? '');
    out.line(1, 'StorageClass:', classOf(claim));
    describeLabels(out, 'Labels', metadata.labels, '  ');
    describeLabels(out, 'Annotations', metadata.annotations, '  ');
    out.line(1, 'Capacity:', spec.resources?.requests?.['storage'] ?? '<default>');
    out.line(1, 'Access Modes:', goText(spec.accessModes ?? []));
  }
}
