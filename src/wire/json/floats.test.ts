import assert from 'node:assert/strict';
import { test } from 'node:test';
import { divideDigits, quotient } from './decimal.ts';
import { float32Limit, float64Limit, readFloats } from './floats.ts';
import { JsonReader } from './reader.ts';

/** A repeatable generator, Marsaglia's xorshift. */
function randomWords(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function readAll(texts: readonly string[]): Float64Array {
  const target = new Float64Array(texts.length);
  const reader = new JsonReader(Buffer.from(`${texts.join(',')}]`));
  assert.equal(readFloats(reader, target, 0, texts.length, float64Limit), texts.length);
  assert.equal(reader.peek(), 0x5d);
  return target;
}

function assertAsNumber(texts: readonly string[]): void {
  const found = readAll(texts);
  for (const [index, text] of texts.entries()) {
    if (!Object.is(found[index], Number(text))) assert.fail(`${text} was read as ${String(found[index])}`);
  }
}

test('short decimals, decimals as float64 print, and longer ones are correctly rounded', () => {
  const random = randomWords(7);
  const texts: string[] = [];
  const bits = new DataView(new ArrayBuffer(8));
  for (let count = 0; count < 100000; count++) {
    const unit = (random() + random() / 4294967296) / 4294967296;
    bits.setUint32(0, random());
    bits.setUint32(4, random());
    const any = bits.getFloat64(0);
    texts.push(
      `${Math.round(unit * 1000) / 100}`,
      `${unit}`,
      `${-unit * 1e6}`,
      unit.toPrecision(1 + (count % 21)),
    );
    if (Number.isFinite(any)) texts.push(`${any}`);
  }
  assertAsNumber(texts);
});

test('decimals in the middle of two float64, and beside it, are correctly rounded', () => {
  const random = randomWords(11);
  const texts: string[] = [];
  for (let count = 0; count < 20000; count++) {
    // k + 1/2 ulp for a k of 53 bits that is a multiple of 2^-4: exact with few digits after the point.
    const whole = 2n ** 52n + (BigInt(random()) << 20n) + BigInt(random() >>> 12);
    const halves = (whole * 2n + 1n) * 5n ** 5n;
    const digits = `${halves}`.padStart(6, '0');
    const middle = `${digits.slice(0, -5)}.${digits.slice(-5)}`;
    texts.push(middle, `${middle}1`, `${middle.slice(0, -1)}4`);
    texts.push(`${whole >> 9n}.${`${random()}`.padStart(5, '0').slice(0, 5)}`);
  }
  assertAsNumber(texts);
});

test('the division decides by itself nearly always, and leaves a middle to Number', () => {
  const random = randomWords(3);
  let decided = 0;
  for (let count = 0; count < 10000; count++) {
    const text = `0.${random() + 1e9}${`${random()}`.padStart(7, '0').slice(0, 7)}`;
    const bytes = Buffer.from(text);
    if (!divideDigits(bytes, 0, bytes.length, text.length - 2)) continue;
    decided++;
    assert.equal(quotient[0], Number(text), text);
  }
  assert.ok(decided > 9990, `${decided} of 10000`);
  const middle = Buffer.from('9007199254740993.0');
  assert.equal(divideDigits(middle, 0, middle.length, 1), false);
  const long = Buffer.from('0.12345678901234567890');
  assert.equal(divideDigits(long, 0, long.length, 20), false);
});

test('notable numbers', () => {
  assertAsNumber([
    '0',
    '-0',
    '0.0',
    '-0.000',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '9007199254740993.0',
    '123456789012345678901234567890',
    '0.1000000000000000055511151231257827',
    '2.2250738585072011e-308',
    '2.2250738585072014e-308',
    '5e-324',
    '2e-324',
    '1.7976931348623157e308',
    '1e22',
    '1e23',
    '8.5e-22',
    '0.00000000000000000000000000000000000000000001',
    '1E+2',
    '1e-2',
  ]);
});

test('the limits of float32 and float64', () => {
  const target = new Float32Array(1);
  const stop = (text: string, limit: number) =>
    readFloats(new JsonReader(Buffer.from(`${text}]`)), target, 0, 1, limit);
  assert.equal(stop('3.4028235677973362e38', float32Limit), 1);
  assert.equal(target[0], 3.4028234663852886e38);
  assert.equal(stop('3.4028235677973367e38', float32Limit), 0);
  assert.equal(stop('-3.4028235677973367e38', float32Limit), 0);
  assert.equal(stop('-Infinity', float32Limit), 1);
  assert.equal(target[0], -Infinity);
  assert.equal(stop('1.7976931348623159e308', float64Limit), 0);
});
