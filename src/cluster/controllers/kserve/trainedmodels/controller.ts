import { Controller, splitKey, unlessGone } from '../../../client/index.ts';
import type { KubeObject } from '../../../meta/index.ts';
import type { Cluster } from '../../../view/index.ts';
import { modelConfigName } from '../components/annotations.ts';
import type { InferenceService } from '../shapes.ts';
import { decide, type Family, type Fate } from './decide.ts';
import { listFile } from './list.ts';
import { finalizer, type TrainedModel } from './shapes.ts';

const byParent = 'parent';

/** Has the servers of several models serve their TrainedModels, and says how these are. A key is an InferenceService, there or not. */
export function trainedModelController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
): Controller {
  const models = cluster.informer<TrainedModel>('trainedmodels');
  models.index(byParent, model => [parentOf(model)]);
  const controller = new Controller({
    name: 'trainedmodel',
    onError,
    // What is gone needs nothing any more: that it went is seen, and then the rest is looked at again.
    reconcile: key => unlessGone(() => reconcile(cluster, key)),
  });
  const add = (model: TrainedModel): void => controller.queue.add(parentOf(model));
  const both = (old: TrainedModel, model: TrainedModel): void => {
    add(old);
    add(model);
  };
  models.on({ onAdd: add, onUpdate: both, onDelete: add });
  const ofService = (service: KubeObject): void =>
    controller.queue.add(`${service.metadata.namespace}/${service.metadata.name}`);
  cluster
    .informer<InferenceService>('inferenceservices')
    .on({ onAdd: ofService, onUpdate: (_, service) => ofService(service), onDelete: ofService });
  const ofList = ({ metadata }: KubeObject): void => {
    const [, name] = /^modelconfig-(.+)-0$/.exec(metadata.name ?? '') ?? [];
    if (name !== undefined) controller.queue.add(`${metadata.namespace}/${name}`);
  };
  cluster.informer('configmaps').on({ onAdd: ofList, onUpdate: (_, map) => ofList(map) });
  return controller;
}

function parentOf({ metadata, spec }: TrainedModel): string {
  return `${metadata.namespace}/${spec.inferenceService}`;
}

async function reconcile(cluster: Cluster, key: string): Promise<void> {
  const { namespace, name } = splitKey(key);
  const map = cluster.informer('configmaps').get(`${namespace}/${modelConfigName(name)}`);
  const family: Family = {
    namespace,
    name,
    parent: cluster.informer<InferenceService>('inferenceservices').get(key),
    models: cluster.informer<TrainedModel>('trainedmodels').by(byParent, key),
    list: map === undefined ? undefined : dataOf(map)[listFile],
    now: cluster.now(),
  };
  const { fates, leaving, list } = decide(family);
  const settled = await Promise.all(fates.map(fate => settle(cluster, fate)));
  // A server is told of a model once it is held, and a model let go once no server is told of it.
  const told = map !== undefined && list !== undefined && list !== family.list;
  if (told) await cluster.client('configmaps').update({ ...map, data: { ...dataOf(map), [listFile]: list } });
  for (const model of leaving) await release(cluster, model);
  await Promise.all(settled.map((model, at) => tell(cluster, model, fates[at] as Fate)));
}

function dataOf(map: KubeObject): Readonly<Record<string, string>> {
  return (map['data'] ?? {}) as Readonly<Record<string, string>>;
}

/** Gives a model its labels and the finalizer that holds it. */
async function settle(cluster: Cluster, { model, labels, finalizers }: Fate): Promise<TrainedModel> {
  const { metadata } = model;
  if (same(metadata.labels ?? {}, labels) && same(metadata.finalizers ?? [], finalizers)) return model;
  const taken = Object.keys(metadata.labels ?? {}).filter(one => !(one in labels));
  const { namespace = '', name = '', resourceVersion } = metadata;
  const patch = {
    metadata: {
      resourceVersion,
      labels: { ...labels, ...Object.fromEntries(taken.map(one => [one, null])) },
      finalizers,
    },
  };
  return cluster.client<TrainedModel>('trainedmodels').patch(namespace, name, 'merge', patch);
}

async function tell(cluster: Cluster, model: TrainedModel, { status }: Fate): Promise<void> {
  if (same(model.status ?? {}, status)) return;
  await cluster.client<TrainedModel>('trainedmodels').update({ ...model, status }, 'status');
}

async function release(cluster: Cluster, { metadata }: TrainedModel): Promise<void> {
  const { namespace = '', name = '', finalizers = [], resourceVersion } = metadata;
  if (!finalizers.includes(finalizer)) return;
  const kept = finalizers.filter(one => one !== finalizer);
  const patch = { metadata: { finalizers: kept, resourceVersion } };
  await unlessGone(() => cluster.client('trainedmodels').patch(namespace, name, 'merge', patch));
}

/** Whether two values are the same, whatever the order of keys. */
function same(a: unknown, b: unknown): boolean {
  return sorted(a) === sorted(b);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([x], [y]) => (x < y ? -1 : 1)))
      : inner,
  );
}
