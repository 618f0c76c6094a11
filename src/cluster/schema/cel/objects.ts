import type { Environment } from '@marcbachmann/cel-js';
import type { Schema } from '../schema.ts';
import { isSame } from '../same.ts';
import { mapValueOf, type Fields } from '../walk.ts';
import { escapedName } from './names.ts';
import { toCel } from './values.ts';

/** An object as rules see it: fields by their escaped names, each converted when it is first asked for. */
export interface CelObject {
  readonly raw: Fields;
}

/** A class of objects and the name of its type. */
export interface ObjectType {
  readonly name: string;
  readonly make: (raw: Fields) => CelObject;
}

const text: Schema = { type: 'string' };
const metadata: Schema = { type: 'object', properties: { name: text, generateName: text } };

/** What every resource has at its root, whatever its schema says (Kubernetes' `WithTypeAndObjectMeta`). */
function rooted(schema: Schema): Schema {
  return {
    ...schema,
    type: 'object',
    properties: { ...schema.properties, kind: text, apiVersion: text, metadata },
  };
}

/**
 * The types of one custom kind in CEL, made from its schema as Kubernetes' `SchemaDeclType` does: fields without a known type are
 * not there, an int-or-string is dynamic.
 */
export class CelTypes {
  readonly #environment: Environment;
  readonly #names = new Map<Schema, string | undefined>();
  readonly #objects = new Map<Schema, ObjectType>();
  readonly #roots = new Map<Schema, Schema>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The schema of a value with what a resource's root has, if it is one. */
  effective(schema: Schema, root: boolean): Schema {
    if (!root && schema['x-kubernetes-embedded-resource'] !== true) return schema;
    let known = this.#roots.get(schema);
    if (known === undefined) {
      known = rooted(schema);
      this.#roots.set(schema, known);
    }
    return known;
  }

  /** The type's name (`list<string>`), undefined when rules cannot see such values. */
  nameOf(given: Schema): string | undefined {
    const schema = this.effective(given, false);
    if (this.#names.has(schema)) return this.#names.get(schema);
    const name = this.#made(schema);
    this.#names.set(schema, name);
    return name;
  }

  objectOf(given: Schema): ObjectType | undefined {
    const schema = this.effective(given, false);
    this.nameOf(schema);
    return this.#objects.get(schema);
  }

  #made(schema: Schema): string | undefined {
    if (schema['x-kubernetes-int-or-string'] === true) return 'dyn';
    if (schema.type === 'array') {
      const items = schema.items === undefined ? undefined : this.#element(schema.items);
      return items === undefined ? undefined : `list<${items}>`;
    }
    if (schema.type !== 'object') return scalarName(schema);
    const values = mapValueOf(schema);
    if (
      schema.additionalProperties !== undefined &&
      typeof schema.additionalProperties !== 'boolean' &&
      values !== undefined
    ) {
      const name = this.#element(values);
      return name === undefined ? undefined : `map<string, ${name}>`;
    }
    return this.#object(schema);
  }

  /** A part's type; what may be null has to be asked for it at run time. */
  #element(schema: Schema): string | undefined {
    const name = this.nameOf(schema);
    return name !== undefined && schema.nullable === true && name !== 'dyn' ? `dyn<${name}>` : name;
  }

  #object(schema: Schema): string {
    const fields: Record<string, string> = {};
    const getters: PropertyDescriptorMap = {};
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      const name = escapedName(key);
      const type = this.#element(property);
      if (name === undefined || type === undefined) continue;
      fields[name] = type;
      getters[name] = { get: fieldGetter(key, property, this), configurable: true };
    }
    const name = `object${this.#objects.size}`;
    const ctor = objectClass(getters);
    this.#environment.registerType(name, { ctor, fields });
    this.#environment.registerOperator(`${name} == ${name}`, (a: CelObject, b: CelObject) =>
      isSame(a.raw, b.raw),
    );
    this.#objects.set(schema, { name, make: raw => new ctor(raw) });
    return name;
  }
}

function fieldGetter(key: string, property: Schema, types: CelTypes) {
  return function get(this: CelObject): unknown {
    return Object.hasOwn(this.raw, key) ? toCel(this.raw[key], property, types) : undefined;
  };
}

function objectClass(getters: PropertyDescriptorMap): new (raw: Fields) => CelObject {
  class RuleObject implements CelObject {
    readonly raw: Fields;
    constructor(raw: Fields) {
      this.raw = raw;
    }
  }
  Object.defineProperties(RuleObject.prototype, getters);
  return RuleObject;
}

function scalarName({ type, format }: Schema): string | undefined {
  if (type === 'integer') return 'int';
  if (type === 'number') return 'double';
  if (type === 'boolean') return 'bool';
  if (type !== 'string') return undefined;
  if (format === 'byte') return 'bytes';
  if (format === 'duration') return 'google.protobuf.Duration';
  return format === 'date' || format === 'date-time' ? 'google.protobuf.Timestamp' : 'string';
}
