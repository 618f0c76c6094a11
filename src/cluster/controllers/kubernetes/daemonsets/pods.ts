import type { KubeObject } from '../../../meta/index.ts';
import type { NodeRequirement, Pod, Toleration } from '../../../view/index.ts';
import { podFrom } from '../replicas/plan.ts';
import { misfits, type Node } from '../scheduling/fit.ts';
import { type DaemonSet, revisionLabel } from './objects.ts';

const conditions = (effect: string, ...names: readonly string[]): Toleration[] =>
  names.map(name => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect }));

/** A daemon stays on a node whatever is wrong with it. */
const stays: readonly Toleration[] = [
  ...conditions('NoExecute', 'not-ready', 'unreachable'),
  ...conditions('NoSchedule', 'disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'),
];
const networkless = conditions('NoSchedule', 'network-unavailable');

function tolerationsOf({ spec }: DaemonSet): Toleration[] {
  const given = spec.template.spec.tolerations ?? [];
  const usual = spec.template.spec['hostNetwork'] === true ? [...stays, ...networkless] : stays;
  const known = new Set(given.map(({ key, effect }) => `${key} ${effect}`));
  return [...given, ...usual.filter(({ key, effect }) => !known.has(`${key} ${effect}`))];
}

/** The pod of a node. Pure. */
export function podFor(set: DaemonSet, node: string, hash: string): KubeObject {
  const { metadata, spec, ...rest } = podFrom(set, set.spec.template, `${set.metadata.name}-`) as Pod;
  return {
    ...rest,
    metadata: { ...metadata, labels: { ...metadata.labels, [revisionLabel]: hash } },
    spec: { ...spec, tolerations: tolerationsOf(set), affinity: pinned(spec.affinity, node) },
  };
}

type Affinity = NonNullable<Pod['spec']['affinity']>;

/** An affinity that lets a pod on one node alone, whatever else it asks of nodes. */
function pinned(affinity: Affinity | undefined, node: string): Affinity {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const field: NodeRequirement = { key: 'metadata.name', operator: 'In', values: [node] };
  const terms = required?.nodeSelectorTerms ?? [{}];
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: terms.map(term => ({ ...term, matchFields: [field] })),
      },
    },
  };
}

/** Whether a node is to have a pod, and whether one that it has may stay. Pure. */
export function wants(set: DaemonSet, node: Node): { readonly run: boolean; readonly keep: boolean } {
  const { spec } = podFor(set, node.metadata.name ?? '', '') as Pod;
  const wanted = spec.nodeName === undefined || spec.nodeName === node.metadata.name;
  // What a pod asks of a node's room is the scheduler's affair.
  const bare = { ...spec, containers: [], initContainers: [] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: bare } as unknown as Pod;
  const roomy: Node = { ...node, status: { allocatable: { pods: '1' } } };
  const reasons = misfits(pod, roomy, {});
  const lasting = (node.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
  const harsh: Node = { ...roomy, spec: { taints: lasting } };
  return {
    run: wanted && reasons.length === 0,
    keep: wanted && misfits(pod, harsh, {}).length === 0,
  };
}
