import { parseQuantity } from '../../cluster/meta/index.ts';
import type { HostedPod, ResourceField } from './shapes.ts';
import { allContainers } from './shapes.ts';

/** Where a pod is, for fields that only its node knows. */
export interface Whereabouts {
  readonly node: string;
  readonly address: string;
  /** Where ports of the pod are found at its address; those that are not named are where they say. */
  readonly ports: ReadonlyMap<number, number>;
  /** What a container without a limit may use, as quantities. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/** A field of a pod as a container may read it (downward API). Pure. @throws Error for a field that cannot be read so. */
export function fieldOf(pod: HostedPod, path: string, { node, address }: Whereabouts): string {
  const { metadata, spec } = pod;
  const named = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (named !== null) return metadata[named[1] as 'labels' | 'annotations']?.[named[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
    case 'metadata.annotations':
      return listed(metadata[path.slice(9) as 'labels' | 'annotations'] ?? {});
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return node;
    case 'status.podIP':
    case 'status.podIPs':
      return address;
    default:
      throw new Error(`unsupported fieldPath: ${path}`);
  }
}

/** `key="value"` lines, sorted. */
function listed(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

/** A request or limit of a container, divided and rounded up. Pure. @throws Error */
export function resourceOf(
  pod: HostedPod,
  { containerName, resource, divisor = '1' }: ResourceField,
  { allocatable }: Whereabouts,
  self?: string,
): string {
  const name = containerName ?? self;
  const container = allContainers(pod).find(one => one.name === name);
  if (container === undefined) throw new Error(`container ${name ?? ''} not found`);
  const [kind, what] = split(resource);
  const amounts = kind === 'limits' ? container.resources?.limits : container.resources?.requests;
  const text = amounts?.[what] ?? (kind === 'limits' ? allocatable[what] : undefined) ?? '0';
  const unit = divisor === '0' ? 1 : valueOf(divisor);
  return String(Math.ceil(Number((valueOf(text) / unit).toFixed(9))));
}

function split(resource: string): [string, string] {
  const dot = resource.indexOf('.');
  return [resource.slice(0, dot), resource.slice(dot + 1)];
}

/** The number that a quantity stands for; 0 when it is none. */
export function valueOf(text: string): number {
  const quantity = parseQuantity(text);
  return quantity === undefined ? 0 : Number(quantity.digits) * 10 ** quantity.scale;
}
