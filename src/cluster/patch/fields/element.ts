import type { Json } from '../../meta/index.ts';
import { isList, isObject } from '../values.ts';

/**
 * One step of a path into an object, as FieldsV1 writes it: `f:name`, `k:{"name":"c"}` for an element of a list by its keys, `v:1`
 * for an element of a set, `i:0` for an element by its place. Two steps are the same when their texts are.
 */
export type Element = string;

export type Keys = readonly (readonly [name: string, value: Json])[];

export function fieldElement(name: string): Element {
  return `f:${name}`;
}

/** The element of a list with these keys, in any order. */
export function keyElement(keys: Keys): Element {
  const sorted = keys.length < 2 ? keys : keys.toSorted(([a], [b]) => compareTexts(a, b));
  return `k:{${sorted.map(([name, value]) => `${escaped(name)}:${escaped(value)}`).join(',')}}`;
}

export function valueElement(value: Json): Element {
  return `v:${escaped(value)}`;
}

/** JSON with what Go's encoder escapes for the sake of HTML. */
function escaped(value: Json): string {
  if (typeof value === 'string' && /^[\w./ -]*$/.test(value)) return `"${value}"`;
  const text = JSON.stringify(value);
  if (!/[<>&\u2028\u2029]/.test(text)) return text;
  return text.replaceAll(
    /[<>&\u2028\u2029]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * An element as a client wrote it in its canonical text; undefined for a kind of element that is not known.
 * @throws SyntaxError when it cannot be read.
 */
export function readElement(text: string): Element | undefined {
  const rest = text.slice(2);
  if (text[1] !== ':') throw new SyntaxError(`not an element of a path: ${text}`);
  switch (text[0] as string) {
    case 'f':
      return text;
    case 'v':
      return valueElement(JSON.parse(rest) as Json);
    case 'k':
      return keyElement(keysIn(rest));
    case 'i':
      if (!/^[-+]?\d{1,15}$/.test(rest)) throw new SyntaxError(`not an index: ${text}`);
      return `i:${Number(rest)}`;
    default:
      return undefined;
  }
}

function keysIn(text: string): Keys {
  const value = JSON.parse(text) as Json;
  if (!isObject(value)) throw new SyntaxError(`not keys of an element: ${text}`);
  return Object.entries(value) as [string, Json][];
}

/** Whether an element is a field, and which. */
export function fieldName(element: Element): string | undefined {
  return element.startsWith('f:') ? element.slice(2) : undefined;
}

export function isKeyed(element: Element): boolean {
  return element.startsWith('k:');
}

const kinds = 'fkvi';

/** The canonical order: fields, keys, values, places, each by itself. */
export function compareElements(left: Element, right: Element): number {
  if (left === right) return 0;
  const kind = left[0] as string;
  if (kind !== right[0]) return kinds.indexOf(kind) - kinds.indexOf(right[0] as string);
  const a = left.slice(2);
  const b = right.slice(2);
  if (kind === 'f') return compareTexts(a, b);
  if (kind === 'i') return Number(a) - Number(b);
  if (kind === 'v') return compareValues(JSON.parse(a) as Json, JSON.parse(b) as Json);
  return compareKeys(keysIn(a), keysIn(b));
}

function compareKeys(left: Keys, right: Keys): number {
  for (const [index, [name, value]] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareTexts(name, other[0]) || compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** By code point, as bytes of UTF-8 compare. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  if (!/[\ud800-\udfff]/.test(left + right)) return left < right ? -1 : 1;
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function rank(value: Json): number {
  if (typeof value === 'number') return 0;
  if (typeof value === 'string') return 1;
  if (typeof value === 'boolean') return 2;
  if (isList(value)) return 3;
  return isObject(value) ? 4 : 5;
}

function compareValues(left: Json, right: Json): number {
  const order = rank(left) - rank(right);
  if (order !== 0) return order;
  if (typeof left === 'number') return left - Number(right);
  if (typeof left === 'boolean') return Number(left) - Number(right);
  if (typeof left === 'string') return compareTexts(left, right as string);
  return compareTexts(JSON.stringify(left), JSON.stringify(right));
}

/** How messages write a step: `.name`, `[name="c"]`, `[=1]`, `[0]`. */
export function elementText(element: Element): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('i:')) return `[${rest}]`;
  if (element.startsWith('v:')) return `[=${valueText(JSON.parse(rest) as Json)}]`;
  return `[${keysIn(rest)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(',')}]`;
}

function valueText(value: Json): string {
  if (isList(value)) return `[${value.map(valueText).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return Object.entries(value)
    .map(([name, field]) => `${name}=${valueText(field ?? null)}`)
    .join('');
}

export function pathText(path: readonly Element[]): string {
  return path.map(elementText).join('');
}
