import { createHash } from 'node:crypto';
import { definitions, type Kind, type Kinds } from '../../../../kinds/index.ts';
import type { JsonObject } from '../../../../meta/index.ts';
import type { Schema } from '../../../../schema/index.ts';
import { objectFields, selectableFields } from './components.ts';
import { definitionName, listDefinitionName, shared } from './names.ts';
import { kindStamp } from './stamps.ts';

const prefix = '#/components/schemas/';
const secondPrefix = '#/definitions/';

/** A schema as edition 2 of OpenAPI has it. */
type Second = JsonObject;

/** A hash that is another whenever the definitions of edition 2 are. */
export function secondStamp(kinds: Kinds): string {
  const hash = createHash('sha512').update('1');
  for (const kind of kinds.all) hash.update(kindStamp(kind));
  return hash.digest('hex').toUpperCase();
}

/** The text of a definition, with its name: `"io.k8s.api.core.v1.Pod":{…}`. */
type Written = ReadonlyMap<string, string>;

const known = new WeakMap<Kind, Written>();

/**
 * The definitions of edition 2, as the text of a JSON object: of every kind, of its list, and what they refer to. What a kind adds is
 * made once, so that another definition does not make all of them again.
 */
export function secondDefinitions(kinds: Kinds): string {
  const all = new Map<string, string>();
  for (const kind of kinds.all) {
    for (const [name, text] of writtenOf(kind)) all.set(name, text);
  }
  const ordered = [...all].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${ordered.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

function writtenOf(kind: Kind): Written {
  let written = known.get(kind);
  if (written === undefined) {
    const made = kind.manner === 'custom' ? customDefinitions(kind) : builtinDefinitions(kind);
    written = new Map([...made].map(([name, schema]) => [name, JSON.stringify(schema)]));
    known.set(kind, written);
  }
  return written;
}

function builtinDefinitions(kind: Kind): Map<string, Second> {
  const found = new Map<string, Second>();
  const open = [definitionName(kind), listDefinitionName(kind), shared.deleteOptions, shared.status];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = definitions.get(name);
    if (found.has(name) || schema === undefined) continue;
    found.set(
      name,
      builtin(schema, referred => open.push(referred)),
    );
  }
  return found;
}

/** A definition of Kubernetes' own: without defaults, and without what edition 2 cannot say. */
function builtin(schema: Schema, refers: (name: string) => void): Second {
  const { default: _, allOf = [], anyOf: __, oneOf, not: ___, ...rest } = schema;
  const [{ $ref } = {}] = allOf;
  const one = rest.$ref ?? $ref;
  if (one !== undefined) {
    const name = one.slice(prefix.length);
    refers(name);
    return { ...(rest as JsonObject), $ref: secondPrefix + name };
  }
  const either = oneOf !== undefined && rest.type === undefined ? { type: 'string' } : {};
  return { ...within(rest, inner => builtin(inner, refers)), ...either };
}

/** A schema with each schema in it changed. */
function within(schema: Schema, change: (inner: Schema) => Second): Second {
  const { properties, items, additionalProperties, ...rest } = schema;
  return {
    ...(rest as JsonObject),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, inner]) => [name, change(inner)]),
      ),
    }),
    ...(items !== undefined && { items: change(items) }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'object' ? change(additionalProperties) : additionalProperties,
    }),
  };
}

function customDefinitions(kind: Kind): Map<string, Second> {
  const { group, version } = kind;
  const of = (name: string): Second => ({
    'x-kubernetes-group-version-kind': [{ group, kind: name, version }],
    ...(selectableFields(kind) as JsonObject),
  });
  const item = definitionName(kind);
  const text = { type: 'string' };
  const list = {
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: text,
      items: { type: 'array', items: { $ref: secondPrefix + item } },
      kind: text,
      metadata: { $ref: secondPrefix + shared.listMeta },
    },
    ...of(kind.listKind),
  };
  return new Map<string, Second>([
    [item, { ...customObject(kind.shape.schema), ...of(kind.kind) }],
    [listDefinitionName(kind), list],
  ]);
}

/** kubectl of old takes fields that are not listed for wrong: an object with fields of its own says nothing about any. */
function customObject(schema: Schema): Second {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return { type: 'object' };
  const { properties = {}, ...rest } = custom(schema) as { properties?: JsonObject };
  return { ...rest, type: 'object', properties: { ...properties, ...secondFields() } };
}

function secondFields(): JsonObject {
  const fields = Object.entries(objectFields).map(([name, schema]) => [name, builtin(schema, () => {})]);
  return Object.fromEntries(fields) as JsonObject;
}

/**
 * A schema of a CustomResourceDefinition without what edition 2, or kubectl of old, cannot take: alternatives, nulls, and lists and
 * objects whose contents are not told.
 */
function custom(schema: Schema): Second {
  const { allOf: _, anyOf: __, oneOf: ___, not: ____, nullable = false, ...rest } = schema;
  const open = rest['x-kubernetes-preserve-unknown-fields'] === true;
  const { properties, items, ...others } = rest;
  const closed = nullable || open ? others : rest;
  const untyped =
    nullable ||
    (closed.type === 'array' && (closed as Schema).items === undefined) ||
    (open && closed.type === 'object');
  const { type, required, ...kept } = closed;
  const needed = (required ?? []).filter(name => properties?.[name]?.nullable !== true);
  const made = within(
    {
      ...(!untyped && type !== undefined && { type }),
      ...kept,
      ...(needed.length > 0 && { required: needed }),
    },
    custom,
  );
  return rest['x-kubernetes-embedded-resource'] === true && !open ? embedded(made) : made;
}

/** A whole object within another has the fields that every object has. */
function embedded(schema: Second): Second {
  const { properties, required } = schema as { properties?: JsonObject; required?: string[] };
  return {
    ...schema,
    properties: { ...properties, ...secondFields() },
    required: [...new Set([...(required ?? []), 'kind', 'apiVersion'])],
  };
}
