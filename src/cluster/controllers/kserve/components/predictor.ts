import {
  componentLabel,
  type Container,
  type InferenceService,
  mainContainer,
  type Model,
  type Predictor,
  type Runtime,
  serviceLabel,
  sourceAnnotation,
  transformerContainer,
} from '../shapes.ts';
import { componentName } from '../naming.ts';
import { withImageTag } from '../runtimes/images.ts';
import { mergedContainer, mergedPod, podOf } from '../runtimes/merge.ts';
import { isNoRuntime, type Selected, selectRuntime } from '../runtimes/select.ts';
import { serverTypeOf, withServerDefaults } from '../runtimes/servers.ts';
import { expandedDeeply, type Values } from '../runtimes/templates.ts';
import {
  agentAnnotations,
  batcherAnnotations,
  confidentialAnnotations,
  loggerAnnotations,
  shownAnnotations,
  storageAnnotations,
} from './annotations.ts';
import { type Component, type Surroundings, withModels, withVariable } from './component.ts';
import { SpecFault } from './fault.ts';
import { assertFetchable } from './storage.ts';

/** A predictor worked out, with the runtime that serves its model and the labels that all components get from it. */
export interface PredictorComponent extends Component {
  readonly selected: Selected | undefined;
  readonly serverLabels: Readonly<Record<string, string>>;
}

/**
 * Works out the predictor of a service. Pure.
 * @throws SpecFault when its spec cannot be served.
 */
export function predictorOf(
  service: InferenceService,
  predictor: Predictor,
  around: Surroundings,
): PredictorComponent {
  if (predictor.workerSpec !== undefined) {
    throw new SpecFault('InvalidPredictorSpec', 'workerSpec needs several nodes; this is one machine');
  }
  const { metadata } = service;
  const selected = predictor.model === undefined ? undefined : runtimeOf(predictor.model, around);
  const { containers, serverLabels, pod } = workingParts(service, predictor, selected);
  const { configuration } = around;
  const runtimeSpec = selected?.runtime.spec;
  const made: PredictorComponent = {
    component: 'predictor',
    name: componentName(metadata.name ?? '', 'predictor', predictor.name),
    labels: {
      ...runtimeSpec?.labels,
      ...metadata.labels,
      ...serverLabels,
      ...predictor.labels,
      [serviceLabel]: metadata.name ?? '',
      [componentLabel]: 'predictor',
    },
    annotations: {
      ...shownAnnotations(runtimeSpec?.annotations, configuration),
      ...annotationsOf(service, predictor, around),
      ...shownAnnotations(predictor.annotations, configuration),
    },
    pod: {
      ...pod,
      containers: containers.map(one => withVariable(one, 'INFERENCE_SERVICE_NAME', metadata.name ?? '')),
    },
    extension: predictor,
    selected,
    serverLabels,
  };
  return withModels(made, service, around, predictor.model?.storage);
}

/** The runtime of a model. @throws SpecFault when there is none. */
export function runtimeOf(model: Model, { runtimes }: Surroundings): Selected {
  const selection = selectRuntime(model, runtimes, false);
  if (isNoRuntime(selection)) throw new SpecFault(selection.reason, selection.told, selection.error);
  return selection;
}

function annotationsOf(
  { metadata }: InferenceService,
  predictor: Predictor,
  { configuration, storageContainers }: Surroundings,
): Readonly<Record<string, string>> {
  const uri = storageUriOf(predictor);
  const { storage } = predictor.model ?? {};
  if (uri !== undefined && storage?.path !== undefined) {
    throw new SpecFault('InvalidPredictorSpec', 'must provide only one of storageUri and storage.path');
  }
  if (uri !== undefined) assertFetchable(uri, storageContainers);
  const container = predictor.storageContainerName ?? '';
  return {
    ...shownAnnotations(metadata.annotations, configuration),
    ...loggerAnnotations(predictor.logger),
    ...batcherAnnotations(predictor.batcher),
    ...storageAnnotations(storage),
    ...(takesModelsLater(predictor) && agentAnnotations(metadata.name ?? '')),
    ...(uri !== undefined && { [sourceAnnotation]: uri }),
    ...(container !== '' && { 'internal.serving.kserve.io/storage-container-name': container }),
    ...confidentialAnnotations(predictor),
  };
}

