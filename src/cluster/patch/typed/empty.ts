import type { Json, JsonObject } from '../../meta/index.ts';
import type { Definitions, Schema, TypedSchema } from '../../schema/index.ts';

/**
 * The object before it is created, against which its first writer's fields are counted: for a kind of Kubernetes' own what its Go
 * type encodes when nothing is set (parts that are always there, required fields as null), for a custom kind nothing.
 */
export function emptyObject(shape: TypedSchema, apiVersion: string, kind: string): JsonObject {
  const fields = isBuiltIn(shape.schema) ? emptyFields(shape.schema, shape.definitions) : {};
  return { ...fields, apiVersion, kind };
}

/** Only the types of Kubernetes itself say that metadata is always there. */
function isBuiltIn(schema: Schema): boolean {
  return schema.properties?.['metadata']?.default !== undefined;
}

function emptyFields(schema: Schema, definitions: Definitions): JsonObject {
  const required = new Set(schema.required);
  const fields: [string, Json][] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const value = emptyValue(property, definitions, required.has(name));
    if (value !== undefined) fields.push([name, value]);
  }
  return Object.fromEntries(fields);
}

function emptyValue(property: Schema, definitions: Definitions, required: boolean): Json | undefined {
  const { default: value } = property;
  if (value === undefined) return required ? null : undefined;
  if (value === '' || value === 0 || value === false) return value;
  const reference = property.allOf?.[0]?.$ref ?? property.$ref;
  if (reference === undefined || JSON.stringify(value) !== '{}') return undefined;
  const target = definitions.get(reference.slice(reference.lastIndexOf('/') + 1));
  return target?.properties === undefined ? undefined : emptyFields(target, definitions);
}
