import type { KubeObject } from '../../meta/index.ts';
import type { Container, PodSpec } from '../../view/index.ts';

/** The parts of Knative's kinds that its controllers look at. */
export interface KnativeCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly severity?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface Status {
  readonly observedGeneration?: number;
  readonly conditions?: readonly KnativeCondition[];
}

export interface RevisionContainer extends Container {
  readonly env?: readonly object[];
  readonly readinessProbe?: Readonly<Record<string, unknown>>;
  readonly livenessProbe?: Readonly<Record<string, unknown>>;
  readonly startupProbe?: Readonly<Record<string, unknown>>;
}

export interface RevisionSpec extends PodSpec {
  readonly containers: readonly RevisionContainer[];
  readonly containerConcurrency?: number;
  /** Seconds. */
  readonly timeoutSeconds?: number;
  readonly responseStartTimeoutSeconds?: number;
  readonly idleTimeoutSeconds?: number;
}

export interface RevisionTemplate {
  readonly metadata?: {
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: RevisionSpec;
}

export interface TrafficTarget {
  readonly tag?: string;
  readonly url?: string;
  readonly revisionName?: string;
  readonly configurationName?: string;
  readonly latestRevision?: boolean;
  readonly percent?: number;
}

export interface Revision extends KubeObject {
  readonly spec: RevisionSpec;
  readonly status?: Status;
}

export interface ConfigurationStatus extends Status {
  readonly latestCreatedRevisionName?: string;
  readonly latestReadyRevisionName?: string;
}

export interface Configuration extends KubeObject {
  readonly spec: { readonly template: RevisionTemplate };
  readonly status?: ConfigurationStatus;
}

export interface Route extends KubeObject {
  readonly spec: { readonly traffic?: readonly TrafficTarget[] };
  readonly status?: Status & {
    readonly url?: string;
    readonly address?: { readonly url?: string };
    readonly traffic?: readonly TrafficTarget[];
  };
}

export interface KnativeService extends KubeObject {
  readonly spec: { readonly template: RevisionTemplate; readonly traffic?: readonly TrafficTarget[] };
  readonly status?: Status;
}

export interface Autoscaler extends KubeObject {
  readonly spec: { readonly reachability?: string; readonly scaleTargetRef: { readonly name: string } };
  readonly status?: Status & { readonly desiredScale?: number; readonly actualScale?: number };
}

export interface Observed extends KubeObject {
  readonly status?: Status;
}

export const labels = {
  service: 'serving.knative.dev/service',
  serviceUid: 'serving.knative.dev/serviceUID',
  configuration: 'serving.knative.dev/configuration',
  configurationGeneration: 'serving.knative.dev/configurationGeneration',
  configurationUid: 'serving.knative.dev/configurationUID',
  revision: 'serving.knative.dev/revision',
  revisionUid: 'serving.knative.dev/revisionUID',
  route: 'serving.knative.dev/route',
  routeNamespace: 'serving.knative.dev/routeNamespace',
  routingState: 'serving.knative.dev/routingState',
} as const;

export const annotations = {
  creator: 'serving.knative.dev/creator',
  lastModifier: 'serving.knative.dev/lastModifier',
  routes: 'serving.knative.dev/routes',
  routingStateModified: 'serving.knative.dev/routingStateModified',
  /** That a revision is not to be collected, however old it is. */
  preserved: 'serving.knative.dev/no-gc',
  minScale: 'autoscaling.knative.dev/min-scale',
} as const;

/** Annotations that kubectl keeps on what it wrote, which are not its children's. */
export function isForKubectl(name: string): boolean {
  return name.startsWith('kubectl.kubernetes.io/');
}

/** Without some of its entries. */
export function without(
  entries: Readonly<Record<string, string>> | undefined,
  left: (name: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(Object.entries(entries ?? {}).filter(([name]) => !left(name)));
}
