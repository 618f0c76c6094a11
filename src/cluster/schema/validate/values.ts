import {
  type FieldError,
  invalidValue,
  requiredValue,
  tooLong,
  tooMany,
  typeInvalid,
  unsupportedValue,
} from '../../meta/index.ts';
import type { Schema } from '../schema.ts';
import { isSame } from '../same.ts';
import { isKnownFormat, stringFormat } from './formats.ts';
import { goNumber } from './gonumbers.ts';
import { matchesPattern, patternFault } from './patterns.ts';
import type { Findings } from './result.ts';

/** The field of an error that belongs to none. */
export const nowhere = '<nil>';

/** The path of an error: kube-openapi's begin with a dot below the root. */
export function fieldOf(path: string): string {
  const field = path.startsWith('.') ? path.slice(1) : path;
  return field === '' ? nowhere : field;
}

function invalid(findings: Findings, path: string, value: unknown, rest: string): void {
  const text = `${path} in body ${rest}`;
  findings.add(text, invalidValue(fieldOf(path), value, text));
}

/** An error that says its place in words only. */
export function general(findings: Findings, text: string): void {
  findings.add(text, invalidValue(nowhere, '', text));
}

function wrongType(findings: Findings, path: string, wanted: string, given: string): void {
  const text = `${path} in body must be of type ${wanted}: ${JSON.stringify(given)}`;
  findings.add(text, typeInvalid(fieldOf(path), given, text));
}

/** JSON Schema's name of a value's type. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** The type of a schema as messages list it. */
function typesOf(schema: Schema): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return either;
  // A type that there is not is a fault of the schema, told where that is looked at.
  return schema.type !== undefined && Object.hasOwn(single, schema.type) ? single[schema.type] : none;
}

const either = ['integer', 'string'] as const;
const none: readonly string[] = [];
const single = {
  array: ['array'],
  boolean: ['boolean'],
  integer: ['integer'],
  number: ['number'],
  object: ['object'],
  string: ['string'],
} as const;

/** kube-openapi's type check, with its care for formats. */
export function checkType(value: unknown, schema: Schema, path: string, findings: Findings): void {
  const types = typesOf(schema);
  const format =
    schema.format !== undefined && isKnownFormat(schema.format, schema.type) ? schema.format : '';
  if (types.length === 0 && format === '') return;
  findings.matches += 2;
  const given = typeName(value);
  if (value === null) {
    if (types.length > 0 && schema.nullable !== true) wrongType(findings, path, types.join(','), 'null');
    return;
  }
  const number = given === 'integer' || given === 'number';
  const fits = types.includes(given) || (given === 'integer' && types.includes('number'));
  const textual = given === 'string' || given === 'array';
  if (!textual && format !== '' && !fits) {
    wrongType(findings, path, format, number ? (given === 'integer' ? 'int64' : 'float64') : '');
    return;
  }
  if (textual && format !== '' && !types.includes('number') && !types.includes('integer')) return;
  if (!fits) wrongType(findings, path, types.join(','), given);
}

export function checkEnum(value: unknown, schema: Schema, path: string, findings: Findings): void {
  const { enum: allowed } = schema;
  if (allowed === undefined || allowed.length === 0) return;
  if (value !== null && allowed.some(option => isSame(option, value))) return;
  const names = allowed.map(option => (typeof option === 'string' ? option : JSON.stringify(option)));
  findings.add(`${path} in body should be one of`, unsupportedValue(fieldOf(path), value, names));
}

/** The first of length, pattern and format that a string breaks. */
export function checkString(value: string, schema: Schema, path: string, findings: Findings): void {
  findings.matches += 1;
  const { maxLength, minLength, pattern } = schema;
  const length = maxLength === undefined && minLength === undefined ? 0 : runes(value);
  if (maxLength !== undefined && length > maxLength) {
    findings.add(`${path} in body should be at most`, tooLong(fieldOf(path), maxLength));
  } else if (minLength !== undefined && length < minLength) {
    invalid(findings, path, value, `should be at least ${minLength} chars long`);
  } else if (pattern !== undefined && pattern !== '' && !matchesPattern(pattern, value)) {
    const fault = patternFault(pattern);
    const shown = fault === undefined ? pattern : `${pattern}, but pattern is invalid: ${fault}`;
    invalid(findings, path, value, `should match '${shown}'`);
  }
  if (schema.format === undefined || (schema.type !== undefined && schema.type !== 'string')) return;
  const check = stringFormat(schema.format);
  if (check === undefined) return;
  findings.matches += 1;
  if (!check(value)) wrongType(findings, path, schema.format, value);
}

