import { celEngine } from '../engines.ts';
import type { Schema } from '../schema.ts';
import { isFields, mapValueOf, setField, type Fields } from '../walk.ts';
import type { CelTypes } from './objects.ts';

/** A value as rules see it: whole numbers of integers as bigints, times as dates, objects as instances of their types. */
export function toCel(value: unknown, schema: Schema, types: CelTypes): unknown {
  if (value === null) return null;
  if (schema['x-kubernetes-int-or-string'] === true)
    return typeof value === 'number' ? BigInt(Math.trunc(value)) : value;
  if (schema.type === 'integer' && typeof value === 'number') return BigInt(Math.trunc(value));
  if (typeof value === 'string') return textToCel(value, schema);
  if (Array.isArray(value)) return value.map(item => toCel(item, schema.items ?? {}, types));
  if (!isFields(value)) return value;
  const object = types.objectOf(schema);
  return object === undefined ? mapToCel(value, schema, types) : object.make(value);
}

function mapToCel(value: Fields, schema: Schema, types: CelTypes): Fields {
  const values = mapValueOf(schema) ?? {};
  const result: Fields = {};
  for (const key in value) setField(result, key, toCel(value[key], values, types));
  return result;
}

function textToCel(value: string, { format, type }: Schema): unknown {
  if (type !== 'string') return value;
  if (format === 'byte') return new Uint8Array(Buffer.from(value, 'base64'));
  if (format === 'date-time' || format === 'date') return new Date(value);
  return format === 'duration' ? durationOf(value) : value;
}

const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
  w: 604_800e9,
};

function durationOf(value: string): unknown {
  let nanos = 0n;
  for (const [, amount = '0', unit = 's'] of value.matchAll(/(\d+(?:\.\d*)?|\.\d+)\s*([a-zµμ]+)/gi)) {
    nanos += BigInt(Math.round(Number(amount) * (units[unit.toLowerCase()] ?? 1e9)));
  }
  // The library makes its durations from texts only.
  return celEngine().evaluate('duration(text)', { text: `${value.startsWith('-') ? '-' : ''}${nanos}ns` });
}
