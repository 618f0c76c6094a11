import type { Parameters, ParameterValue } from '../../tensor/index.ts';
import { wireErrors } from '../errors.ts';
import { Bare } from '../json/bare.ts';
import { describeValue } from '../json/describe.ts';
import type { JsonReader } from '../json/reader.ts';
import { duplicateKey, readValue } from '../json/value.ts';

/** What to throw when the next value is of the wrong type. */
export function wrongType(reader: JsonReader, path: string, expected: string): Error {
  const byte = reader.peek();
  if (byte === -1) return reader.unexpected('a value');
  const start = reader.at;
  reader.skip();
  return wireErrors.make['wire-field-type'](
    `${path}: found ${describeValue(reader.bytes, start)}, expected ${expected}`,
  );
}

/** What to throw when a field is not there. */
export function missing(path: string): Error {
  return wireErrors.make['wire-field-missing'](`${path}: found nothing, expected this field`);
}

/** Reads a string that has to be there. */
export function readTextField(reader: JsonReader, path: () => string): string {
  if (reader.peek() !== 0x22) throw wrongType(reader, path(), 'a string');
  return reader.text();
}

/** Reads `null`, if it comes next. */
export function readNull(reader: JsonReader): boolean {
  if (reader.peek() !== 0x6e) return false;
  reader.literal('null');
  return true;
}

/** Opens an array that has to be there. */
export function openArrayField(reader: JsonReader, path: () => string): void {
  if (reader.peek() !== 0x5b) throw wrongType(reader, path(), 'an array');
  reader.at++;
}

/** Opens an object that has to be there. */
export function openObjectField(reader: JsonReader, path: () => string): void {
  if (reader.peek() !== 0x7b) throw wrongType(reader, path(), 'an object');
  reader.at++;
}

/**
 * Reads `parameters`, an object of booleans, numbers and strings; integers that no float64 holds are bigint. A value of
 * null counts as absent.
 */
export function readParameters(reader: JsonReader, path: () => string): Parameters {
  openObjectField(reader, path);
  const parameters = new Bare<ParameterValue>();
  let first = true;
  for (;;) {
    const key = reader.nextKey(first);
    if (key === undefined) return parameters;
    first = false;
    if (key in parameters) throw duplicateKey(key, path());
    const byte = reader.peek();
    if (byte === 0x7b || byte === 0x5b)
      throw wrongType(reader, `${path()}.${key}`, 'a string, a number, true or false');
    const value = readValue(reader, true);
    if (value !== null) parameters[key] = value as ParameterValue;
  }
}

const outside = [
  'binary_data_size',
  'shared_memory_region',
  'shared_memory_byte_size',
  'shared_memory_offset',
];

/** Refuses parameters that say that the data are outside the JSON body. @throws `wire-binary` */
export function refuseOutside(parameters: Parameters, path: () => string): void {
  for (const name of outside) {
    if (parameters[name] !== undefined)
      throw notServedYet(`${path()}.${name}`, 'tensor data outside the JSON body');
  }
  for (const name of ['binary_data', 'binary_data_output']) {
    if (parameters[name] !== undefined && parameters[name] !== false)
      throw notServedYet(`${path()}.${name}`, 'an answer with binary data');
  }
}

function notServedYet(path: string, what: string): Error {
  return wireErrors.make['wire-binary'](
    `${path}: found a request for ${what}, which is not served yet, expected JSON data`,
  );
}
