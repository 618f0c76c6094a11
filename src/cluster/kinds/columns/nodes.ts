import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import { age, named, partOf, text, wide } from './cells.ts';

interface NodeStatus {
  readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
  readonly addresses?: readonly { readonly type?: string; readonly address?: string }[];
  readonly nodeInfo?: {
    readonly kubeletVersion?: string;
    readonly osImage?: string;
    readonly kernelVersion?: string;
    readonly containerRuntimeVersion?: string;
    readonly architecture?: string;
  };
}

function infoOf(object: KubeObject): NonNullable<NodeStatus['nodeInfo']> {
  return partOf<NodeStatus>(object, 'status').nodeInfo ?? {};
}

function statusText(object: KubeObject): string {
  const { conditions = [] } = partOf<NodeStatus>(object, 'status');
  const ready = conditions.findLast(one => one.type === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  const { unschedulable = false } = partOf<{ unschedulable?: boolean }>(object, 'spec');
  return unschedulable ? `${word},SchedulingDisabled` : word;
}

const rolePrefix = 'node-role.kubernetes.io/';

function rolesText({ metadata }: KubeObject): string {
  const roles = Object.entries(metadata.labels ?? {}).map(([key, value]) => {
    if (key.startsWith(rolePrefix)) return key.slice(rolePrefix.length);
    return key === 'kubernetes.io/role' ? value : '';
  });
  return [...new Set(roles.filter(role => role !== ''))].toSorted().join(',') || '<none>';
}

function addressText(object: KubeObject, kind: string): string {
  const { addresses = [] } = partOf<NodeStatus>(object, 'status');
  return addresses.find(one => one.type === kind)?.address ?? '<none>';
}

function kernelText(object: KubeObject): string {
  const { kernelVersion = '', architecture = '' } = infoOf(object);
  const kernel = kernelVersion || '<unknown>';
  return architecture === '' ? kernel : `${kernel} (${architecture})`;
}

/** Columns of Node (`printNode`). */
export const nodes: readonly Column[] = [
  named(),
  text('Status', 'Whether it can run pods', statusText),
  text('Roles', 'What it is for', rolesText),
  age,
  text('Version', 'The version of its agent', object => infoOf(object).kubeletVersion ?? ''),
  wide('Internal-IP', 'Its address inside', object => addressText(object, 'InternalIP')),
  wide('External-IP', 'Its address outside', object => addressText(object, 'ExternalIP')),
  wide('OS-Image', 'Its operating system', object => infoOf(object).osImage || '<unknown>'),
  wide('Kernel-Version', 'Its kernel', kernelText),
  wide(
    'Container-Runtime',
    'What runs its containers',
    object => infoOf(object).containerRuntimeVersion || '<unknown>',
  ),
];
