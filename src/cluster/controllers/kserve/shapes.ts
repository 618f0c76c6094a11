import type { KubeObject } from '../../meta/index.ts';

/** The parts of KServe's kinds that its controllers look at. Everything else of a pod passes through unread. */
export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: unknown;
}

export interface Port {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly Variable[];
  readonly ports?: readonly Port[];
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly [field: string]: unknown;
}

export interface Storage {
  readonly key?: string;
  readonly path?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface Model extends Partial<Container> {
  readonly name?: string;
  readonly modelFormat: { readonly name: string; readonly version?: string };
  readonly runtime?: string;
  readonly runtimeVersion?: string;
  readonly protocolVersion?: string;
  readonly storageUri?: string;
  readonly storage?: Storage;
  readonly confidential?: { readonly enabled?: boolean; readonly resourceId?: string };
}

export interface Metric {
  readonly type: string;
  readonly resource?: {
    readonly name: string;
    readonly target: {
      readonly type?: string;
      readonly averageUtilization?: number;
      readonly averageValue?: string;
    };
  };
}

/** What every component may say besides its pod. */
export interface Extension {
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly scaleTarget?: number;
  readonly scaleMetric?: string;
  readonly autoScaling?: { readonly metrics?: readonly Metric[]; readonly behavior?: unknown };
  readonly containerConcurrency?: number;
  readonly timeout?: number;
  readonly canaryTrafficPercent?: number;
  readonly logger?: {
    readonly url?: string;
    readonly mode?: string;
    readonly metadataHeaders?: readonly string[];
    readonly metadataAnnotations?: readonly string[];
  };
  readonly batcher?: { readonly maxBatchSize?: number; readonly maxLatency?: number };
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deploymentStrategy?: { readonly type?: string; readonly rollingUpdate?: unknown };
  readonly storageUris?: readonly StorageUri[];
  readonly storageContainerName?: string;
}

export interface StorageUri {
  readonly uri: string;
  readonly mountPath?: string;
}

export interface WorkerSpec extends Partial<PodSpec> {
  readonly pipelineParallelSize?: number;
  readonly tensorParallelSize?: number;
}

export interface Predictor extends Extension {
  readonly name?: string;
  readonly model?: Model;
  readonly containers?: readonly Container[];
  readonly workerSpec?: WorkerSpec;
  readonly [field: string]: unknown;
}

export interface Transformer extends Extension {
  readonly containers?: readonly Container[];
  readonly [field: string]: unknown;
}

export interface ArtExplainer extends Partial<Container> {
  readonly type: string;
  readonly storageUri?: string;
  readonly runtimeVersion?: string;
  readonly config?: Readonly<Record<string, string>>;
}

export interface Explainer extends Extension {
  readonly art?: ArtExplainer;
  readonly containers?: readonly Container[];
  readonly [field: string]: unknown;
}

export interface Canary {
  readonly trafficPercent: number;
  readonly predictor: Predictor;
}

export interface InferenceService extends KubeObject {
  readonly spec: {
    readonly predictor: Predictor;
    readonly transformer?: Transformer;
    readonly explainer?: Explainer;
    readonly canary?: readonly Canary[];
  };
  readonly status?: ServiceStatus;
}

export interface ModelFormat {
  readonly name: string;
  readonly version?: string;
  readonly autoSelect?: boolean;
  readonly priority?: number;
}

export interface RuntimeSpec {
  readonly disabled?: boolean;
  readonly multiModel?: boolean;
  readonly supportedModelFormats?: readonly ModelFormat[];
  readonly protocolVersions?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly containers?: readonly Container[];
  readonly workerSpec?: WorkerSpec & {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** A ServingRuntime or ClusterServingRuntime. */
export interface Runtime extends KubeObject {
  readonly spec: RuntimeSpec;
}

export type ComponentName = 'predictor' | 'transformer' | 'explainer';

export interface KnativeCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly severity?: string;
  readonly lastTransitionTime?: string;
}

export interface TrafficTarget {
  readonly revisionName?: string;
  readonly latestRevision?: boolean;
  readonly percent?: number;
  readonly tag?: string;
  readonly url?: string;
}

export interface ComponentStatus {
  readonly url?: string;
  readonly address?: { readonly url?: string };
  readonly latestReadyRevision?: string;
  readonly latestCreatedRevision?: string;
  readonly previousRolledoutRevision?: string;
  readonly latestRolledoutRevision?: string;
  readonly traffic?: readonly TrafficTarget[];
}

export interface FailureInfo {
  readonly location?: string;
  readonly reason: string;
  readonly message?: string;
  readonly exitCode?: number;
  readonly time?: string;
}

export interface ModelStatus {
  readonly transitionStatus: string;
  readonly states?: { readonly activeModelState: string; readonly targetModelState?: string };
  readonly lastFailureInfo?: FailureInfo;
  readonly copies?: { readonly failedCopies: number; readonly totalCopies?: number };
}

export interface ServiceStatus {
  readonly observedGeneration?: number;
  readonly conditions?: readonly KnativeCondition[];
  readonly address?: { readonly url: string };
  readonly url?: string;
  readonly components?: Readonly<Partial<Record<ComponentName, ComponentStatus>>>;
  readonly modelStatus?: ModelStatus;
  readonly canaryStatuses?: readonly unknown[];
  readonly deploymentMode?: string;
  readonly servingRuntimeName?: string;
  readonly clusterServingRuntimeName?: string;
}

/** A Service of Knative's, as much as its owner reads. */
export interface KnativeService extends KubeObject {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly url?: string;
    readonly address?: { readonly url?: string };
    readonly conditions?: readonly KnativeCondition[];
    readonly latestCreatedRevisionName?: string;
    readonly latestReadyRevisionName?: string;
    readonly traffic?: readonly TrafficTarget[];
  };
}

export const mainContainer = 'kserve-container';
export const transformerContainer = 'transformer-container';
export const stopAnnotation = 'serving.kserve.io/stop';
export const autoscalerAnnotation = 'serving.kserve.io/autoscalerClass';
export const modeAnnotation = 'serving.kserve.io/deploymentMode';
export const serviceLabel = 'serving.kserve.io/inferenceservice';
export const componentLabel = 'component';
export const sourceAnnotation = 'internal.serving.kserve.io/storage-initializer-sourceuri';

export function isStopped({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[stopAnnotation]?.toLowerCase() === 'true';
}
