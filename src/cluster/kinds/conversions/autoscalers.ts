import type { JsonObject, KubeObject } from '../../meta/index.ts';
import type { Kind } from '../kind.ts';
import { toFirstMetric, toSecondMetric } from './metrics.ts';

type Conversion = NonNullable<Kind['conversion']>;
type Fields = Readonly<Record<string, unknown>>;

/** What autoscaling/v1 has no field for stands in annotations, each as JSON. */
const prefix = 'autoscaling.alpha.kubernetes.io';
const notes = {
  metrics: `${prefix}/metrics`,
  currentMetrics: `${prefix}/current-metrics`,
  conditions: `${prefix}/conditions`,
  behavior: `${prefix}/behavior`,
} as const;

interface Autoscaler extends KubeObject {
  readonly spec?: Fields & { readonly metrics?: readonly Fields[]; readonly behavior?: Fields };
  readonly status?: Fields & {
    readonly currentMetrics?: readonly Fields[] | null;
    readonly conditions?: readonly Fields[];
  };
}

/** HorizontalPodAutoscalers of autoscaling/v1, which lie in the store as those of v2 (Kubernetes' `pkg/apis/autoscaling/v1`). */
export const autoscalers: Conversion = {
  toStorage: object => toSecond(object),
  fromStorage: object => toFirst(object),
};

function toFirst({ apiVersion, kind, metadata, spec = {}, status }: Autoscaler): KubeObject {
  const { metrics = [], behavior, ...rest } = spec;
  const cpu = metrics.find(isProcessors);
  const others = metrics.filter(one => one !== cpu);
  const { currentMetrics, conditions, ...counts } = status ?? {};
  const current = currentMetrics ?? [];
  const usage = current.map(usageOf).find(one => one !== undefined);
  const told = {
    ...(others.length > 0 && { [notes.metrics]: text(others.map(toFirstMetric)) }),
    ...(current.length > 0 && { [notes.currentMetrics]: text(current.map(toFirstMetric)) }),
    ...(behavior !== undefined && { [notes.behavior]: text(renamed(behavior, capital)) }),
    ...((conditions ?? []).length > 0 && { [notes.conditions]: text(conditions) }),
  };
  return {
    apiVersion,
    kind,
    metadata: withNotes(metadata, told),
    spec: { ...rest, ...(cpu !== undefined && { targetCPUUtilizationPercentage: targetOf(cpu) }) },
    ...(status !== undefined && {
      status: { ...counts, ...(usage !== undefined && { currentCPUUtilizationPercentage: usage }) },
    }),
  };
}

function toSecond({ apiVersion, kind, metadata, spec = {}, status }: Autoscaler): KubeObject {
  const { targetCPUUtilizationPercentage: target, ...rest } = spec;
  const { currentCPUUtilizationPercentage: usage, ...counts } = status ?? {};
  const { annotations = {} } = metadata;
  const others = listIn(annotations[notes.metrics]).map(toSecondMetric);
  const current = listIn(annotations[notes.currentMetrics]).map(toSecondMetric);
  const conditions = listIn(annotations[notes.conditions]);
  const behavior = valueIn(annotations[notes.behavior]);
  const metrics = [
    ...others,
    ...(target === undefined ? [] : [processors('target', { type: 'Utilization' }, target)]),
  ];
  const used = usage === undefined ? [] : [processors('current', {}, usage)];
  return {
    apiVersion,
    kind,
    metadata: withNotes(metadata, {}),
    spec: {
      ...rest,
      ...(metrics.length > 0 && { metrics }),
      ...(isFields(behavior) && { behavior: renamed(behavior, small) }),
    },
    ...(status !== undefined && {
      status: {
        ...counts,
        currentMetrics: current.length > 0 ? current : used.length > 0 ? used : null,
        ...(conditions.length > 0 && { conditions }),
      },
    }),
  };
}

function processors(part: 'target' | 'current', more: Fields, averageUtilization: unknown): Fields {
  return { type: 'Resource', resource: { name: 'cpu', [part]: { ...more, averageUtilization } } };
}

function isProcessors(metric: Fields): boolean {
  return targetOf(metric) !== undefined;
}

function targetOf({ resource }: Fields): unknown {
  const { name, target } = (resource ?? {}) as { name?: string; target?: { averageUtilization?: number } };
  return name === 'cpu' ? target?.averageUtilization : undefined;
}

function usageOf({ resource }: Fields): unknown {
  const { name, current } = (resource ?? {}) as { name?: string; current?: { averageUtilization?: number } };
  return name === 'cpu' ? current?.averageUtilization : undefined;
}

/** Metadata with these notes and none of those that were there. */
function withNotes(metadata: KubeObject['metadata'], told: Fields): KubeObject['metadata'] {
  const { annotations, ...rest } = metadata;
  const own: ReadonlySet<string> = new Set(Object.values(notes));
  const kept = Object.entries(annotations ?? {}).filter(([name]) => !own.has(name));
  const all = { ...Object.fromEntries(kept), ...told } as Record<string, string>;
  return Object.keys(all).length === 0 ? rest : { ...rest, annotations: all };
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

function valueIn(note: string | undefined): unknown {
  try {
    return note === undefined ? undefined : JSON.parse(note);
  } catch {
    return undefined;
  }
}

/** What a note lists; nothing where somebody has written something else. */
function listIn(note: string | undefined): JsonObject[] {
  const value = valueIn(note);
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function isFields(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const small = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** A value whose fields have other names; those that are null are left out. */
function renamed(value: unknown, name: (field: string) => string): unknown {
  if (Array.isArray(value)) return value.map(item => renamed(item, name));
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([field, inner]) => [name(field), renamed(inner, name)]));
}
