import type { Configuration } from '../../../kserve/index.ts';
import { type Extension, type Predictor, type Storage } from '../shapes.ts';

type Texts = Readonly<Record<string, string>>;

const own = 'internal.serving.kserve.io';

/** Annotations or labels without those that the configuration keeps back. */
export function shown(all: Texts | undefined, hidden: readonly string[]): Texts {
  return Object.fromEntries(Object.entries(all ?? {}).filter(([name]) => !hidden.includes(name)));
}

export function shownAnnotations(all: Texts | undefined, { inferenceService }: Configuration): Texts {
  return shown(all, inferenceService.serviceAnnotationDisallowedList);
}

/** What tells the pod's webhook to put a logger into it. */
export function loggerAnnotations(logger: Extension['logger']): Texts {
  if (logger === undefined) return {};
  const { url, mode = '', metadataHeaders, metadataAnnotations } = logger;
  return {
    [`${own}/logger`]: 'true',
    ...(url !== undefined && { [`${own}/logger-sink-url`]: url }),
    [`${own}/logger-mode`]: mode,
    ...(metadataHeaders !== undefined && { [`${own}/logger-metadata-headers`]: metadataHeaders.join(',') }),
    ...(metadataAnnotations !== undefined && {
      [`${own}/logger-metadata-annotations`]: metadataAnnotations.join(','),
    }),
  };
}

/** What tells the pod's webhook to put a batcher into it. */
export function batcherAnnotations(batcher: Extension['batcher']): Texts {
  if (batcher === undefined) return {};
  const { maxBatchSize, maxLatency } = batcher;
  return {
    [`${own}/batcher`]: 'true',
    ...(maxBatchSize !== undefined && { [`${own}/batcher-max-batchsize`]: String(maxBatchSize) }),
    ...(maxLatency !== undefined && { [`${own}/batcher-max-latency`]: String(maxLatency) }),
  };
}

/** Where a model is kept that is named by a key of the secret of storages; the webhook puts the scheme in. */
export function storageAnnotations(storage: Storage | undefined): Texts {
  if (storage === undefined) return {};
  const { key, path, parameters } = storage;
  const sorted = Object.fromEntries(
    Object.entries(parameters ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return {
    [`${own}/storage-spec`]: 'true',
    ...(parameters !== undefined && { [`${own}/storage-spec-param`]: JSON.stringify(sorted) }),
    ...(key !== undefined && { [`${own}/storage-spec-key`]: key }),
    ...(path !== undefined && {
      [`${own}/storage-initializer-sourceuri`]: `<scheme-placeholder>://${path.replace(/^\//, '')}`,
    }),
  };
}

export function confidentialAnnotations({ model }: Predictor): Texts {
  const { enabled, resourceId = '' } = model?.confidential ?? {};
  if (enabled !== true) return {};
  return {
    [`${own}/confidential-enabled`]: 'true',
    ...(resourceId !== '' && { [`${own}/confidential-resource-id`]: resourceId }),
  };
}

/** What tells the pod's webhook to put an agent into it that loads the models that are given to the server later. */
export function agentAnnotations(service: string): Texts {
  return {
    [`${own}/agent`]: 'true',
    [`${own}/configVolumeName`]: modelConfigName(service),
    [`${own}/configMountPath`]: '/mnt/configs',
    [`${own}/modelDir`]: '/mnt/models',
  };
}

export function modelConfigName(service: string): string {
  return `modelconfig-${service}-0`;
}
