import {
  type ArtExplainer,
  componentLabel,
  type ComponentName,
  type Container,
  type Explainer,
  type InferenceService,
  mainContainer,
  serviceLabel,
  sourceAnnotation,
  type Transformer,
} from '../shapes.ts';
import { componentName } from '../naming.ts';
import { podOf } from '../runtimes/merge.ts';
import { batcherAnnotations, loggerAnnotations, shownAnnotations } from './annotations.ts';
import {
  type Component,
  predictorHost,
  type Surroundings,
  withArguments,
  withModels,
  withVariable,
} from './component.ts';
import type { PredictorComponent } from './predictor.ts';
import { SpecFault } from './fault.ts';
import { assertFetchable } from './storage.ts';

/**
 * Works out the transformer of a service: its first container is told where the predictor is. Pure.
 * @throws SpecFault when its spec cannot be served.
 */
export function transformerOf(
  service: InferenceService,
  transformer: Transformer,
  predictor: PredictorComponent,
  around: Surroundings,
): Component {
  const { containers, ...pod } = podOf(transformer);
  const [first, ...rest] = containers;
  if (first === undefined) throw new SpecFault('InvalidPredictorSpec', 'the transformer has no container');
  const args = withArguments(first.args ?? [], [
    ['--model_name', service.metadata.name],
    ['--predictor_host', predictorHost(predictor.name, service)],
    ['--http_port', '8080'],
    ['--workers', transformer.containerConcurrency?.toString()],
  ]);
  const main = withVariable({ ...first, args }, 'INFERENCE_SERVICE_NAME', service.metadata.name ?? '');
  const uri = first.env?.find(({ name }) => name === 'STORAGE_URI')?.value;
  const made = {
    ...described('transformer', service, transformer, predictor, around, uri),
    pod: { ...pod, containers: [main, ...rest] },
  };
  return withModels(made, service, around);
}

/**
 * Works out the explainer of a service. Pure.
 * @throws SpecFault when its spec cannot be served.
 */
export function explainerOf(
  service: InferenceService,
  explainer: Explainer,
  predictor: PredictorComponent,
  around: Surroundings,
): Component {
  const { containers, ...pod } = podOf(explainer);
  const host = predictorHost(predictor.name, service);
  const concurrency = explainer.containerConcurrency?.toString();
  const { art } = explainer;
  const [first, ...rest] = containers;
  if (art !== undefined) {
    const main = artContainer(art, service, host, concurrency, around);
    const extra = podOf({ ...explainer, containers: [] });
    const component = described('explainer', service, explainer, predictor, around, art.storageUri);
    return { ...component, pod: { ...extra, containers: [main, ...rest] } };
  }
  if (first === undefined) throw new SpecFault('InvalidPredictorSpec', 'the explainer has no container');
  const args = withArguments(first.args ?? [], [
    ['--model_name', service.metadata.name],
    ['--predictor_host', host],
    ['--http_port', '8080'],
    ['--workers', concurrency],
  ]);
  const uri = first.env?.find(({ name }) => name === 'STORAGE_URI')?.value;
  const made = {
    ...described('explainer', service, explainer, predictor, around, uri),
    pod: { ...pod, containers: [{ ...first, args }, ...rest] },
  };
  return withModels(made, service, around);
}

function artContainer(
  art: ArtExplainer,
  { metadata }: InferenceService,
  host: string,
  concurrency: string | undefined,
  { configuration }: Surroundings,
): Container {
  const { type, storageUri, runtimeVersion, config = {}, args = [], image = '', ...container } = art;
  const options = Object.entries(config).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const says = (flag: string): boolean => args.some(arg => arg.startsWith(flag));
  const usual = configuration.explainers.art;
  return {
    ...container,
    name: mainContainer,
    image: image === '' ? `${usual.image}:${runtimeVersion ?? usual.defaultImageVersion}` : image,
    args: [
      '--model_name',
      metadata.name ?? '',
      '--http_port',
      '8080',
      ...(says('--predictor_host') ? [] : ['--predictor_host', host]),
      ...(says('--workers') || concurrency === undefined ? [] : ['--workers', concurrency]),
      ...(storageUri === undefined || storageUri === '' ? [] : ['--storage_uri', '/mnt/models']),
      '--adversary_type',
      type,
      ...options.flatMap(([name, value]) => [`--${name}`, value]),
      ...args,
    ],
  };
}

function described(
  component: ComponentName,
  { metadata }: InferenceService,
  extension: Transformer | Explainer,
  predictor: PredictorComponent,
  { configuration, storageContainers }: Surroundings,
  uri: string | undefined,
): Omit<Component, 'pod'> {
  const fetched = uri !== undefined && uri !== '';
  if (fetched) assertFetchable(uri, storageContainers);
  return {
    component,
    name: componentName(metadata.name ?? '', component),
    labels: {
      ...metadata.labels,
      ...predictor.serverLabels,
      ...extension.labels,
      [serviceLabel]: metadata.name ?? '',
      [componentLabel]: component,
    },
    annotations: {
      ...shownAnnotations(metadata.annotations, configuration),
      ...(fetched && { [sourceAnnotation]: uri }),
      ...loggerAnnotations(extension.logger),
      ...(component === 'transformer' && batcherAnnotations(extension.batcher)),
      ...shownAnnotations(extension.annotations, configuration),
    },
    extension,
  };
}
