import type { KubeObject, SelectorObject } from '../../../meta/index.ts';
import type { ReplicaSet } from '../../../view/index.ts';

type Status = NonNullable<ReplicaSet['status']>;

/** A kind whose objects keep a number of equal pods: how it is read as a ReplicaSet, and what its status has of one’s. */
export interface Form {
  readonly plural: 'replicasets' | 'replicationcontrollers';
  readonly kind: string;
  /** The name of its controller. */
  readonly controller: string;
  read(object: KubeObject): ReplicaSet;
  statusOf(status: Status): Status;
}

export const replicaSets: Form = {
  plural: 'replicasets',
  kind: 'ReplicaSet',
  controller: 'replicaset',
  read: object => object as ReplicaSet,
  statusOf: status => status,
};

interface ReplicationController extends KubeObject {
  readonly spec: Omit<ReplicaSet['spec'], 'selector'> & { readonly selector: SelectorObject['matchLabels'] };
}

/** A ReplicationController selects by labels alone, and does not count pods that are leaving. */
export const replicationControllers: Form = {
  plural: 'replicationcontrollers',
  kind: 'ReplicationController',
  controller: 'replicationcontroller',
  read: object => {
    const { spec, ...rest } = object as ReplicationController;
    return { ...rest, spec: { ...spec, selector: { matchLabels: spec.selector ?? {} } } };
  },
  statusOf: ({ terminatingReplicas: _, ...status }) => status,
};
