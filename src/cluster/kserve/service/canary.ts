import { type Fields, fieldsOf, itemsOf, numberOf, textOf } from '../untyped.ts';
import { type Fault, firstFault } from '../webhooks.ts';
import { exactlyOneFault, extensionFault, implementationFault } from './component.ts';
import { modeAnnotation } from './defaults.ts';
import { implementationsOf, storageUriOf } from './implementations.ts';

/** What `spec.canary` breaks. */
export function canaryFault(spec: Fields, annotations: Readonly<Record<string, string>>): Fault {
  const canaries = itemsOf(spec['canary']);
  if (canaries.length === 0) return undefined;
  if (annotations[modeAnnotation] !== 'Standard') {
    return 'canary is only supported in Standard deployment mode';
  }
  const stable = fieldsOf(spec['predictor']) ?? {};
  const [first] = implementationsOf('predictor', stable);
  const uri = first === undefined ? undefined : storageUriOf('predictor', first);
  if (uri === undefined && fieldsOf(stable['model']) === undefined) {
    return 'canary requires a stable predictor with a model (multi-model serving is not supported with canary)';
  }
  const names = canaries.map(nameOf);
  const each = canaries.map((one, at) => () => oneFault(one, at, names.slice(0, at), stable));
  return firstFault([...each, () => sumFault(canaries)]);
}

function nameOf(canary: Fields): string {
  return textOf(fieldsOf(canary['predictor'])?.['name']) ?? '';
}

function percentOf(canary: Fields): number {
  return numberOf(canary['trafficPercent']) ?? 0;
}

function sumFault(canaries: readonly Fields[]): Fault {
  const sum = canaries.map(percentOf).reduce((all, one) => all + one, 0);
  return sum > 100 ? `sum of canary trafficPercent values (${sum}) must be <= 100` : undefined;
}

function oneFault(canary: Fields, at: number, earlier: readonly string[], stable: Fields): Fault {
  const predictor = fieldsOf(canary['predictor']) ?? {};
  const name = nameOf(canary);
  const shown = JSON.stringify(name);
  const percent = percentOf(canary);
  if (name === '') return `canary[${at}] predictor.name is required`;
  if (earlier.includes(name)) return `canary predictor.name ${shown} is duplicated`;
  if (name === (textOf(stable['name']) ?? '')) {
    return `canary predictor.name ${shown} conflicts with stable predictor name`;
  }
  if (percent < 0 || percent > 100) {
    return `canary ${shown} trafficPercent must be between 0 and 100, got ${percent}`;
  }
  const nested = firstFault([
    () => exactlyOneFault('predictor', predictor),
    () => implementationFault('predictor', predictor),
    () => extensionFault(predictor),
  ]);
  if (nested !== undefined) return `canary ${shown} predictor: ${nested}`;
  const fault = sizeFault(predictor, stable);
  return fault === undefined ? undefined : `canary ${shown} ${fault}`;
}

/** A canary's size follows its share of the traffic. */
function sizeFault(predictor: Fields, stable: Fields): Fault {
  if (fieldsOf(predictor['workerSpec']) !== undefined) {
    return 'must not set workerSpec (multi-node is not yet supported for canary)';
  }
  const own = [
    ...((numberOf(predictor['maxReplicas']) ?? 0) > 0 ? ['maxReplicas'] : []),
    ...['scaleTarget', 'scaleMetric', 'autoScaling'].filter(
      key => (predictor[key] ?? undefined) !== undefined,
    ),
  ];
  if (own.length > 0) return `must not set ${own[0]} (canary uses fixed replicas)`;
  const least = numberOf(predictor['minReplicas']);
  const most = numberOf(stable['minReplicas']) ?? 1;
  if (least === undefined || least <= most) return undefined;
  return `minReplicas (${least}) must not exceed stable predictor minReplicas (${most})`;
}
