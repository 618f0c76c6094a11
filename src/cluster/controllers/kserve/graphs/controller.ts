import { Controller, keyOf } from '../../../client/index.ts';
import type { KubeObject } from '../../../meta/index.ts';
import { type Cluster, timestamp } from '../../../view/index.ts';
import type { KnativeCondition } from '../shapes.ts';

interface InferenceGraph extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly KnativeCondition[];
    readonly observedGeneration?: number;
  };
}

const notYet = {
  status: 'False',
  reason: 'NotServedYet',
  message: 'this version of Davit keeps InferenceGraphs but does not serve them yet',
} as const;

/** Says of graphs that nothing serves them yet. */
export function inferenceGraphController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const graphs = cluster.informer<InferenceGraph>('inferencegraphs');
  const controller = new Controller({
    name: 'inferencegraph',
    onError,
    reconcile: async key => {
      const graph = graphs.get(key);
      const status = graph && statusOf(graph, cluster.now());
      if (graph === undefined || status === undefined) return;
      await cluster.client<InferenceGraph>('inferencegraphs').update({ ...graph, status }, 'status');
    },
  });
  const add = (graph: KubeObject): void => controller.queue.add(keyOf(graph));
  graphs.on({ onAdd: add, onUpdate: (_, graph) => add(graph) });
  return controller;
}

/** What a graph's status is to be; undefined when it is that already. Pure. */
export function statusOf(
  { metadata, status }: InferenceGraph,
  now: number,
): InferenceGraph['status'] | undefined {
  const { generation } = metadata;
  const ready = status?.conditions?.find(one => one.type === 'Ready');
  const says = ready?.reason === notYet.reason && ready.message === notYet.message;
  if (says && ready.status === notYet.status && status?.observedGeneration === generation) return undefined;
  const kept = ready?.status === 'False' ? ready.lastTransitionTime : undefined;
  const lastTransitionTime = kept ?? timestamp(now);
  return {
    conditions: [{ lastTransitionTime, ...notYet, type: 'Ready' }],
    ...(generation !== undefined && { observedGeneration: generation }),
  };
}
