import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  add,
  advance,
  constant,
  get,
  greater,
  load,
  moduleOf,
  set,
  shiftLeft,
  store,
  unlessZero,
  untilZero,
  type Code,
} from './assembler.ts';
import { instanceOf } from './instance.ts';

/** What stands at address 0 after a function of two numbers has run. */
function result(code: Code, a = 0, b = 0): number | undefined {
  const instance = instanceOf(() => moduleOf(2, 1, store(constant(0), code)), 8);
  instance?.run(a, b);
  return instance && new Int32Array(instance.buffer)[0];
}

suite('functions of WebAssembly', () => {
  test('have constants of every length', () => {
    for (const value of [0, 1, -1, 63, 64, -64, -65, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)])
      assert.equal(result(constant(value)), value);
  });

  test('compute', () => {
    assert.equal(result(add(get(0), get(1)), 40, 2), 42);
    assert.equal(result(shiftLeft(get(0), 4), 3), 48);
    assert.deepEqual(
      [result(greater(get(0), get(1)), -1, -2), result(greater(get(0), get(1)), 2, 2)],
      [1, 0],
    );
  });

  test('repeat, and leave out', () => {
    const product = [
      ...set(2, constant(0)),
      ...unlessZero(0, untilZero(0, [...set(2, add(get(2), get(1))), ...advance(0, -1)])),
    ];
    for (const [a, b] of [
      [0, 7],
      [6, 7],
    ] as const) {
      const module = (): Uint8Array<ArrayBuffer> =>
        moduleOf(2, 1, [
          ...product,
          ...store(constant(0), get(2), 300),
          ...store(constant(4), load(constant(0), 300)),
        ]);
      const instance = instanceOf(module, 400);
      instance?.run(a, b);
      assert.equal(new Int32Array(instance?.buffer ?? new ArrayBuffer(0))[1], a * b);
    }
  });

  test('do without where there is no memory to be had', () => {
    assert.equal(
      instanceOf(() => moduleOf(0, 0, []), 2 ** 40),
      undefined,
    );
  });
});
