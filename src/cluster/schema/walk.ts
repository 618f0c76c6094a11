import type { Definitions, Schema, TypedSchema } from './schema.ts';

const prefix = '#/components/schemas/';

/** A schema with its reference followed, and the name of the definition that it came from (empty for one in place). */
export interface Shape {
  readonly schema: Schema;
  readonly name: string;
}

const shapes = new WeakMap<Definitions, WeakMap<Schema, Shape>>();

/**
 * Follows `$ref`, also the one that Kubernetes' documents put into `allOf` beside a default. What is found is kept, since a walk
 * asks again and again.
 */
export function shapeOf(schema: Schema, definitions: Definitions): Shape {
  let known = shapes.get(definitions);
  if (known === undefined) {
    known = new WeakMap();
    shapes.set(definitions, known);
  }
  let shape = known.get(schema);
  if (shape === undefined) {
    shape = followed(schema, definitions);
    known.set(schema, shape);
  }
  return shape;
}

function followed(schema: Schema, definitions: Definitions): Shape {
  let current = schema;
  let name = '';
  // A reference to a reference is rare and a circle of them is a mistake: both end here.
  for (let hop = 0; hop < 8; hop += 1) {
    const reference = referenceOf(current);
    if (reference === undefined) break;
    name = reference.slice(prefix.length);
    current = definitions.get(name) ?? {};
  }
  return { schema: current, name };
}

function referenceOf({ $ref, allOf, properties }: Schema): string | undefined {
  if ($ref !== undefined) return $ref;
  return properties === undefined && allOf?.length === 1 ? allOf[0]?.$ref : undefined;
}

/** The root of a walk. */
export function rootOf({ schema, definitions }: TypedSchema): Shape {
  return shapeOf(schema, definitions);
}

/** A JSON object. */
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Sets a field whatever its name: a plain assignment to `__proto__` would change the prototype instead. */
export function setField(target: Fields, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else target[key] = value;
}

/** The schema of a property, only its own. */
export function propertyOf({ properties }: Schema, key: string): Schema | undefined {
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

export function mapValueOf({ additionalProperties }: Schema): Schema | undefined {
  if (additionalProperties === true) return {};
  return additionalProperties === undefined || additionalProperties === false
    ? undefined
    : additionalProperties;
}
