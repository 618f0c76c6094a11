import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, ManagedFieldsEntry } from '../../../../src/cluster/meta/index.ts';
import {
  apply,
  jsonPatch,
  mergePatch,
  scaleManaged,
  strategicMergePatch,
  updateManaged,
  type Write,
} from '../../../../src/cluster/patch/index.ts';
import { definitions, rulesOf } from '../../../../src/cluster/kinds/index.ts';
import {
  applyDefaults,
  customShape,
  decodeTyped,
  prune,
  type Schema,
  type TypedSchema,
} from '../../../../src/cluster/schema/index.ts';
import type { Step } from './corpus.ts';
import { gadgetDefinition } from './gadget.ts';
import { type Sketch, sketches } from './objects.ts';

/** A kind of the corpus as the server under test sees it. */
export interface Subject {
  readonly sketch: Sketch;
  readonly shape: TypedSchema;
  /** Decodes, prunes and completes what a write makes of an object. */
  finish(value: unknown): KubeObject;
  /** What a write through the object itself, or through its status, leaves alone. */
  reset(status: boolean): readonly (readonly string[])[];
}

export function subjectOf(kind: string): Subject {
  const sketch = sketches.find(one => one.kind === kind) as Sketch;
  return sketch.typed ? typedSubject(sketch) : customSubject(sketch);
}

const packages: Readonly<Record<string, string>> = {
  v1: 'io.k8s.api.core.v1',
  'apps/v1': 'io.k8s.api.apps.v1',
};

function typedSubject(sketch: Sketch): Subject {
  const schema = definitions.get(`${packages[sketch.apiVersion]}.${sketch.kind}`) as Schema;
  const shape = { schema, definitions };
  const rules = rulesOf(
    sketch.path.replace(/^\/apis?\/(v1|(apps)\/v1)\/namespaces\/default\//, '$2/').replace(/^\//, ''),
  );
  const statusLeaves: Readonly<Record<string, readonly (readonly string[])[]>> = {
    Deployment: [['spec'], ['metadata', 'labels']],
    Pod: [['spec'], ['metadata', 'deletionTimestamp'], ['metadata', 'ownerReferences']],
    Service: [['spec']],
  };
  return {
    sketch,
    shape,
    finish: value => {
      const { value: decoded } = decodeTyped(value, shape);
      return withTimes(rules.complete?.(decoded as KubeObject) ?? (decoded as KubeObject));
    },
    reset: status => {
      if (sketch.subresources.length === 0) return [];
      return status ? (statusLeaves[sketch.kind] ?? []) : [['status']];
    },
  };
}

/** Times of conditions that Go's types write as null when they are not set, which no schema says. */
const conditionTimes: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['lastUpdateTime', 'lastTransitionTime'],
  Pod: ['lastProbeTime', 'lastTransitionTime'],
};

export function withTimes(object: KubeObject): KubeObject {
  const status = object['status'] as { conditions?: object[] } | undefined;
  if (status?.conditions === undefined) return object;
  const unset = Object.fromEntries((conditionTimes[object.kind] ?? []).map(name => [name, null]));
  const conditions = status.conditions.map(condition => ({ ...unset, ...condition }));
  return { ...object, status: { ...status, conditions } };
}

function customSubject(sketch: Sketch): Subject {
  const { schema } = gadgetDefinition.spec.versions[0];
  const shape = customShape(schema.openAPIV3Schema, definitions);
  return {
    sketch,
    shape,
    finish: value => applyDefaults(prune(value, shape).value, shape) as KubeObject,
    reset: status => (status ? [['spec'], ['metadata']] : [['status']]),
  };
}

export interface Outcome {
  readonly object: KubeObject;
  readonly managedFields: readonly ManagedFieldsEntry[];
}

/** What this server's functions make of a step. */
export function outcomeOf(subject: Subject, step: Step, live: KubeObject | undefined): Outcome {
  const write: Write = {
    manager: step.manager,
    apiVersion: subject.sketch.apiVersion,
    subresource: step.subresource ?? '',
    time: timeOf(step),
    reset: subject.reset(step.subresource === 'status'),
  };
  if (step.type === 'scale') return scaled(subject, step, live as KubeObject, write);
  if (step.type === 'apply') {
    const body = step.body as unknown as KubeObject;
    const result = apply(live, body, subject.shape, { ...write, force: step.force ?? false });
    const { managedFields = [] } = result.metadata;
    return { object: subject.finish(result), managedFields };
  }
  const object = subject.finish(step.type === 'create' ? step.body : patched(subject, step, live));
  return { object, managedFields: updateManaged(live, object, subject.shape, write) };
}

function patched({ shape }: Subject, { type, body }: Step, live: KubeObject | undefined): unknown {
  if (type === 'json') return jsonPatch(live, body);
  return type === 'merge' ? mergePatch(live, body) : strategicMergePatch(live, body, shape);
}

function scaled({ sketch }: Subject, step: Step, live: KubeObject, write: Write): Outcome {
  const field = sketch.typed ? 'replicas' : 'size';
  const spec = (live['spec'] ?? {}) as Record<string, unknown>;
  const { replicas } = (step.body as { spec: { replicas: number } }).spec;
  const before = (spec[field] ?? 0) as number;
  const scaling = { path: ['spec', field], before, after: replicas };
  const managedFields = scaleManaged(live, scaling, write);
  const { managedFields: entries = [] } = live.metadata;
  // What changes nothing but times is not stored.
  const idle = before === replicas && isDeepStrictEqual(timeless(managedFields), timeless(entries));
  return {
    object: { ...live, spec: { ...spec, [field]: replicas } },
    managedFields: idle ? entries : managedFields,
  };
}

/** Entries without their times. */
export function timeless(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  return (JSON.parse(JSON.stringify(entries)) as ManagedFieldsEntry[]).map(entry => ({ ...entry, time: '' }));
}

/** When the step was taken: the time of its manager's entry, if it has one. */
function timeOf({ object, manager, subresource, type }: Step): string {
  const { managedFields = [] } = (object as unknown as KubeObject | undefined)?.metadata ?? {};
  const own = managedFields.find(
    entry =>
      entry.manager === manager &&
      (entry.subresource ?? '') === (subresource ?? '') &&
      (entry.operation === 'Apply') === (type === 'apply'),
  );
  const times = managedFields.map(entry => entry.time ?? '').toSorted();
  return own?.time ?? times.at(-1) ?? '2026-01-01T00:00:00Z';
}
