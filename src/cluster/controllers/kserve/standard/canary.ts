import type { Component } from '../components/component.ts';
import { predictorOf } from '../components/predictor.ts';
import type { Canary, InferenceService, Predictor } from '../shapes.ts';
import type { Snapshot } from '../snapshot.ts';

/** A version of the predictor beside the stable one. */
export interface CanaryComponent extends Component {
  readonly canary: Canary;
}

/** The canaries of a service: each is the stable predictor with what it says itself, and has a fixed number of pods. Pure. */
export function canariesOf(snapshot: Snapshot): CanaryComponent[] {
  const { service } = snapshot;
  return (service.spec.canary ?? []).map(canary => {
    const predictor = {
      ...(overlaid(service.spec.predictor, canary.predictor) as Predictor),
      minReplicas: replicasOf(service, canary),
    };
    const { maxReplicas: _, scaleTarget: _t, scaleMetric: _m, autoScaling: _a, ...fixed } = predictor;
    return { ...predictorOf(service, fixed, snapshot), canary };
  });
}

function replicasOf({ spec }: InferenceService, { predictor, trafficPercent }: Canary): number {
  const stable = spec.predictor.minReplicas ?? 1;
  return predictor.minReplicas ?? Math.ceil((stable * trafficPercent) / 100);
}

/** Stable pods make room for those of canaries that are ready, and no sooner. Pure. */
export function reducedForCanaries(component: Component, service: InferenceService): Component {
  const { spec, status } = service;
  const { minReplicas } = component.extension;
  if (minReplicas === undefined || 'canary' in component) return component;
  const ready = (status?.canaryStatuses ?? []) as readonly { name: string; ready: boolean }[];
  const names = new Set(ready.filter(one => one.ready).map(one => one.name));
  const taken = (spec.canary ?? [])
    .filter(one => names.has(one.predictor.name ?? ''))
    .reduce((sum, one) => sum + replicasOf(service, one), 0);
  if (taken === 0) return component;
  return {
    ...component,
    extension: { ...component.extension, minReplicas: Math.max(minReplicas - taken, 1) },
  };
}

function overlaid(base: unknown, over: unknown): unknown {
  if (!isPlain(base) || !isPlain(over)) return over;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    result[key] = Object.hasOwn(base, key) ? overlaid(base[key], value) : value;
  }
  return result;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
