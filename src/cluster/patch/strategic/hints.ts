import { internalError } from '../../meta/index.ts';
import type { Definitions, Schema, TypedSchema } from '../../schema/index.ts';

/** How the values of a field are merged, and the shape of what is in it. */
export interface Hint {
  readonly strategy: 'merge' | 'replace' | undefined;
  /** Empty for a list of scalars. */
  readonly mergeKey: string;
  /** Of the field itself, or of the elements of a list. */
  readonly shape: TypedSchema;
}

interface Resolved {
  readonly name: string;
  readonly schema: Schema;
}

/** Follows the reference of a schema, which may stand alone or in `allOf` beside a default. */
function resolved(schema: Schema, definitions: Definitions): Resolved {
  let found: Resolved = { name: '', schema };
  for (let hops = 0; hops < 16; hops++) {
    const reference = found.schema.$ref ?? found.schema.allOf?.[0]?.$ref;
    if (reference === undefined) return found;
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    const next = definitions.get(name);
    if (next === undefined) return found;
    found = { name: name.slice(name.lastIndexOf('.') + 1), schema: next };
  }
  return found;
}

/**
 * What the shape says of a field; names match without regard to case when no other does.
 * @throws StatusError 500 when it has no such field.
 */
export function hintOf({ schema, definitions }: TypedSchema, field: string): Hint {
  const parent = resolved(schema, definitions);
  const member = memberOf(parent, field);
  const value = resolved(member, definitions).schema;
  const strategies = (member['x-kubernetes-patch-strategy'] ?? '').split(',');
  const strategy = strategies.find(one => one === 'merge' || one === 'replace');
  return {
    strategy,
    mergeKey: member['x-kubernetes-patch-merge-key'] ?? '',
    shape: { schema: value.items ?? member, definitions },
  };
}

function memberOf({ name, schema }: Resolved, field: string): Schema {
  const { properties } = schema;
  if (properties === undefined) {
    const kind = schema.type === 'object' ? 'map' : schema.type === 'array' ? 'slice' : 'string';
    throw internalError(`merging an object in json but data type is not struct, instead is: ${kind}`);
  }
  if (Object.hasOwn(properties, field)) return properties[field] as Schema;
  const folded = field.toLowerCase();
  const match = Object.keys(properties).find(key => key.toLowerCase() === folded);
  if (match !== undefined) return properties[match] as Schema;
  throw internalError(
    `unable to find api field in struct ${name} for the json field ${JSON.stringify(field)}`,
  );
}
