import { directAnnotation } from '../../../cluster/meta/index.ts';
import type { AnnotationFault } from './callers.ts';

/** `open`: whoever is inside the machine, as in Kubernetes; `authorized`: whoever may call it through the gateway. */
const values = ['open', 'authorized'] as const;

/** Whether whoever passes no gateway is asked who he is. What cannot be read asks everybody. */
export function isGuarded(annotations: Readonly<Record<string, string>> = {}): boolean {
  return (annotations[directAnnotation] ?? 'open') !== 'open';
}

export function directFault(annotations: Readonly<Record<string, string>>): AnnotationFault[] {
  const found = annotations[directAnnotation];
  if (found === undefined || values.some(value => value === found)) return [];
  const expected = values.map(value => JSON.stringify(value)).join(' or ');
  return [{ annotation: directAnnotation, found, expected }];
}
