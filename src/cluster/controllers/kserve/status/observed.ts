import type { Deployment, Pod } from '../../../view/index.ts';
import type { Component } from '../components/component.ts';
import type { InferenceService, KnativeService } from '../shapes.ts';
import { appLabel } from '../standard/deployment.ts';
import type { CanaryComponent } from '../standard/canary.ts';
import { isReady, newestFirst } from '../../../view/index.ts';
import { modelStatusOf } from './models.ts';

/** The pods of a component in Standard mode. */
export function podsOf(pods: readonly Pod[], { name }: Component): Pod[] {
  return pods.filter(pod => pod.metadata.labels?.['app'] === appLabel(name));
}

/** The pods of a revision of Knative's. */
export function podsOfRevision(pods: readonly Pod[], revision: string | undefined): Pod[] {
  return pods.filter(pod => pod.metadata.labels?.['serving.knative.dev/revision'] === revision);
}

/** Whether pods of the newest template serve; one that is only added to them is no new version. */
export function newestServes(pods: readonly Pod[]): boolean {
  const hash = (pod: Pod | undefined): string | undefined => pod?.metadata.labels?.['pod-template-hash'];
  const [newest] = newestFirst(pods);
  return pods.some(pod => hash(pod) === hash(newest) && isReady(pod));
}

interface CanaryStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly trafficPercent: number;
  readonly modelStatus: object;
}

/** What the status says of canaries. Pure. */
export function canaryStatusesOf(
  { status }: InferenceService,
  canaries: readonly CanaryComponent[],
  deployments: ReadonlyMap<string, Deployment>,
  pods: readonly Pod[],
): CanaryStatus[] {
  const before = (status?.canaryStatuses ?? []) as readonly CanaryStatus[];
  return canaries.map(one => {
    const { trafficPercent, predictor } = one.canary;
    const name = predictor.name ?? '';
    const ready = (deployments.get(one.name)?.status?.availableReplicas ?? 0) > 0;
    const own = podsOf(pods, one);
    const old = before.find(status => status.name === name)?.modelStatus;
    const observed = { pods: own, ready: ready && newestServes(own), failed: false };
    return { modelStatus: modelStatusOf(old as never, observed), name, ready, trafficPercent };
  });
}

/** Whether what children say is about their specs as they are. */
export function isCurrent(child: Deployment | KnativeService | undefined): boolean {
  return child !== undefined && (child.status?.observedGeneration ?? 0) >= (child.metadata.generation ?? 0);
}
