import type { KubeObject } from '../../../meta/index.ts';
import { textsOf } from '../../untyped.ts';

/** A Secret's values, decoded. */
export function valuesOf(secret: KubeObject): ReadonlyMap<string, string> {
  const entries = Object.entries(textsOf(secret['data']));
  return new Map(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

/** A variable whose value stays in the Secret. */
export function variableFrom(
  secret: string,
  key: string,
  name = key,
): { readonly name: string; readonly valueFrom: object } {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}
