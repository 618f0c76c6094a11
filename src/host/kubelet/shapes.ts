import type { KubeObject } from '../../cluster/meta/index.ts';
import type { Condition, Container } from '../../cluster/view/index.ts';

export interface KeySelector {
  readonly name?: string;
  readonly key: string;
  readonly optional?: boolean;
}

export interface ResourceField {
  readonly containerName?: string;
  /** `limits.memory`, `requests.cpu`. */
  readonly resource: string;
  readonly divisor?: string;
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string };
    readonly resourceFieldRef?: ResourceField;
    readonly configMapKeyRef?: KeySelector;
    readonly secretKeyRef?: KeySelector;
  };
}

export interface EnvironmentSource {
  readonly prefix?: string;
  readonly configMapRef?: { readonly name?: string; readonly optional?: boolean };
  readonly secretRef?: { readonly name?: string; readonly optional?: boolean };
}

/** What a probe or a hook does. */
export interface Action {
  readonly httpGet?: {
    readonly path?: string;
    readonly port: number | string;
    readonly host?: string;
    readonly scheme?: string;
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly tcpSocket?: { readonly port: number | string; readonly host?: string };
  readonly exec?: { readonly command?: readonly string[] };
  readonly grpc?: { readonly port: number; readonly service?: string };
  readonly sleep?: { readonly seconds: number };
}

export interface Probe extends Action {
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly subPathExpr?: string;
  readonly readOnly?: boolean;
}

/** Who a container runs as, and what it may. */
export interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly privileged?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  /** Of a pod alone. */
  readonly fsGroup?: number;
  readonly supplementalGroups?: readonly number[];
}

/** A container with what a kubelet reads of it. */
export interface HostedContainer extends Container {
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env?: readonly EnvironmentVariable[];
  readonly envFrom?: readonly EnvironmentSource[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly lifecycle?: { readonly postStart?: Action; readonly preStop?: Action };
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  /** `Always` makes an init container a sidecar. */
  readonly restartPolicy?: string;
  readonly terminationMessagePath?: string;
  readonly terminationMessagePolicy?: string;
  readonly imagePullPolicy?: string;
  readonly securityContext?: SecurityContext;
  readonly stdin?: boolean;
  readonly stdinOnce?: boolean;
  readonly tty?: boolean;
  /** What becomes of a container that runs when it is given more or less of something. */
  readonly resizePolicy?: readonly { readonly resourceName: string; readonly restartPolicy: string }[];
}

export interface KeyPath {
  readonly key: string;
  readonly path: string;
  readonly mode?: number;
}

export interface DownwardFile {
  readonly path: string;
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: ResourceField;
  readonly mode?: number;
}

/** What the files of a volume come from. */
export interface Projection {
  readonly configMap?: {
    readonly name?: string;
    readonly items?: readonly KeyPath[];
    readonly optional?: boolean;
  };
  readonly secret?: {
    readonly name?: string;
    readonly items?: readonly KeyPath[];
    readonly optional?: boolean;
  };
  readonly downwardAPI?: { readonly items?: readonly DownwardFile[] };
  readonly serviceAccountToken?: {
    readonly audience?: string;
    readonly expirationSeconds?: number;
    readonly path: string;
  };
}

export interface Volume {
  readonly name: string;
  readonly emptyDir?: object;
  readonly hostPath?: { readonly path: string; readonly type?: string };
  readonly configMap?: NonNullable<Projection['configMap']> & { readonly defaultMode?: number };
  readonly secret?: Omit<NonNullable<Projection['secret']>, 'name'> & {
    readonly secretName?: string;
    readonly defaultMode?: number;
  };
  readonly downwardAPI?: { readonly items?: readonly DownwardFile[]; readonly defaultMode?: number };
  readonly projected?: { readonly sources?: readonly Projection[] | null; readonly defaultMode?: number };
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
}

export interface HostedPod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly restartPolicy?: string;
    /** Seconds that the pod may run. */
    readonly activeDeadlineSeconds?: number;
    readonly containers: readonly HostedContainer[];
    readonly initContainers?: readonly HostedContainer[];
    /** Containers that were added while it runs. */
    readonly ephemeralContainers?: readonly HostedContainer[];
    readonly volumes?: readonly Volume[];
    readonly hostNetwork?: boolean;
    readonly securityContext?: SecurityContext;
    readonly hostname?: string;
    readonly serviceAccountName?: string;
    readonly terminationGracePeriodSeconds?: number;
    readonly enableServiceLinks?: boolean;
    readonly readinessGates?: readonly { readonly conditionType: string }[];
  };
  readonly status?: PodStatus;
}

export interface TerminatedState {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly containerID?: string;
}

export interface ContainerStateValue {
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: TerminatedState;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: ContainerStateValue;
  readonly lastState: ContainerStateValue;
  /** What its node keeps for it. */
  readonly allocatedResources?: Readonly<Record<string, string>>;
  /** What is in force. */
  readonly resources: NonNullable<Container['resources']>;
}

export interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly hostIP?: string;
  readonly hostIPs?: readonly { readonly ip: string }[];
  readonly startTime?: string;
  readonly qosClass?: string;
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses?: readonly Omit<ContainerStatus, 'started' | 'resources'>[];
}

/** `name_namespace(uid)`, as a kubelet names pods in its messages. */
export function podTitle({ metadata: { name = '', namespace = '', uid = '' } }: KubeObject): string {
  return `${name}_${namespace}(${uid})`;
}

/** Containers and init containers. */
export function allContainers({ spec }: HostedPod): readonly HostedContainer[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

export function isSidecar({ restartPolicy }: HostedContainer): boolean {
  return restartPolicy === 'Always';
}
