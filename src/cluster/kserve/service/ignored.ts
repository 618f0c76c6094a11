import type { Admission, AdmissionRequest } from '../../admission/index.ts';
import type { KubeObject } from '../../meta/index.ts';
import type { Configuration } from '../config/shape.ts';
import { type Fields, fieldsOf, itemsOf, numberOf, textOf, textsOf } from '../untyped.ts';
import { writes } from '../webhooks.ts';
import { modeAnnotation } from './defaults.ts';
import { parts } from './implementations.ts';

/** A field of a component that nothing is done for yet, or not in a mode. */
interface Ignored {
  readonly field: string;
  /** Absent: in both. */
  readonly mode?: 'Standard' | 'Knative';
  readonly applies: (value: unknown, component: Fields) => boolean;
  readonly why: string;
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null;
const unscaled = 'the number of pods is minReplicas, nothing is scaled by load';

const ignored: readonly Ignored[] = [
  { field: 'minReplicas', applies: value => value === 0, why: 'one pod is kept running' },
  {
    field: 'maxReplicas',
    applies: (value, component) =>
      (numberOf(value) ?? 0) > Math.max(numberOf(component['minReplicas']) ?? 1, 1),
    why: unscaled,
  },
  { field: 'scaleTarget', applies: isThere, why: unscaled },
  { field: 'scaleMetric', applies: isThere, why: unscaled },
  { field: 'scaleMetricType', applies: isThere, why: unscaled },
  { field: 'autoScaling', applies: isThere, why: unscaled },
  {
    field: 'canaryTrafficPercent',
    mode: 'Standard',
    applies: isThere,
    why: 'requests are divided in mode Knative alone',
  },
  {
    field: 'containerConcurrency',
    mode: 'Standard',
    applies: value => (numberOf(value) ?? 0) > 0,
    why: 'requests are limited in mode Knative alone',
  },
  { field: 'workerSpec', applies: isThere, why: 'a model is served on one node' },
  { field: 'timeout', mode: 'Standard', applies: isThere, why: 'requests are timed in mode Knative alone' },
];

/** What of a service is kept though nothing is done for it yet, each with its path and the reason. Pure. */
export function ignoredFields(object: KubeObject, mode: string): string[] {
  const spec = fieldsOf(object['spec']) ?? {};
  const found = parts.flatMap(part => {
    const component = fieldsOf(spec[part]);
    return component === undefined ? [] : ofComponent(`spec.${part}`, component, mode);
  });
  if (itemsOf(spec['canary']).length > 0) {
    found.push(text('spec.canary', 'its pods run, but no request is sent to them'));
  }
  return [...found, ...ofAnnotations('annotation ', textsOf(object.metadata.annotations))];
}

/** Annotations that ask for scaling by load; how many pods there are at least is acted on. */
function ofAnnotations(head: string, annotations: Readonly<Record<string, string>>): string[] {
  return Object.entries(annotations).flatMap(([name, value]) => {
    const minimum =
      name === 'autoscaling.knative.dev/min-scale' || name === 'autoscaling.knative.dev/minScale';
    if (minimum) return value === '0' ? [text(head + name, 'one pod is kept running')] : [];
    const scales = name === 'serving.kserve.io/autoscalerClass' && (value === 'hpa' || value === 'keda');
    return scales || name.startsWith('autoscaling.knative.dev/') ? [text(head + name, unscaled)] : [];
  });
}

function ofComponent(path: string, component: Fields, mode: string): string[] {
  const found = ignored
    .filter(row => row.mode === undefined || row.mode === mode)
    .filter(({ field, applies }) => applies(component[field], component))
    .map(({ field, why }) => text(`${path}.${field}`, why));
  found.push(...ofAnnotations(`${path}.annotations: `, textsOf(component['annotations'])));
  if (isThere(fieldsOf(component['batcher'])?.['timeout'])) {
    found.push(
      text(`${path}.batcher.timeout`, 'KServe never used it; maxLatency says how long a request waits'),
    );
  }
  if (fieldsOf(fieldsOf(component['model'])?.['confidential'])?.['enabled'] === true) {
    found.push(text(`${path}.model.confidential`, 'models that are enciphered cannot be read'));
  }
  return found;
}

function text(what: string, why: string): string {
  return `${what} is stored but not acted on yet: ${why}`;
}

/** Tells at a creation or a change which fields nothing is done for; KServe takes some of them without a word. */
export function ignoredStep(resource: string, configuration: () => Configuration): Admission {
  return {
    name: 'ignored.kserve',
    concerns: request => writes(request, resource) && isNew(request),
    validate: request => {
      const object = request.object as KubeObject;
      for (const warning of ignoredFields(object, modeOf(object, configuration()))) request.warn(warning);
    },
  };
}

/** Whether what is asked for is new: controllers write labels and finalizers often. */
export function isNew({ object, old }: AdmissionRequest): boolean {
  if (object === undefined || old === undefined) return true;
  if (object.metadata.deletionTimestamp !== undefined) return false;
  const asked = (one: KubeObject): string => JSON.stringify([one['spec'], one.metadata.annotations]);
  return asked(object) !== asked(old);
}

function modeOf(object: KubeObject, configuration: Configuration): string {
  return (
    textOf(fieldsOf(object['status'])?.['deploymentMode']) ??
    textsOf(object.metadata.annotations)[modeAnnotation] ??
    configuration.deploy.defaultDeploymentMode
  );
}
