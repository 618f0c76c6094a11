import { Controller, type Outcome, splitKey, unlessGone } from '../../../client/index.ts';
import type { KubeObject } from '../../../meta/index.ts';
import type { Cluster, Pod } from '../../../view/index.ts';
import { modelConfigName } from '../components/annotations.ts';
import { type InferenceService, type KnativeCondition, serviceLabel } from '../shapes.ts';
import { decide, type Family, type Fate } from './decide.ts';
import { listFile } from './list.ts';
import { type AskAgent, reportsOf } from './reports.ts';
import { finalizer, type TrainedModel, type TrainedModelStatus } from './shapes.ts';

const byParent = 'parent';
const byServed = 'served';
/** Milliseconds until pods are asked again that were loading or did not answer, or had failed. */
const soon = 250;
const later = 5000;

/**
 * Has the servers of several models serve their TrainedModels, and says how these are. A key is an InferenceService, there or not.
 * @param ask without it nothing is known of how far a server is, as with KServe
 */
export function trainedModelController(
  cluster: Cluster,
  onError: (key: string, error: unknown) => void,
  ask: AskAgent = async () => undefined,
): Controller {
  const models = cluster.informer<TrainedModel>('trainedmodels');
  models.index(byParent, model => [parentOf(model)]);
  const controller = new Controller({
    name: 'trainedmodel',
    onError,
    reconcile: async key => {
      let outcome: Outcome = {};
      // What is gone needs nothing any more: that it went is seen, and then the rest is looked at again.
      await unlessGone(async () => (outcome = await reconcile(cluster, key, ask)));
      return outcome;
    },
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
  const pods = cluster.informer<Pod>('pods');
  pods.index(byServed, servedBy);
  const ofPod = (pod: KubeObject): void => {
    for (const key of servedBy(pod)) if (models.by(byParent, key).length > 0) controller.queue.add(key);
  };
  pods.on({ onAdd: ofPod, onUpdate: (_, pod) => ofPod(pod), onDelete: ofPod });
  return controller;
}

/** The InferenceService that a pod belongs to. */
function servedBy({ metadata }: KubeObject): string[] {
  const name = metadata.labels?.[serviceLabel];
  return name === undefined ? [] : [`${metadata.namespace}/${name}`];
}

function parentOf({ metadata, spec }: TrainedModel): string {
  return `${metadata.namespace}/${spec.inferenceService}`;
}

async function reconcile(cluster: Cluster, key: string, ask: AskAgent): Promise<Outcome> {
  const { namespace, name } = splitKey(key);
  const models = cluster.informer<TrainedModel>('trainedmodels').by(byParent, key);
  const pods = models.length === 0 ? [] : cluster.informer<Pod>('pods').by(byServed, key);
  const map = cluster.informer('configmaps').get(`${namespace}/${modelConfigName(name)}`);
  const family: Family = {
    namespace,
    name,
    parent: cluster.informer<InferenceService>('inferenceservices').get(key),
    models,
    reports: await reportsOf(pods, ask),
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
  const progress = new Set(fates.map(fate => fate.progress));
  if (progress.has('Loading') || progress.has('Unknown')) return { again: soon };
  return progress.has('Failed') ? { again: later } : {};
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

async function tell(cluster: Cluster, model: TrainedModel, { status, progress }: Fate): Promise<void> {
  if (same(model.status ?? {}, status)) return;
  await cluster.client<TrainedModel>('trainedmodels').update({ ...model, status }, 'status');
  const [before, now] = [model.status, status].map(one => readyOf(one)) as [Said, Said];
  if (progress === undefined || (before?.status === now?.status && before?.message === now?.message)) return;
  const { metadata } = model;
  if (progress === 'Loaded') {
    void cluster.events.record(
      model,
      'Normal',
      'TrainedModelReady',
      `TrainedModel [${metadata.name}] is Ready`,
    );
  } else if (progress === 'Failed') {
    void cluster.events.record(model, 'Warning', 'ModelLoadFailed', now?.message ?? '');
  }
}

type Said = ReturnType<typeof readyOf>;

function readyOf(status: TrainedModelStatus | undefined): KnativeCondition | undefined {
  return status?.conditions?.find(one => one.type === 'Ready');
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