/** Code points, as Go counts them. */
function runes(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

export function checkNumber(value: number, schema: Schema, path: string, findings: Findings): void {
  findings.matches += 2;
  const outside = rangeFault(value, schema);
  if (outside !== undefined) general(findings, `Checked value must be of type ${outside} in ${path}`);
  // Go's validation holds whole numbers against limits with their fractions cut off.
  const limit = (number: number): number => (Number.isInteger(value) ? Math.trunc(number) : number);
  const { multipleOf, maximum, minimum } = schema;
  if (multipleOf !== undefined) checkMultiple(value, limit(multipleOf), path, findings);
  if (minimum !== undefined) {
    const least = limit(minimum);
    const exclusive = schema.exclusiveMinimum === true;
    const words = exclusive ? 'greater than' : 'greater than or equal to';
    if (exclusive ? value <= least : value < least)
      invalid(findings, path, value, `should be ${words} ${goNumber(least)}`);
  }
  if (maximum === undefined) return;
  const most = limit(maximum);
  const exclusive = schema.exclusiveMaximum === true;
  const words = exclusive ? 'less than' : 'less than or equal to';
  if (exclusive ? value >= most : value > most)
    invalid(findings, path, value, `should be ${words} ${goNumber(most)}`);
}

/** The type and format that cannot hold a number. */
function rangeFault(value: number, { type, format }: Schema): string | undefined {
  if (type === 'integer') {
    const fits =
      Number.isInteger(value) && (format === 'int32' ? value === (value | 0) : Math.abs(value) <= 2 ** 63);
    const named = format === 'int32' || format === 'int64' ? `with format ${format}` : '(default format)';
    return fits ? undefined : `integer ${named}`;
  }
  const isFloat = type === 'number' && format === 'float';
  return isFloat && !Number.isFinite(Math.fround(value)) ? 'number with format float' : undefined;
}

function checkMultiple(value: number, factor: number, path: string, findings: Findings): void {
  if (factor <= 0) {
    const text = `factor MultipleOf declared for ${path} must be positive: ${goNumber(factor)}`;
    findings.add(text, invalidValue(fieldOf(path), factor, text));
  } else if (!isMultiple(value, factor))
    invalid(findings, path, value, `should be a multiple of ${goNumber(factor)}`);
}

function isMultiple(value: number, factor: number): boolean {
  if (Number.isInteger(value) && Number.isInteger(factor)) return value % factor === 0;
  const quotient = factor < 1 ? (1 / factor) * value : value / factor;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

export function checkItems(
  value: readonly unknown[],
  schema: Schema,
  path: string,
  findings: Findings,
): void {
  const { minItems, maxItems } = schema;
  if (minItems !== undefined && value.length < minItems) {
    invalid(findings, path, value.length, `should have at least ${minItems} items`);
  }
  if (maxItems !== undefined && value.length > maxItems) {
    findings.add(`${path} in body should have at most`, tooMany(fieldOf(path), value.length, maxItems));
  }
  if (schema.uniqueItems === true && hasTwins(value))
    invalid(findings, path, '', "shouldn't contain duplicates");
}

function hasTwins(items: readonly unknown[]): boolean {
  return items.some((item, index) => items.slice(0, index).some(other => isSame(item, other)));
}

export function checkSize(value: object, schema: Schema, path: string, findings: Findings): void {
  const { minProperties, maxProperties } = schema;
  if (minProperties === undefined && maxProperties === undefined) return;
  const size = Object.keys(value).length;
  if (minProperties !== undefined && size < minProperties) {
    invalid(findings, path, size, `should have at least ${minProperties} properties`);
  }
  if (maxProperties !== undefined && size > maxProperties) {
    findings.add(`${path} in body should have at most`, tooMany(fieldOf(path), size, maxProperties));
  }
}

export function checkRequired(
  present: (name: string) => boolean,
  schema: Schema,
  path: string,
  findings: Findings,
): void {
  for (const name of schema.required ?? []) {
    if (present(name)) continue;
    findings.add(`${path}.${name} in body is required`, requiredValue(fieldOf(`${path}.${name}`)));
  }
}

export function forbiddenProperty(findings: Findings, path: string, key: string): void {
  const text = `${path}.${key} in body is a forbidden property`;
  const error: FieldError = invalidValue(fieldOf(path), key, text);
  findings.add(text, error);
}
