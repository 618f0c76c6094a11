import type { Kind } from '../../../../kinds/index.ts';
import { definitions } from '../../../../kinds/index.ts';
import type { JsonObject } from '../../../../meta/index.ts';
import type { Schema } from '../../../../schema/index.ts';
import { definitionName, listDefinitionName, reference, shared } from './names.ts';

/** The definitions that paths and kinds name, and those that these name, in order of their names. */
export function componentsOf(kinds: readonly Kind[], paths: JsonObject): JsonObject {
  const own = new Map(kinds.filter(kind => kind.manner === 'custom').flatMap(customDefinitions));
  const found = new Map<string, Schema>();
  const open = [...own.keys(), ...referencesIn(paths)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    const schema = own.get(name) ?? definitions.get(name);
    if (schema === undefined) continue;
    found.set(name, everyGroups.has(name) ? withGroupsOf(kinds, schema) : schema);
    open.push(...referencesIn(schema));
  }
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1))) as unknown as JsonObject;
}

/** What every group has a kind of its own of, all alike. */
const everyGroups: ReadonlySet<string> = new Set([shared.deleteOptions, shared.watchEvent]);

function withGroupsOf(kinds: readonly Kind[], schema: Schema): Schema {
  const key = 'x-kubernetes-group-version-kind';
  const [core] = schema[key] ?? [];
  const [{ group, version, manner } = { group: '', version: '', manner: 'custom' }] = kinds;
  if (core === undefined || group === '' || manner === 'custom') return schema;
  return { ...schema, [key]: [core, { ...core, group, version }] };
}

const prefix = '#/components/schemas/';

/** Names in the references of a value. Parts that it holds several times are looked at once. */
function referencesIn(value: unknown): Set<string> {
  const names = new Set<string>();
  const seen = new Set<unknown>();
  const walk = (node: unknown): void => {
    if (node === null || typeof node !== 'object' || seen.has(node)) return;
    seen.add(node);
    for (const [key, inner] of Object.entries(node)) {
      if (key === '$ref' && typeof inner === 'string') names.add(inner.slice(prefix.length));
      else walk(inner);
    }
  };
  walk(value);
  return names;
}

const text: Schema = { type: 'string' };

/** What every object has, in the words that the built-in kinds use. */
export const objectFields: Readonly<Record<string, Schema>> = {
  apiVersion: { ...text, description: 'APIVersion defines the group and version of the kind.' },
  kind: { ...text, description: 'The kind of the object.' },
  metadata: {
    allOf: [reference(shared.objectMeta)],
    description: "Standard object's metadata: its name, and what else every object has.",
  },
};

/** A custom kind and its list as documents show them: with the metadata that every object has. */
function customDefinitions(kind: Kind): [string, Schema][] {
  const { group, version } = kind;
  const item = definitionName(kind);
  const extensions = (name: string) => ({
    'x-kubernetes-group-version-kind': [{ group, version, kind: name }],
    ...selectableFields(kind),
  });
  const list: Schema = {
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: text,
      items: { type: 'array', items: reference(item) },
      kind: text,
      metadata: { allOf: [reference(shared.listMeta)] },
    },
    ...extensions(kind.listKind),
  };
  return [
    [item, { ...objectSchema(kind), ...extensions(kind.kind) }],
    [listDefinitionName(kind), list],
  ];
}

/** Which fields of a custom kind field selectors may name. */
export function selectableFields({ selectable }: Kind): object {
  const fields = [...selectable.keys()].map(fieldPath => ({ fieldPath }));
  return fields.length > 0 ? { 'x-kubernetes-selectable-fields': fields } : {};
}

function objectSchema(kind: Kind): Schema {
  const whole = published(kind.shape.schema);
  const { properties = {}, ...others } = whole;
  return { ...others, type: 'object', properties: { ...properties, ...objectFields } };
}

const intOrString: readonly Schema[] = [{ type: 'integer' }, { type: 'string' }];

/** A schema of a CustomResourceDefinition with what its extensions mean spelled out. */
function published(schema: Schema): Schema {
  const { properties, items, additionalProperties } = schema;
  const either = schema['x-kubernetes-int-or-string'] === true && schema.anyOf === undefined;
  const spelled: Schema = {
    ...schema,
    ...(either && { anyOf: intOrString }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, inner]) => [name, published(inner)]),
      ),
    }),
    ...(items !== undefined && { items: published(items) }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: published(additionalProperties),
    }),
  };
  return schema['x-kubernetes-embedded-resource'] === true ? withObjectFields(spelled) : spelled;
}

/** A whole object within another has the fields that every object has. */
function withObjectFields(schema: Schema): Schema {
  const { properties = {}, required = [] } = schema;
  return {
    ...schema,
    properties: { ...properties, ...objectFields },
    required: [...new Set([...required, 'kind', 'apiVersion'])],
  };
}
