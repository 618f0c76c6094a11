import type { Definitions, Schema, TypedSchema } from '../schema.ts';
import { isFields, mapValueOf, propertyOf, setField, type Fields } from '../walk.ts';
import { decodeTyped, type Decoded } from '../typed/index.ts';
import { metaFields, metaSchema, writtenSchema } from './shape.ts';

/**
 * Takes from an object of a custom kind what its schema does not know, and nulls that can neither be stored nor defaulted; checks and
 * prunes metadata, also that of embedded resources. Follows apiextensions' `unstructuredSchemaCoercer`: unknown fields of metadata
 * come first, then the others in alphabetical order, then those of embedded metadata.
 */
export function prune(value: unknown, shape: TypedSchema): Decoded {
  if (!isFields(value)) return { value, unknown: [] };
  const meta = pruneMeta(value, shape.definitions);
  if (meta.fault !== undefined) return meta;
  const pruner = new Pruner(shape.definitions);
  const pruned = pruner.root(meta.value as Fields, writtenSchema(shape));
  const unknown = [...meta.unknown, ...named(pruner.unknown), ...named(pruner.embedded)];
  return pruner.fault === undefined
    ? { value: pruned, unknown }
    : { value: pruned, unknown, fault: pruner.fault };
}

/** A value without what a schema does not know: a default, say, which belongs to no resource. */
export function pruneTo(value: unknown, schema: Schema): unknown {
  return new Pruner(new Map()).part(value, schema);
}

function named(paths: readonly string[]): string[] {
  return paths.toSorted().map(path => `unknown field "${path}"`);
}

/** Decodes `metadata` as the typed ObjectMeta. */
function pruneMeta(value: Fields, definitions: Definitions): Decoded {
  const given = value['metadata'];
  if (given === undefined) return { value, unknown: [] };
  const decoded = decodeTyped(given, { schema: metaSchema, definitions });
  const unknown = decoded.unknown.map(text => text.replace('"', '"metadata.'));
  return { ...decoded, value: { ...value, metadata: decoded.value }, unknown };
}

const nothing: Schema = {};

/** One walk; every part that does not change is shared with what was given. */
class Pruner {
  readonly #definitions: Definitions;
  readonly #path: string[] = [];
  readonly unknown: string[] = [];
  /** Unknown fields of embedded metadata. */
  readonly embedded: string[] = [];
  fault: string | undefined;

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  root(value: Fields, schema: Schema): Fields {
    return this.#fields(value, schema, true);
  }

  part(value: unknown, schema: Schema): unknown {
    return this.#value(value, schema);
  }

  /** `schema` is undefined where nothing is known, and every field is unknown. */
  #value(value: unknown, schema: Schema | undefined): unknown {
    if (Array.isArray(value)) return this.#items(value, schema);
    return isFields(value)
      ? this.#fields(value, schema, schema?.['x-kubernetes-embedded-resource'] === true)
      : value;
  }

  #items(value: unknown[], schema: Schema | undefined): unknown[] {
    // A value that may be anything may be a list of anything.
    if (schema?.['x-kubernetes-preserve-unknown-fields'] === true && schema.items === undefined) return value;
    let changed = false;
    const result = value.map((child, index) => {
      this.#path.push(`[${index}]`);
      const pruned = this.#value(child, schema?.items);
      this.#path.pop();
      changed ||= pruned !== child;
      return pruned;
    });
    return changed ? result : value;
  }

  #fields(value: Fields, schema: Schema | undefined, embedded: boolean): Fields {
    const keepsAll = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
    const result: Fields = {};
    let changed = false;
    for (const key in value) {
      const child = value[key];
      if (embedded && metaFields.has(key)) {
        const kept = this.#meta(key, child);
        changed ||= kept !== child;
        setField(result, key, kept);
        continue;
      }
      const known = knownField(schema, key, keepsAll);
      if (known === undefined) {
        this.unknown.push([...this.#path, this.#path.length === 0 ? key : `.${key}`].join(''));
        changed = true;
        continue;
      }
      if (child === null && isDroppedNull(known.schema)) {
        changed = true;
        continue;
      }
      const pruned = known.free ? child : this.#child(key, child, known.schema);
      changed ||= pruned !== child;
      setField(result, key, pruned);
    }
    return changed ? result : value;
  }

  #child(key: string, child: unknown, schema: Schema | undefined): unknown {
    this.#path.push(this.#path.length === 0 ? key : `.${key}`);
    const pruned = this.#value(child, schema);
    this.#path.pop();
    return pruned;
  }

  /** A field that every resource has, of one that is embedded (the root's metadata has been decoded before). */
  #meta(key: string, child: unknown): unknown {
    if (this.#path.length === 0) return child;
    const path = this.#path.join('');
    if (key !== 'metadata') {
      if (typeof child !== 'string')
        this.fault ??= `${path}.${key}: Invalid value: ${JSON.stringify(child)}: must be a string`;
      return child;
    }
    const decoded = decodeTyped(child, { schema: metaSchema, definitions: this.#definitions });
    if (decoded.fault !== undefined)
      this.fault ??= `${path}.metadata: Invalid value: ${JSON.stringify(child)}: ${decoded.fault}`;
    for (const text of decoded.unknown)
      this.embedded.push(`${path}.metadata.${text.slice('unknown field "'.length, -1)}`);
    return decoded.value;
  }
}

interface Known {
  readonly schema: Schema | undefined;
  /** Nothing below is looked at. */
  readonly free: boolean;
}

function knownField(schema: Schema | undefined, key: string, keepsAll: boolean): Known | undefined {
  if (schema === undefined) return undefined;
  const property = propertyOf(schema, key);
  if (property !== undefined) return { schema: property, free: false };
  if (schema.additionalProperties !== undefined) {
    const values = mapValueOf(schema);
    return {
      schema: typeof schema.additionalProperties === 'boolean' ? undefined : (values ?? nothing),
      free: false,
    };
  }
  return keepsAll ? { schema: undefined, free: true } : undefined;
}

function isDroppedNull(schema: Schema | undefined): boolean {
  return schema !== undefined && schema.nullable !== true && (schema.default ?? null) === null;
}
