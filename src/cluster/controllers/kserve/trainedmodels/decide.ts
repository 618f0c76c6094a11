import { timestamp } from '../../../view/index.ts';
import type { InferenceService, KnativeCondition } from '../shapes.ts';
import { listOf, namesIn } from './list.ts';
import { pathOf, placed, servesSeveral } from './parent.ts';
import { type PodReport, type Progress, progressOf } from './reports.ts';
import { finalizer, parentLabel, placeLabel, type TrainedModel, type TrainedModelStatus } from './shapes.ts';

/** The models that name one InferenceService, and the service if there is one. */
export interface Family {
  readonly namespace: string;
  /** Of the InferenceService. */
  readonly name: string;
  readonly parent: InferenceService | undefined;
  readonly models: readonly TrainedModel[];
  /** What the server is told to serve; undefined while there is no place for it. */
  readonly list: string | undefined;
  /** What the pods of the server say of its models; none where they do not tell. */
  readonly reports?: readonly PodReport[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What one model is to be like. */
export interface Fate {
  readonly model: TrainedModel;
  readonly labels: Readonly<Record<string, string>>;
  readonly finalizers: readonly string[];
  readonly status: TrainedModelStatus;
  /** How far the server is with it; undefined where it is not to have it, or does not tell. */
  readonly progress?: Progress['state'] | undefined;
}

export interface Decision {
  /** Of models that stay. */
  readonly fates: readonly Fate[];
  /** Models that go: nothing holds them any more once the list is written. */
  readonly leaving: readonly TrainedModel[];
  /** What the server is to be told to serve; undefined where nobody is told. */
  readonly list: string | undefined;
}

/**
 * What becomes of the models of an InferenceService (KServe 0.20, the TrainedModel controller). Some things are otherwise: a model whose
 * service is not there waits for it instead of being deleted, and one that is deleted goes whether its service is there or not. And
 * where the pods tell how far they are, a model is ready once they have loaded it, and says why they have not. Pure.
 */
export function decide(family: Family): Decision {
  const { parent, list } = family;
  const [leaving, staying] = [true, false].map(goes =>
    family.models.filter(({ metadata }) => (metadata.deletionTimestamp !== undefined) === goes),
  ) as [TrainedModel[], TrainedModel[]];
  if (parent === undefined) {
    return { fates: staying.map(model => orphan(model, family)), leaving, list: undefined };
  }
  const inOrder = staying.toSorted(byAge);
  const listed = namesIn(list);
  const isPlaced = ({ metadata }: TrainedModel): boolean => metadata.labels?.[placeLabel] !== undefined;
  const room = placed(inOrder, parent, isPlaced);
  const views = inOrder.map(model => viewOf(model, parent, room.has(model)));
  const served = views.filter(
    ({ model, several, hasPlace, ready }) =>
      several && hasPlace && (ready || listed.has(model.metadata.name ?? '')),
  );
  return {
    fates: views.map(view => fateOf(view, parent, family)),
    leaving,
    list: list === undefined ? undefined : listOf(served.map(({ model }) => model)),
  };
}

function byAge(a: TrainedModel, b: TrainedModel): number {
  const [x, y] = [a, b].map(({ metadata }) => `${metadata.creationTimestamp} ${metadata.name}`) as [
    string,
    string,
  ];
  return x < y ? -1 : 1;
}

interface View {
  readonly model: TrainedModel;
  readonly ready: boolean;
  readonly several: boolean;
  readonly hasPlace: boolean;
}

function viewOf(model: TrainedModel, parent: InferenceService, hasPlace: boolean): View {
  const ready =
    parent.status?.conditions?.some(one => one.type === 'Ready' && one.status === 'True') ?? false;
  return { model, ready, several: servesSeveral(parent), hasPlace };
}

function fateOf(view: View, parent: InferenceService, { name, now, reports = [] }: Family): Fate {
  const { model, ready, several, hasPlace } = view;
  const { labels = {}, finalizers = [] } = model.metadata;
  const said = [
    saying(
      'InferenceServiceReady',
      ready,
      'InferenceServiceNotReady',
      'Inference Service needs to be ready before Trained Model can be ready',
    ),
    saying(
      'IsMMSPredictor',
      several,
      'IsNotMMSPredictor',
      'Inference Service predictor is not configured for multi-model serving',
    ),
    saying(
      'MemoryResourceAvailable',
      hasPlace,
      'MemoryResourceNotAvailable',
      'Inference Service does not have enough memory resources for Trained Model',
    ),
  ];
  const served = ready && several && hasPlace;
  const progress = served ? progressOf(model, reports) : undefined;
  return {
    model,
    labels: { ...labels, [parentLabel]: name, ...(hasPlace && { [placeLabel]: labels[placeLabel] ?? name }) },
    finalizers: finalizers.includes(finalizer) ? finalizers : [...finalizers, finalizer],
    status: {
      ...model.status,
      conditions: conditionsOf(model, said, now, progress && unloaded(progress, name, model)),
      ...(served && reached(model, parent)),
    },
    ...(progress !== undefined && { progress: progress.state }),
  };
}

function reached({ metadata }: TrainedModel, parent: InferenceService): TrainedModelStatus {
  const path = pathOf(metadata.name ?? '', parent);
  const { url, address } = parent.status ?? {};
  return {
    ...(url !== undefined && { url: url + path }),
    ...(address !== undefined && { address: { url: address.url + path } }),
  };
}

/** What keeps a model from being ready that is in its server's list; undefined for one that is loaded. */
function unloaded(
  { state, reason = '' }: Progress,
  name: string,
  { status }: TrainedModel,
): Saying | undefined {
  if (state === 'Loaded') return undefined;
  if (state === 'Failed') return saying('Ready', false, 'ModelLoadFailed', reason);
  if (state === 'Unknown') {
    // Silence changes nothing of what was said of it before.
    const before = status?.conditions?.find(one => one.type === 'Ready');
    if (before?.status === 'True') return undefined;
    if (before?.reason === 'ModelLoadFailed') {
      return saying('Ready', false, 'ModelLoadFailed', before.message ?? '');
    }
  }
  return saying('Ready', false, 'ModelLoading', `the server of Inference Service "${name}" is loading it`);
}

/** A model whose service is not there, or not yet. */
function orphan(model: TrainedModel, { name, namespace, now }: Family): Fate {
  const { labels = {}, finalizers = [] } = model.metadata;
  const { [placeLabel]: _, ...kept } = labels;
  const message = `InferenceService "${name}" does not exist in namespace "${namespace}"; the model waits for it`;
  const said = saying('InferenceServiceReady', false, 'InferenceServiceNotFound', message);
  // Nothing has been done for it that would have to be undone.
  const free = finalizers.filter(one => one !== finalizer);
  return { model, labels: kept, finalizers: free, status: { conditions: conditionsOf(model, [said], now) } };
}

type Saying = Pick<KnativeCondition, 'type' | 'status' | 'reason' | 'message'>;

function saying(type: string, holds: boolean, reason: string, message: string): Saying {
  return holds ? { type, status: 'True' } : { type, status: 'False', reason, message };
}

/**
 * Conditions, and `Ready` by the last of them that does not hold, or by what else keeps the model from it; each keeps the time of its last
 * change.
 */
function conditionsOf(
  { status }: TrainedModel,
  said: readonly Saying[],
  now: number,
  otherwise?: Saying,
): KnativeCondition[] {
  const failing = said.findLast(one => one.status === 'False') ?? otherwise;
  const ready: Saying =
    failing === undefined ? { type: 'Ready', status: 'True' } : { ...failing, type: 'Ready' };
  return [...said, ready].map(({ type, ...rest }) => {
    const before = status?.conditions?.find(one => one.type === type);
    const kept = before?.status === rest.status ? before.lastTransitionTime : undefined;
    return { lastTransitionTime: kept ?? timestamp(now), ...rest, type };
  });
}
