import { mapValueOf, propertyOf, setField, shapeOf, type Fields, type Shape } from '../walk.ts';
import type { Definitions, Schema } from '../schema.ts';
import { goTypeOf, structName } from './gotypes.ts';
import { decoderOf } from './special.ts';

/** The most complaints that are listed, as in Kubernetes' decoder. */
const maxComplaints = 100;

/**
 * One decoding of one value: walks value and schema together and copies what is known. Follows Go's `encoding/json` with
 * Kubernetes' case-sensitive, strict variant: the first wrong type is remembered and decoding goes on; unknown fields are listed.
 */
export class TypedDecoder {
  readonly #definitions: Definitions;
  readonly #kind: string;
  /** Of fields, elements and keys, as strict decoding names places. */
  readonly #path: string[] = [];
  /** Of fields alone, as type errors name places. */
  readonly #fields: string[] = [];
  #struct = '';
  readonly unknown: string[] = [];
  fault: string | undefined;

  /** @param kind what the struct is called that the whole value is for */
  constructor(definitions: Definitions, kind = '') {
    this.#definitions = definitions;
    this.#kind = kind;
  }

  /** @throws Hard (typed/fault.ts) */
  value(value: unknown, schema: Schema): unknown {
    const shape = shapeOf(schema, this.#definitions);
    const special = decoderOf(shape);
    if (special !== undefined) return special(value, this, shape.name);
    const { type } = shape.schema;
    if (type === 'object') return this.#object(value, shape);
    if (type === 'array') return this.#array(value, shape);
    if (type === undefined) return value;
    return this.#scalar(value, shape);
  }

  /** Remembers a wrong type; what was wrong is left out. */
  wrongType(value: unknown, goType: string): undefined {
    this.fault ??= this.typeFault(value, goType);
    return undefined;
  }

  typeFault(value: unknown, goType: string): string {
    const place = this.#struct === '' ? 'value' : `struct field ${this.#struct}.${this.#fields.join('.')}`;
    return `json: cannot unmarshal ${goKindOf(value, goType)} into Go ${place} of type ${goType}`;
  }

  #object(value: unknown, shape: Shape): unknown {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      return this.wrongType(value, goTypeOf(shape, this.#definitions));
    }
    const values = mapValueOf(shape.schema);
    return values === undefined
      ? this.#structFields(value as Fields, shape)
      : this.#map(value as Fields, values);
  }

  #structFields(value: Fields, shape: Shape): Fields {
    const result: Fields = {};
    const outer = this.#struct;
    const name = shape.name === '' && this.#path.length === 0 ? this.#kind : structName(shape);
    for (const key in value) {
      const property = propertyOf(shape.schema, key);
      if (property === undefined) {
        this.#unknown(key);
        continue;
      }
      const given = value[key];
      if (given === null || given === undefined) continue;
      this.#struct = name;
      this.#fields.push(key);
      this.#path.push(this.#path.length === 0 ? key : `.${key}`);
      const decoded = this.value(given, property);
      this.#path.pop();
      this.#fields.pop();
      if (decoded !== undefined && !isOmitted(decoded, property, shape.schema, key, this.#definitions))
        result[key] = decoded;
    }
    this.#struct = outer;
    return result;
  }

  #unknown(key: string): void {
    if (this.unknown.length >= maxComplaints) return;
    const parent = this.#path.join('');
    this.unknown.push(`unknown field ${JSON.stringify(parent === '' ? key : `${parent}.${key}`)}`);
  }

  #map(value: Fields, values: Schema): Fields {
    const result: Fields = {};
    for (const key in value) {
      this.#path.push(this.#path.length === 0 ? key : `.${key}`);
      const decoded = this.#element(value[key], values);
      this.#path.pop();
      if (decoded !== undefined) setField(result, key, decoded);
    }
    return result;
  }

  #array(value: unknown, { schema, name }: Shape): unknown {
    if (!Array.isArray(value)) return this.wrongType(value, goTypeOf({ schema, name }, this.#definitions));
    const items = schema.items ?? {};
    return value.map((item, index) => {
      this.#path.push(`[${index}]`);
      const decoded = this.#element(item, items);
      this.#path.pop();
      return decoded ?? null;
    });
  }

  /** An element of a list or map; null makes the zero value of its type. */
  #element(value: unknown, schema: Schema): unknown {
    return value === null ? zeroOf(shapeOf(schema, this.#definitions)) : this.value(value, schema);
  }

  #scalar(value: unknown, shape: Shape): unknown {
    const { type, format } = shape.schema;
    if (type === 'string' && typeof value === 'string') return format === 'byte' ? this.#bytes(value) : value;
    if (type === 'boolean' && typeof value === 'boolean') return value;
    if (type === 'number' && typeof value === 'number') return value;
    if (type === 'integer' && typeof value === 'number' && isInteger(value, format)) return value;
    return this.wrongType(value, goTypeOf(shape, this.#definitions));
  }

  #bytes(text: string): string | undefined {
    const clean = text.replaceAll(/[\r\n]/g, '');
    const at = badBase64(clean);
    if (at < 0) return clean;
    this.fault ??= `illegal base64 data at input byte ${at}`;
    return undefined;
  }
}

function isInteger(value: number, format: string | undefined): boolean {
  if (!Number.isInteger(value)) return false;
  return format === 'int32' ? value === (value | 0) : Math.abs(value) <= 2 ** 63;
}

/** Where a text stops being base64, or -1. */
function badBase64(text: string): number {
  const end = text.match(/^[A-Za-z0-9+/]*/)?.[0].length ?? 0;
  const padding = text.slice(end);
  const wanted = [0, -1, 2, 1][end % 4] as number;
  if (wanted >= 0 && padding === '='.repeat(wanted)) return -1;
  if (wanted > 0 && padding.startsWith('='.repeat(wanted))) return end + wanted;
  return padding === '' || wanted < 0 ? Math.min(end, text.length - (text.length % 4)) : end;
}

/** What Go calls a JSON value in messages; a number that does not fit a numeric type is told with its digits. */
function goKindOf(value: unknown, goType: string): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return /^(u?int|float)/.test(goType) ? `number ${value}` : 'number';
  return typeof value;
}

function zeroOf({ schema, name }: Shape): unknown {
  if (decoderOf({ schema, name }) !== undefined) return null;
  if (schema.type === 'object') return mapValueOf(schema) === undefined ? {} : null;
  const zeros = { string: '', integer: 0, number: 0, boolean: false, array: null } as const;
  return schema.type === undefined ? null : zeros[schema.type];
}

/** Empty lists and maps are not written where they are optional, as Go's `omitempty` has it. */
function isOmitted(
  value: unknown,
  property: Schema,
  parent: Schema,
  key: string,
  definitions: Definitions,
): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.length === 0 && !(parent.required?.includes(key) ?? false);
  const { schema } = shapeOf(property, definitions);
  if (schema.type !== 'object' || mapValueOf(schema) === undefined || parent.required?.includes(key))
    return false;
  for (const _ in value) return false;
  return true;
}
