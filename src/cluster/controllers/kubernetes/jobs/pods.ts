import type { KubeObject } from '../../../meta/index.ts';
import { controlledBy, type Pod, type PodTemplate } from '../../../view/index.ts';
import { failuresCarried } from './failures.ts';
import { indexAnnotation, type Job, tracking } from './job.ts';

/**
 * The pod of a job; one with an index knows it by annotation, label, name and environment. Pure.
 * @param replaced The pod of the index that failed before it, whose count of failures it carries on.
 */
export function podFor(job: Job, index: number | undefined, replaced?: Pod): KubeObject {
  const { template } = job.spec;
  const { labels, annotations } = template.metadata ?? {};
  const { name = '', namespace = '' } = job.metadata;
  const indexed = index === undefined ? {} : { [indexAnnotation]: `${index}` };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: index === undefined ? `${name}-` : `${name}-${index}-`,
      namespace,
      labels: { ...labels, ...indexed },
      annotations: { ...annotations, ...indexed, ...(index !== undefined && failuresCarried(job, replaced)) },
      finalizers: [...(template.metadata?.finalizers ?? []), tracking],
      ownerReferences: [controlledBy(job)],
    },
    spec: index === undefined ? template.spec : withIndex(template.spec, `${name}-${index}`),
  };
}

function withIndex(spec: PodTemplate['spec'], hostname: string): PodTemplate['spec'] {
  const variable = {
    name: 'JOB_COMPLETION_INDEX',
    valueFrom: { fieldRef: { fieldPath: `metadata.labels['${indexAnnotation}']` } },
  };
  const containers = spec.containers.map(container => ({
    ...container,
    env: [...((container as { env?: unknown[] }).env ?? []), variable],
  }));
  return { ...spec, hostname, containers };
}
