/** The ConfigMap `inferenceservice-config` in namespace `kserve` as values; keys and fields have KServe's names (KServe 0.20). */
export interface Configuration {
  readonly deploy: DeployConfiguration;
  readonly ingress: IngressConfiguration;
  readonly inferenceService: ServiceConfiguration;
  readonly explainers: { readonly art: { readonly image: string; readonly defaultImageVersion: string } };
  readonly multiNode: { readonly customGPUResourceTypeList: readonly string[] };
  readonly storageInitializer: StorageInitializerConfiguration;
  readonly credentials: CredentialsConfiguration;
  readonly agent: ContainerConfiguration;
  readonly logger: LoggerConfiguration;
  readonly batcher: BatcherConfiguration;
  readonly router: RouterConfiguration;
  readonly service: { readonly serviceClusterIPNone: boolean };
  readonly metricsAggregator: MetricsConfiguration;
  readonly autoscaler: AutoscalerConfiguration;
  readonly opentelemetryCollector: CollectorConfiguration;
  readonly localModel: LocalModelConfiguration;
  readonly security: { readonly autoMountServiceAccountToken: boolean };
}

export type DeploymentMode = 'Standard' | 'Knative' | 'ModelMesh';

export interface DeployConfiguration {
  readonly defaultDeploymentMode: DeploymentMode;
  /** Of Standard mode; numbers or percentages. Absent: Kubernetes' own. */
  readonly defaultRollout?: { readonly maxSurge: string; readonly maxUnavailable: string };
}

export interface IngressConfiguration {
  readonly enableGatewayApi: boolean;
  /** `namespace/name` of a Gateway. */
  readonly kserveIngressGateway: string;
  /** `namespace/name` of Istio's gateway for requests from outside. */
  readonly ingressGateway: string;
  /** `namespace/name` of Istio's gateway for requests from inside. */
  readonly localGateway: string;
  readonly localGatewayService: string;
  readonly knativeLocalGatewayService: string;
  readonly ingressDomain: string;
  readonly ingressClassName?: string;
  readonly additionalIngressDomains: readonly string[];
  /** A Go template of `.Name`, `.Namespace`, `.IngressDomain`, `.Annotations`, `.Labels`. */
  readonly domainTemplate: string;
  readonly pathTemplate: string;
  readonly urlScheme: string;
  readonly disableIstioVirtualHost: boolean;
  readonly disableIngressCreation: boolean;
  readonly disableHTTPRouteTimeout: boolean;
  readonly enableLLMInferenceServiceTLS: boolean;
  readonly modelBasedRoutingHeaderName: string;
  readonly modelBasedRoutingMode: string;
}

/** Amounts as Kubernetes writes them; an empty one is none. */
export interface ResourceConfiguration {
  readonly cpuRequest: string;
  readonly cpuLimit: string;
  readonly memoryRequest: string;
  readonly memoryLimit: string;
}

export interface ServiceConfiguration {
  /** Annotations that do not reach revisions: KServe's own and those added. */
  readonly serviceAnnotationDisallowedList: readonly string[];
  readonly serviceLabelDisallowedList: readonly string[];
  /** Of containers that are not a runtime's. */
  readonly resource: ResourceConfiguration;
}

/** A container that is put into pods. */
export interface ContainerConfiguration extends ResourceConfiguration {
  readonly image: string;
}

export interface StorageInitializerConfiguration extends ContainerConfiguration {
  readonly caBundleConfigMapName: string;
  readonly caBundleVolumeMountPath: string;
  /** How a model in an image becomes files; undefined where images are not to be models. */
  readonly ociModelMode?: 'modelcar' | 'native' | 'fetch';
  readonly cpuModelcar: string;
  readonly memoryModelcar: string;
  readonly uidModelcar?: number;
}

export interface CredentialsConfiguration {
  readonly storageSpecSecretName: string;
  readonly storageSecretNameAnnotation: string;
  readonly gcs: { readonly gcsCredentialFileName: string };
  readonly s3: S3Configuration;
}

/** What holds where neither a secret nor its annotations say otherwise; empty: nothing. */
export interface S3Configuration {
  readonly s3AccessKeyIDName: string;
  readonly s3SecretAccessKeyName: string;
  readonly s3Endpoint: string;
  readonly s3UseHttps: string;
  readonly s3Region: string;
  readonly s3VerifySSL: string;
  readonly s3UseVirtualBucket: string;
  readonly s3UseAccelerate: string;
  readonly s3UseAnonymousCredential: string;
  readonly s3CABundleConfigMap: string;
  readonly s3CABundle: string;
}

/** Where a logger keeps what it logs, as a component's `logger.storage`. */
export interface LoggerStorage {
  readonly path?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly serviceAccountName?: string;
}

export interface LoggerConfiguration extends ContainerConfiguration {
  readonly defaultUrl: string;
  readonly caBundle: string;
  readonly caCertFile: string;
  readonly tlsSkipVerify: boolean;
  readonly storage?: LoggerStorage;
  readonly marshallerUrl: string;
  /** 0: one by one. */
  readonly batchSize: number;
  readonly batchInterval: string;
}

export interface BatcherConfiguration extends ContainerConfiguration {
  readonly maxBatchSize: string;
  /** Milliseconds. */
  readonly maxLatency: string;
}

export interface RouterConfiguration extends ContainerConfiguration {
  readonly headers: { readonly propagate: readonly string[] };
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly string[];
}

/** Texts, as annotations hold them: `true` or `false`. */
export interface MetricsConfiguration {
  readonly enableMetricAggregation: string;
  readonly enablePrometheusScraping: string;
}

/** Whole seconds, as text. */
export interface AutoscalerConfiguration {
  readonly scaleUpStabilizationWindowSeconds: string;
  readonly scaleDownStabilizationWindowSeconds: string;
}

export interface CollectorConfiguration {
  readonly scrapeInterval: string;
  readonly metricReceiverEndpoint: string;
  readonly metricScalerEndpoint: string;
  readonly resource: ResourceConfiguration;
}

export interface LocalModelConfiguration {
  readonly enabled: boolean;
  readonly jobNamespace: string;
  readonly defaultJobImage: string;
  readonly fsGroup?: number;
  readonly jobTTLSecondsAfterFinished?: number;
  readonly reconcilationFrequencyInSecs?: number;
  readonly disableVolumeManagement: boolean;
}
