import { controlledBy } from '../../../view/index.ts';
import type { Component } from '../components/component.ts';
import type { InferenceService } from '../shapes.ts';

/** The metadata of what a service is given. */
export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly ownerReferences: ReturnType<typeof controlledBy>[];
}

export function metadataOf(service: InferenceService, { name, labels, annotations }: Component): Metadata {
  return {
    name,
    namespace: service.metadata.namespace ?? '',
    labels: { ...labels },
    annotations: { ...annotations },
    ownerReferences: [controlledBy(service)],
  };
}
