import type { Json } from '../meta/index.ts';
import { compareTexts } from './fields/element.ts';
import { fieldsOf, isList, isObject } from './values.ts';

/** Why Go's decoder does not take a value. */
export function notDecoded(value: unknown, target: string): string {
  const type = isList(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${type} into Go ${target}`;
}

/** Where a document has to be an object. */
export const objectTarget = 'value of type map[string]interface {}';

/** The type of a value as Go names it where it decodes JSON without a type. */
export function goType(value: Json | undefined): string {
  if (value === null || value === undefined) return '%!s(<nil>)';
  if (isList(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** A value as Go prints it with `%v`: `map[image:q]`, `[a b]`, `<nil>`. */
export function goText(value: Json): string {
  if (value === null) return '<nil>';
  if (isList(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isObject(value)) return String(value);
  return `map[${sortedFields(value)
    .map(([key, field]) => `${key}:${goText(field)}`)
    .join(' ')}]`;
}

/** A value as Go prints it with `%#v`: `map[string]interface {}{"a":1}`. */
export function goSyntax(value: Json): string {
  if (value === null) return 'interface {}(nil)';
  if (isList(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = sortedFields(value).map(([key, field]) => `${JSON.stringify(key)}:${goSyntax(field)}`);
  return `map[string]interface {}{${fields.join(', ')}}`;
}

function sortedFields(value: Parameters<typeof fieldsOf>[0]): [string, Json][] {
  return [...fieldsOf(value)].toSorted(([a], [b]) => compareTexts(a, b));
}
