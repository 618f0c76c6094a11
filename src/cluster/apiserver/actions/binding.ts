import { badRequest, conflict, type KubeObject, notFound } from '../../meta/index.ts';
import { admitted, mutated } from '../../admission/index.ts';
import type { ActionHandler, KindCall } from '../call.ts';
import { decodeObject } from '../requests/decode.ts';
import { withMeta } from '../writes/form.ts';
import { writeOptions } from '../requests/options.ts';
import { placeOf } from '../reads/read.ts';
import { admissionRequest, preconditionFault, timestamp } from '../writes/write.ts';
import { success } from './pods.ts';

const pods = { group: '', resource: 'pods' };

/** Answers Binding: gives a pod its node, once. */
export const binding: ActionHandler = async call => {
  const options = writeOptions('CreateOptions', call.query);
  const decoded = decodeObject(call, options.fieldValidation);
  const name = call.info.name === '' ? (decoded.metadata.name ?? '') : call.info.name;
  if (decoded.metadata.name !== name) {
    throw badRequest('name in URL does not match name in Binding object');
  }
  nodeOf(decoded);
  // Whoever is asked is asked about a Binding, which is a part of a pod on one path and stands by itself on the other.
  const about = { ...call, kind: { ...call.kind, ...call.subresource?.kind } };
  const request = (object: KubeObject): ReturnType<typeof admissionRequest> =>
    admissionRequest(about, 'CREATE', object, undefined, options);
  const object = await mutated(call.parts.admission, request(decoded));
  const node = nodeOf(object);
  await admitted(call.parts.admission, request(object));
  await call.parts.store.write({ ...placeOf(call, name), resource: 'pods' }, current => {
    if (current === undefined) throw notFound(pods, name);
    const write = bound(call, current.object, object, node);
    return options.dryRun ? { keep: true } : { write };
  });
  return { status: 201, object: success };
};

/** @throws StatusError 400 */
function nodeOf(object: KubeObject): string {
  const { kind = 'Node', name = '' } = (object['target'] ?? {}) as { kind?: string; name?: string };
  if (kind !== 'Node' || name === '') throw badRequest('target.name: Required value');
  return name;
}

interface Condition {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The pod with its node, and with what the binding says of it. @throws StatusError 409 */
function bound(call: KindCall, pod: KubeObject, { metadata }: KubeObject, node: string): KubeObject {
  const { name = '' } = pod.metadata;
  const fault = preconditionFault('pods', pod.metadata, metadata);
  if (fault !== undefined) throw conflict(pods, name, fault);
  const unfit = unfitness(pod);
  if (unfit !== undefined)
    throw conflict({ group: '', resource: 'pods/binding' }, name, `pod ${name} ${unfit}`);
  const { nominatedNodeName: _, ...status } = (pod['status'] ?? {}) as {
    conditions?: readonly Condition[];
    nominatedNodeName?: string;
  };
  const others = (status.conditions ?? []).filter(one => one.type !== 'PodScheduled');
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(call.parts.now()),
  };
  const { annotations, labels } = metadata;
  const told = withMeta(pod, {
    ...(annotations && { annotations: { ...pod.metadata.annotations, ...annotations } }),
    ...(labels && { labels: { ...pod.metadata.labels, ...labels } }),
  });
  return {
    ...told,
    spec: { ...(pod['spec'] as object), nodeName: node },
    status: { ...status, conditions: [...others, scheduled] },
  };
}

/** Why a pod is given no node. */
function unfitness(pod: KubeObject): string | undefined {
  const { nodeName = '', schedulingGates = [] } = pod['spec'] as {
    nodeName?: string;
    schedulingGates?: readonly unknown[];
  };
  if (pod.metadata.deletionTimestamp !== undefined) return 'is being deleted, cannot be assigned to a host';
  if (nodeName !== '') return `is already assigned to node ${JSON.stringify(nodeName)}`;
  return schedulingGates.length > 0 ? 'has non-empty .spec.schedulingGates' : undefined;
}
