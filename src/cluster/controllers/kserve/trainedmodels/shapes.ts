import type { KubeObject } from '../../../meta/index.ts';
import type { KnativeCondition } from '../shapes.ts';

/** A model of a server that serves several. */
export interface TrainedModel extends KubeObject {
  readonly spec: {
    /** The InferenceService whose server serves it. */
    readonly inferenceService: string;
    readonly model: ModelSpec;
  };
  readonly status?: TrainedModelStatus;
}

export interface ModelSpec {
  readonly storageUri: string;
  readonly framework: string;
  /** A quantity. */
  readonly memory: string;
}

export interface TrainedModelStatus {
  readonly conditions?: readonly KnativeCondition[];
  readonly url?: string;
  readonly address?: { readonly url: string };
  readonly [field: string]: unknown;
}

export const finalizer = 'trainedmodel.finalizer';
/** Names the InferenceService, once there is one. */
export const parentLabel = 'inferenceservice';
/** Names the InferenceService in whose memory the model has its place. */
export const placeLabel = 'serving.kserve.io/trainedmodel-allocated';
