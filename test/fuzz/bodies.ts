/**
 * Mutates bodies of V1 and V2 requests and reads them: `node test/fuzz/bodies.ts [--seconds 10] [--seed 1]`. What is read has to be what
 * an obvious reading gives; everything else is refused with a code, for a true reason.
 */
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { CodedError } from '../../src/base/errors/index.ts';
import {
  decodeInferRequest,
  decodePredictRequest,
  decodeRepositoryRequest,
  parseJson,
  wireErrors,
} from '../../src/wire/index.ts';
import { parsed, referenceInputs } from '../wire/reference.ts';
import { within } from './within.ts';

export const limits = { maxRows: 100 };
const tokens = /NaN|Infinity/;

export const inferences = [
  '{"inputs":[{"name":"input-0","shape":[2,4],"datatype":"FP32","data":[[6.8,2.8,4.8,1.4],[6.0,3.4,4.5,1.6]]}]}',
  '{"id":"7","inputs":[{"data":[1,-2,9007199254740993,0],"name":"a","datatype":"INT64","shape":[2,2]}],"outputs":[{"name":"p"}]}',
  '{"parameters":{"a":1},"inputs":[{"name":"é","shape":[2],"datatype":"BYTES","data":["x\\n","\\ud83d\\ude00"]},{"name":"b","shape":[2],"datatype":"BOOL","data":[true,false]}]}',
  '{ "inputs" : [ { "name": "a", "shape": [1, 2, 2], "datatype": "INT8", "data": [[[1, -128], [0, 127]]] } ] }',
  '{"inputs":[{"name":"a","shape":[4],"datatype":"FP64","data":[0.30331271607892745,1e-7,null,-12345678901234567890]}]}',
];
const predictions = [
  '{"instances":[[6.8,2.8],[6.0,3.4]]}',
  '{"instances":[{"a":1,"b":"x"},{"a":[2,3],"b":["y","z"]}]}',
  '{"inputs":["a","b"],"instances":[[true,null],[9007199254740993,1.5]]}',
];
const orders = [
  '{"ready":true}',
  '{"parameters":{"config":"{}","unload_dependents":true,"n":9007199254740993},"ready":false}',
];
const pieces = [
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '"',
  '\\',
  '0',
  '-',
  '.',
  'e',
  '9',
  ' ',
  '\n',
  'null',
  'true',
  '1e999',
  'é',
  '\u0000',
  '"a":1,',
  '[]',
  '[[',
  ']]',
  '18446744073709551616',
];

/** A repeatable generator, Marsaglia's xorshift; gives integers from 0 to `below` - 1. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function mutated(text: string, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(text);
  for (let count = random(3) + 1; count > 0; count--) {
    const at = random(bytes.length + 1);
    const end = Math.min(bytes.length, at + random(4));
    const piece = Buffer.from(pieces[random(pieces.length)] as string);
    const kind = random(5);
    if (kind === 0) bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(end)]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    else if (at < bytes.length) bytes[at] = random(256);
  }
  return bytes;
}

function isJson(body: Uint8Array): boolean {
  try {
    parsed(body);
    return true;
  } catch {
    return false;
  }
}

/** What the reading gives, or undefined for a refusal, which has to be coded, the caller's fault, and true. */
export function reading<Result>(body: Uint8Array, read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof CodedError, `${String(error)} for ${body.toString()}`);
    assert.ok(Object.hasOwn(wireErrors.rows, error.code), error.code);
    assert.ok(error.status >= 400 && error.status < 500);
    if (error.code === 'wire-json-syntax')
      assert.equal(isJson(body), false, `${error.message}, but this is JSON: ${body.toString()}`);
    return undefined;
  }
}

type Chance = (below: number) => number;

/** A mutated V2 request is refused with a code or read as the obvious way reads it. */
export function checkInference(random: Chance): boolean {
  const body = mutated(inferences[random(inferences.length)] as string, random);
  const request = reading(body, () => decodeInferRequest(body, limits));
  const text = body.toString();
  if (request === undefined || tokens.test(text)) return false;
  const found = request.inputs.map(({ name, datatype, shape, data }) => ({ name, datatype, shape, data }));
  assert.deepEqual(found, referenceInputs(body), text);
  return true;
}

/** A mutated V1 request is refused with a code or is a table whose data fill its shape. */
export function checkPrediction(random: Chance): boolean {
  const body = mutated(predictions[random(predictions.length)] as string, random);
  const request = reading(body, () => decodePredictRequest(body, limits));
  if (request === undefined) return false;
  for (const { shape, data } of request.inputs) {
    const count = shape.reduce((product, dimension) => product * dimension, 1);
    assert.equal((data as ArrayLike<unknown>).length, count, body.toString());
  }
  if (!tokens.test(body.toString())) assert.ok(isJson(body), body.toString());
  return true;
}

/** A mutated request to the repository is refused with a code, or says what JSON.parse finds in it. */
export function checkOrder(random: Chance): boolean {
  const body = mutated(orders[random(orders.length)] as string, random);
  const order = reading(body, () => decodeRepositoryRequest(body));
  const text = body.toString();
  if (order === undefined || text === '' || tokens.test(text)) return false;
  const { ready, parameters } = parsed(body) as Readonly<Record<string, unknown>>;
  assert.deepEqual([order.ready, order.parameters === undefined], [ready ?? undefined, !parameters], text);
  return true;
}

/** A mutated body is JSON for parseJson exactly when it is for JSON.parse. */
export function checkJson(random: Chance): boolean {
  const bodies = [...inferences, ...predictions];
  const body = mutated(bodies[random(bodies.length)] as string, random);
  const value = reading(body, () => ({ value: parseJson(body) }));
  if (value !== undefined) assert.ok(isJson(body), body.toString());
  return value !== undefined;
}

/** How many of the bodies of a check were readable. */
export function fuzzBodies(
  check: (random: Chance) => boolean,
  seed: number,
  more: (runs: number) => boolean,
): { readonly runs: number; readonly read: number } {
  const random = randomOf(seed);
  let [runs, read] = [0, 0];
  for (; more(runs); runs++) if (check(random)) read++;
  return { runs, read };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
  });
  const seed = Number(values.seed);
  process.stdout.write(`seed ${seed}:`);
  const checks = { V2: checkInference, V1: checkPrediction, repository: checkOrder, JSON: checkJson };
  for (const [name, check] of Object.entries(checks)) {
    const goesOn = within(Number(values.seconds) / Object.keys(checks).length);
    const { runs, read } = fuzzBodies(check, seed, goesOn);
    process.stdout.write(` ${runs} bodies of ${name}, ${read} read;`);
  }
  process.stdout.write('\n');
}
