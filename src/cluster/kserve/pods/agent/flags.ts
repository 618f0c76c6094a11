import type { Fields } from '../../untyped.ts';
import { fieldsOf, numberOf, textOf, textsOf } from '../../untyped.ts';
import type { LoggerConfiguration, LoggerStorage } from '../../config/shape.ts';
import { internal, type PodDraft } from '../draft.ts';

type Annotations = Readonly<Record<string, string>>;

function given(annotations: Annotations, name: string, flag: string): string[] {
  const value = annotations[internal(name)];
  return value === undefined ? [] : [flag, value];
}

/** Of the agent that loads and unloads the models of a server of several. */
export function pullerFlags(annotations: Annotations): string[] {
  return [
    '--enable-puller',
    ...given(annotations, 'configMountPath', '--config-dir'),
    ...given(annotations, 'modelDir', '--model-dir'),
  ];
}

export function batcherFlags(annotations: Annotations): string[] {
  return [
    '--enable-batcher',
    ...given(annotations, 'batcher-max-batchsize', '--max-batchsize'),
    ...given(annotations, 'batcher-max-latency', '--max-latency'),
  ];
}

/** What the logger of a service is told: its predictor's `logger` before the configuration. */
export type LoggerWishes = Pick<
  LoggerConfiguration,
  'storage' | 'marshallerUrl' | 'batchSize' | 'batchInterval'
>;

/** `service` is an InferenceService. */
export function loggerWishes(service: Fields | undefined, usual: LoggerConfiguration): LoggerWishes {
  const logger = fieldsOf(fieldsOf(fieldsOf(service?.['spec'])?.['predictor'])?.['logger']);
  if (logger === undefined) return usual;
  const said = fieldsOf(logger['storage']);
  return {
    ...(said !== undefined && { storage: storageOf(said) }),
    marshallerUrl: textOf(logger['marshallerUrl']) ?? usual.marshallerUrl,
    batchSize: numberOf(logger['batchSize']) ?? usual.batchSize,
    batchInterval: textOf(logger['batchInterval']) ?? usual.batchInterval,
  };
}

function storageOf(said: Fields): LoggerStorage {
  const path = textOf(said['path']);
  const serviceAccountName = textOf(said['serviceAccountName']);
  return {
    ...(path !== undefined && { path }),
    parameters: textsOf(said['parameters']),
    ...(serviceAccountName !== undefined && { serviceAccountName }),
  };
}

/** Of the agent that logs requests and responses. */
export function loggerFlags(
  { metadata }: PodDraft,
  namespace: string,
  configuration: LoggerConfiguration,
  wishes: LoggerWishes,
): string[] {
  const { annotations = {}, labels = {} } = metadata;
  const { caCertFile, tlsSkipVerify } = configuration;
  return [
    '--log-url',
    annotations[internal('logger-sink-url')] ?? configuration.defaultUrl,
    '--source-uri',
    metadata.name ?? '',
    '--log-mode',
    annotations[internal('logger-mode')] ?? 'all',
    '--inference-service',
    labels['serving.kserve.io/inferenceservice'] ?? '',
    '--namespace',
    namespace,
    '--endpoint',
    labels['endpoint'] ?? '',
    '--component',
    labels['component'] ?? '',
    ...said('--log-store-path', wishes.storage?.path),
    ...said('--log-store-format', wishes.storage?.parameters?.['format']),
    ...said('--log-marshaller-url', wishes.marshallerUrl),
    ...said('--log-batch-size', wishes.batchSize > 0 ? String(wishes.batchSize) : undefined),
    ...said('--log-batch-interval', wishes.batchInterval),
    ...given(annotations, 'logger-metadata-headers', '--metadata-headers'),
    ...metadataFlags(annotations),
    ...said('--logger-ca-cert-file', caCertFile),
    '--logger-tls-skip-verify',
    String(tlsSkipVerify),
  ];
}

function said(flag: string, value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : [flag, value];
}

/** Annotations of the pod that go with every event; those that it does not have are left out. */
function metadataFlags(annotations: Annotations): string[] {
  const names = annotations[internal('logger-metadata-annotations')];
  if (names === undefined) return [];
  const pairs = names.split(',').flatMap(name => {
    const value = annotations[name];
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return ['--metadata-annotations', pairs.join(',')];
}
