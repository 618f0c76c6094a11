import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { bufferOf, reservedBytes } from '../wasm/instance.ts';
import { checkOf, operandPassOf, positivePartsOf } from './passes.ts';

const largest = Number.MAX_VALUE;

/** Two arrays in memory that functions of WebAssembly see; the first has numbers of both signs, 0 and -0. */
function arrays(length: number): readonly [x: Float64Array, y: Float64Array] {
  const buffer = bufferOf(2 ** 16) as ArrayBuffer;
  const x = new Float64Array(buffer, reservedBytes, length);
  for (let at = 0; at < length; at++) x[at] = [0, -0, 1 / (at + 1), -at * 1e300][at % 4] as number;
  return [x, new Float64Array(buffer, x.byteOffset + x.byteLength, length)];
}

suite('passes over a block', () => {
  test('see whether a number is NaN or too large, and leave what is not whole', () => {
    const [x] = arrays(1003);
    const check = checkOf(x, largest);
    assert.equal(check(1003), 1000);
    assert.equal(check(8), 0, 'too few');
    for (const [at, value] of [
      [0, NaN],
      [999, Infinity],
      [511, -Infinity],
    ] as const) {
      const before = x[at] as number;
      x[at] = value;
      assert.equal(check(1003), 0, `${value} at ${at}`);
      x[at] = before;
    }
    x[1001] = NaN;
    assert.equal(check(1003), 1000, 'beyond what is looked at');
  });

  test('know how large a number may be', () => {
    const [x] = arrays(512);
    x.fill(-1e30);
    assert.equal(checkOf(x, 1e30)(512), 512);
    assert.equal(checkOf(x, 0.9e30)(512), 0);
  });

  test('take positive parts as Math.max does, NaN and zeros included', () => {
    const [x, y] = arrays(515);
    x.set([NaN, Infinity, -Infinity, largest, -0, 0, -1, 5e-324]);
    assert.equal(positivePartsOf(x, y)(515), 512);
    const expected = Array.from(x.subarray(0, 512), value => Math.max(value, 0));
    assert.deepEqual([...y.subarray(0, 512)], expected);
    assert.deepEqual(y.subarray(512), new Float64Array(3));
  });

  for (const width of [1, 2, 3, 7, 8, 20, 100])
    test(`compute ${width} columns with a number each`, () => {
      const [x, y] = arrays(1200);
      const operand = Float64Array.from({ length: width }, (_, column) => column / 3 + 0.1);
      const compute = {
        add: (a: number, b: number) => a + b,
        subtract: (a: number, b: number) => a - b,
        multiply: (a: number, b: number) => a * b,
        divide: (a: number, b: number) => a / b,
      };
      for (const operation of ['add', 'subtract', 'multiply', 'divide'] as const) {
        const done = operandPassOf(x, y, operation, operand)(1200);
        assert.ok(done > 0 && done <= 1200 && done % width === 0, `${done}`);
        const expected = x
          .subarray(0, done)
          .map((value, at) => compute[operation](value, operand[at % width] as number));
        assert.deepEqual(y.subarray(0, done), expected);
      }
    });

  test('leave everything where memory is not seen', () => {
    const x = new Float64Array(1000);
    assert.equal(checkOf(x, largest)(1000), 0);
    assert.equal(positivePartsOf(x, new Float64Array(1000))(1000), 0);
    assert.equal(operandPassOf(x, new Float64Array(1000), 'add', Float64Array.of(1))(1000), 0);
  });
});
