import { goTypes } from './gotypes.ts';

/** Fields of a Go struct: the name in Go, the name in the API and the type. */
type GoTypes = Readonly<Record<string, readonly (readonly [string, string, string])[]>>;

let parsed: GoTypes | undefined;

function typesOf(): GoTypes {
  return (parsed ??= JSON.parse(goTypes) as GoTypes);
}

/**
 * A part of an object as Kubernetes' messages quote it: its structs inside the server have no names for JSON, so all fields are
 * written, under their names in Go. `type` is a struct's name (`PodSpec`) or such a name with `*`, `[]` or `{}` before it.
 */
export function goValue(type: string, value: unknown): unknown {
  if (type.startsWith('*'))
    return value === undefined || value === null ? null : goValue(type.slice(1), value);
  if (type.startsWith('[]')) return listValue(type.slice(2), value);
  if (type.startsWith('{}')) return mapValue(type.slice(2), value);
  switch (type) {
    case 'string':
      return value ?? '';
    case 'quantity':
      return value ?? '0';
    case 'bool':
      return value ?? false;
    case 'int':
    case 'intstr':
      return value ?? 0;
    case 'tagged':
      return taggedValue(value);
    default:
      return structValue(type, value);
  }
}

function listValue(type: string, value: unknown): unknown {
  return Array.isArray(value) ? value.map(item => goValue(type, item)) : null;
}

function mapValue(type: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return null;
  const entries = Object.entries(value).map(([key, item]) => [key, goValue(type, item)] as const);
  return Object.fromEntries(byKey(entries));
}

function byKey<Value>(entries: readonly (readonly [string, Value])[]): (readonly [string, Value])[] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function structValue(type: string, value: unknown): unknown {
  const fields = (value ?? {}) as Record<string, unknown>;
  const rows = typesOf()[type] ?? [];
  return Object.fromEntries(
    rows.flatMap(([name, field, kind]) => {
      const one = goValue(kind, fields[field]);
      return name === '' ? Object.entries(one ?? {}) : [[name, one] as const];
    }),
  );
}

const order = [
  'matchLabels',
  'matchExpressions',
  'key',
  'operator',
  'values',
  'name',
  'namespace',
  'labels',
  'annotations',
];

/** Structs that have names for JSON: only what is set, in the order of their fields; maps by key. */
function taggedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(taggedValue);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const entries = byKey(Object.entries(value)).toSorted(([a], [b]) => place(a) - place(b));
  return Object.fromEntries(entries.map(([key, one]) => [key, taggedValue(one)]));
}

/** Labels or a label selector as messages quote them: maps sorted by key. */
export function inOrder(value: unknown): unknown {
  return taggedValue(value);
}

/** Text in the form of Go's `json.MarshalIndent` with one space. */
export function indented(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(
    /[<>&\u2028\u2029]/g,
    sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
