import { appErrors } from '../../errors.ts';

/** The fields of a question; each is asked for by the form that it must have. */
export interface Fields {
  /** @throws `identity-call-invalid` when it is no text. */
  text(name: string): string;
  optionalText(name: string): string | undefined;
  texts(name: string): string[];
  number(name: string): number;
  optionalNumber(name: string): number | undefined;
  object(name: string): Fields;
}

/**
 * Reads a question; no bytes are a question without fields.
 * @throws `identity-call-invalid` when it is no JSON object.
 */
export function fieldsOf(body: Uint8Array): Fields {
  if (body.length === 0) return over({}, '');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw invalid('the body', 'what is no JSON', 'an object');
  }
  if (!isObject(value)) throw invalid('the body', named(value), 'an object');
  return over(value, '');
}

function over(values: Readonly<Record<string, unknown>>, path: string): Fields {
  const get = (name: string): unknown => (Object.hasOwn(values, name) ? values[name] : undefined);
  const text = (name: string): string => {
    const value = get(name);
    if (typeof value === 'string') return value;
    throw invalid(`${path}${name}`, named(value), 'a text');
  };
  const number = (name: string): number => {
    const value = get(name);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw invalid(`${path}${name}`, named(value), 'a number');
  };
  const isThere = (name: string): boolean => get(name) !== undefined && get(name) !== null;
  const fields: Fields = {
    text,
    optionalText: name => (isThere(name) ? text(name) : undefined),
    texts: name => {
      const value = get(name);
      if (Array.isArray(value) && value.every(one => typeof one === 'string')) return value;
      throw invalid(`${path}${name}`, named(value), 'a list of texts');
    },
    number,
    optionalNumber: name => (isThere(name) ? number(name) : undefined),
    object: name => {
      const value = get(name);
      if (isObject(value)) return over(value, `${path}${name}.`);
      throw invalid(`${path}${name}`, named(value), 'an object');
    },
  };
  return fields;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The form of a value and never the value: it may be a secret. */
function named(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function invalid(what: string, found: string, expected: string): Error {
  return appErrors.make['identity-call-invalid'](`${what}: found ${found}, expected ${expected}`);
}
