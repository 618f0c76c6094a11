import { apiVersionOf, type JsonObject, type KubeObject, type ObjectMeta } from '../../meta/index.ts';
import type { Kind } from '../../kinds/index.ts';

/** The order in which Kubernetes writes the fields of metadata. */
const metaOrder = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

/** Metadata with some fields changed; undefined takes a field away. The order of fields is kept as it is written. */
export function withMeta(
  object: KubeObject,
  changes: { readonly [Field in keyof ObjectMeta]?: ObjectMeta[Field] | undefined },
): KubeObject {
  const merged: Record<string, unknown> = { ...object.metadata, ...changes };
  const metadata: Record<string, unknown> = {};
  for (const field of metaOrder) {
    const value = merged[field];
    if (value !== undefined && value !== null) metadata[field] = value;
  }
  return { ...object, metadata };
}

/** An object as it is stored and written: the keys of the kind's manner in order, in the version given. */
export function inForm(
  object: KubeObject,
  kind: Kind,
  version = kind.version,
  group = kind.group,
): KubeObject {
  const apiVersion = apiVersionOf({ group, version });
  const { apiVersion: _, kind: name, metadata, ...rest } = object;
  if (kind.manner === 'custom') {
    return sorted({ ...rest, apiVersion, kind: name, metadata }) as KubeObject;
  }
  return { kind: kind.kind, apiVersion, ...withMetaOrder(metadata), ...rest };
}

function withMetaOrder(metadata: ObjectMeta): { metadata: ObjectMeta } {
  return { metadata: withMeta({ apiVersion: '', kind: '', metadata }, {}).metadata };
}

/** The same value with the keys of every object in alphabetical order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value).sort();
  // Keys that mean something to JavaScript are set as any other.
  return Object.fromEntries(keys.map(key => [key, sorted((value as JsonObject)[key])]));
}

/** Whether two JSON values are the same, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => same(item, b[index]));
  }
  const left = Object.keys(a).filter(key => (a as JsonObject)[key] !== undefined);
  const right = Object.keys(b).filter(key => (b as JsonObject)[key] !== undefined);
  return (
    left.length === right.length &&
    left.every(key => Object.hasOwn(b, key) && same((a as JsonObject)[key], (b as JsonObject)[key]))
  );
}

/** Texts that are remembered have so many characters together, about. */
const mostRemembered = 4 * 1024 * 1024;
/** The texts of objects that were written last, the oldest first. */
const texts = new Map<KubeObject, string>();
let remembered = 0;

/** The JSON of a stored object, made once for all who are told of it at about the same time. */
export function textOf(object: KubeObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  remembered += text.length;
  for (const [oldest, { length }] of texts) {
    if (remembered <= mostRemembered) break;
    texts.delete(oldest);
    remembered -= length;
  }
  return text;
}