function storageUriOf({ model, containers }: Predictor): string | undefined {
  if (model !== undefined) return model.storageUri;
  const main = containers?.find(({ name }) => name === mainContainer);
  return main?.env?.find(({ name }) => name === 'STORAGE_URI')?.value;
}

/** Whether a predictor is a server of many models, which are given to it later as TrainedModels. */
export function takesModelsLater({ model, containers = [], storageUris = [] }: Predictor): boolean {
  const [first] = containers;
  if (first !== undefined) {
    return first.env?.some(one => one.name === 'MULTI_MODEL_SERVER' && one.value === 'true') ?? false;
  }
  if (model === undefined || model.modelFormat.name === 'huggingface') return false;
  return model.storageUri === undefined && model.storage === undefined && storageUris.length === 0;
}

interface Parts {
  readonly containers: readonly Container[];
  readonly serverLabels: Readonly<Record<string, string>>;
  readonly pod: Readonly<Record<string, unknown>>;
}

function workingParts(
  service: InferenceService,
  predictor: Predictor,
  selected: Selected | undefined,
): Parts {
  if (predictor.model === undefined || selected === undefined) {
    const { containers, ...pod } = podOf(predictor);
    return { containers, serverLabels: {}, pod };
  }
  const { runtime } = selected;
  const { model, labels } = withServerDefaults(service, predictor.model, runtime);
  const { containers: _, ...pod } = mergedPod(runtime.spec, predictor);
  const values = valuesOf(service, labels);
  return {
    containers: containersOf(predictor, model, runtime, values),
    serverLabels: labels,
    pod,
  };
}

/** What a runtime's templates may name: what the service's metadata says. */
function valuesOf({ metadata }: InferenceService, labels: Readonly<Record<string, string>>): Values {
  return {
    Name: metadata.name ?? '',
    Namespace: metadata.namespace ?? '',
    UID: metadata.uid ?? '',
    Labels: { ...metadata.labels, ...labels },
    Annotations: metadata.annotations ?? {},
  };
}

function containersOf(predictor: Predictor, model: Model, runtime: Runtime, values: Values): Container[] {
  const offered = runtime.spec.containers ?? [];
  if (offered.length === 0) {
    throw new SpecFault(
      'InvalidPredictorSpec',
      'no container configuration found in selected serving runtime',
    );
  }
  const base = offered.find(({ name }) => name === mainContainer);
  if (base === undefined) {
    throw new SpecFault(
      'InvalidPredictorSpec',
      `failed to find ${mainContainer} in ServingRuntime containers`,
    );
  }
  const main = filled(mergedContainer(base, model), runtime, values);
  const said = predictor.containers ?? [];
  const others = (list: readonly Container[], ...names: string[]): Container[] =>
    list.filter(({ name }) => !names.includes(name));
  return [
    withImageTag(main, model.runtimeVersion, serverTypeOf(runtime)),
    ...transformerOf(offered, said).map(one => filled(one, runtime, values)),
    ...others(offered, mainContainer, transformerContainer),
    ...others(said, transformerContainer),
  ];
}

/** The transformer that runs in the predictor's pod, when there is one. */
function transformerOf(offered: readonly Container[], said: readonly Container[]): Container[] {
  const find = (list: readonly Container[]): Container | undefined =>
    list.find(({ name }) => name === transformerContainer);
  const base = find(offered);
  const own = find(said);
  if (base !== undefined && own !== undefined) return [mergedContainer(base, own)];
  return [own ?? base].filter(one => one !== undefined);
}

function filled(container: Container, { metadata }: Runtime, values: Values): Container {
  try {
    return expandedDeeply(container, values);
  } catch (error) {
    const told = `failed to replace placeholders in serving runtime ${metadata.name} Container ${container.name}`;
    throw new SpecFault('InvalidPredictorSpec', told, `${told}: ${(error as Error).message}`);
  }
}
