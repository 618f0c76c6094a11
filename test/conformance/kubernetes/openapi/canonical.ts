import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../../../src/cluster/meta/index.ts';

/** What is compared of a document: everything but descriptions, encodings that are not served, and the order of keys. */
export function canonical(document: JsonObject): JsonObject {
  return clean(document, false) as JsonObject;
}

function clean(value: Json, properties: boolean): Json {
  if (Array.isArray(value)) return value.map(item => clean(item as Json, false));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value as JsonObject)
    .filter(([key, inner]) => properties || key !== 'description' || typeof inner !== 'string')
    .filter(([key]) => !key.startsWith('application/vnd.kubernetes.protobuf'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, clean(inner ?? null, key === 'properties' && !properties)]),
  );
}

type Parts = Readonly<Record<string, JsonObject>>;

/** A digest of each path and each definition, so that a difference has a name. */
export function digests(document: JsonObject): Record<string, string> {
  const { paths, components, ...rest } = canonical(document) as {
    paths: Parts;
    components: { schemas: Parts };
  };
  const { schemas, ...others } = components;
  const rows = [
    ...Object.entries(paths),
    ...Object.entries(schemas).map(([name, schema]) => [name, withoutOtherGroups(name, schema)] as const),
    ['document', { ...rest, components: others }] as const,
  ];
  return Object.fromEntries(rows.map(([name, part]) => [name, digest(part)]));
}

/** A digest of each definition of edition 2 that is of Kubernetes' own. */
export function secondDigests(definitions: Parts): Record<string, string> {
  const own = Object.entries(definitions).filter(([name]) => ownPackages.test(name));
  return Object.fromEntries(
    own.map(([name, schema]) => [name, digest(withoutOtherGroups(name, canonical(schema)))]),
  );
}

const ownPackages = /^io\.k8s\.(api|apimachinery|apiextensions-apiserver|kube-aggregator)\./;

/** Which groups have DeleteOptions is told by the whole of a real server, with groups that are not served here. */
function withoutOtherGroups(name: string, schema: JsonObject): JsonObject {
  if (!name.endsWith('.meta.v1.DeleteOptions')) return schema;
  const { 'x-kubernetes-group-version-kind': _, ...rest } = schema;
  return rest;
}

function digest(part: Json): string {
  return createHash('sha256').update(JSON.stringify(part)).digest('hex').slice(0, 12);
}
