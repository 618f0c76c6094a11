import type { Configuration } from '../../../kserve/index.ts';
import { shown } from '../components/annotations.ts';
import type { Component } from '../components/component.ts';
import type { Child } from '../children.ts';
import type { ComponentStatus, Extension, TrafficTarget } from '../shapes.ts';
import type { Metadata } from '../standard/metadata.ts';

/** Annotations of a service that its Knative Service has itself, not its revisions. */
const ofService = ['serving.knative.dev/rollout-duration', 'serving.knative.openshift.io/enablePassthrough'];

/** The Knative Service of a component; `before` says which revision had all of the traffic last. Pure. */
export function knativeServiceOf(
  component: Component,
  metadata: Metadata,
  configuration: Configuration,
  before: ComponentStatus | undefined,
): Child {
  const { extension, labels, annotations, pod } = component;
  const { timeout, containerConcurrency } = extension;
  const scaled = { ...annotations, ...scalingAnnotations(extension, annotations) };
  const own = Object.fromEntries(Object.entries(scaled).filter(([name]) => ofService.includes(name)));
  return {
    plural: 'services.serving.knative.dev',
    object: {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { ...metadata, annotations: own },
      spec: {
        template: {
          metadata: {
            labels: shown(labels, configuration.inferenceService.serviceLabelDisallowedList),
            annotations: shown(scaled, ofService),
          },
          spec: {
            ...(timeout !== undefined && { timeoutSeconds: timeout, responseStartTimeoutSeconds: timeout }),
            ...(containerConcurrency !== undefined && { containerConcurrency }),
            ...pod,
          },
        },
        traffic: trafficOf(extension, annotations, before?.latestRolledoutRevision),
      },
    },
  };
}

function scalingAnnotations(
  { scaleTarget, scaleMetric, minReplicas = 1, maxReplicas = 0 }: Extension,
  annotations: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const group = 'autoscaling.knative.dev';
  return {
    [`${group}/class`]: annotations[`${group}/class`] ?? 'kpa.autoscaling.knative.dev',
    ...(scaleTarget !== undefined && { [`${group}/target`]: String(scaleTarget) }),
    ...(scaleMetric !== undefined && { [`${group}/metric`]: scaleMetric }),
    [`${group}/min-scale`]: String(minReplicas),
    ...(maxReplicas !== 0 && { [`${group}/max-scale`]: String(maxReplicas) }),
  };
}

/** A new revision gets its share of the traffic once another one has had all of it. */
function trafficOf(
  { canaryTrafficPercent: percent }: Extension,
  annotations: Readonly<Record<string, string>>,
  rolledOut: string | undefined,
): TrafficTarget[] {
  const tagged = annotations['serving.kserve.io/enable-tag-routing'] === 'true';
  const latest = { latestRevision: true, ...(tagged && { tag: 'latest' }) };
  if (percent === undefined || rolledOut === undefined) return [{ ...latest, percent: 100 }];
  if (percent >= 100) return [{ ...latest, percent }];
  const previous = { revisionName: rolledOut, latestRevision: false, percent: 100 - percent, tag: 'prev' };
  return [{ ...latest, percent }, previous];
}
