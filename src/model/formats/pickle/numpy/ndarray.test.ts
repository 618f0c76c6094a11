import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../machine/budget.ts';
import { PyBytes, PyComplex, PyTuple, type PyValue } from '../values.ts';
import { DType } from './dtype.ts';
import { NdArray } from './ndarray.ts';

function dtypeOf(text: string): DType {
  const dtype = DType.spelled(text);
  assert.ok(dtype !== undefined, text);
  return dtype;
}

function bytesOf(typed: ArrayBufferView): Uint8Array {
  return new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
}

function arrayOf(
  text: string,
  shape: readonly number[],
  contents: ArrayBufferView,
  fortranOrder = false,
): NdArray {
  return new NdArray(dtypeOf(text), shape, fortranOrder, bytesOf(contents));
}

/** The same bytes one byte off, as they mostly stand in a file. */
function shifted(typed: ArrayBufferView): Uint8Array {
  const bytes = new Uint8Array(typed.byteLength + 1);
  bytes.set(bytesOf(typed), 1);
  return bytes.subarray(1);
}

test('numbers are a view where alignment allows, a copy where not', () => {
  const contents = Float64Array.of(1, 2, 3);
  const aligned = arrayOf('f8', [3], contents);
  assert.equal(aligned.float64().buffer, contents.buffer);
  const odd = new NdArray(dtypeOf('f8'), [3], false, shifted(contents));
  assert.deepEqual(odd.float64(), contents);
  assert.equal(odd.float64(), odd.float64());
});

test('every numeric dtype, both byte orders', () => {
  const rows: readonly (readonly [string, ArrayBufferView, readonly PyValue[]])[] = [
    ['b1', Uint8Array.of(0, 1), [false, true]],
    ['i1', Int8Array.of(-1, 2), [-1n, 2n]],
    ['i2', Int16Array.of(-1, 2), [-1n, 2n]],
    ['i4', Int32Array.of(-1, 2), [-1n, 2n]],
    ['i8', BigInt64Array.of(-1n, 2n), [-1n, 2n]],
    ['u1', Uint8Array.of(255, 2), [255n, 2n]],
    ['u2', Uint16Array.of(65_535, 2), [65_535n, 2n]],
    ['u4', Uint32Array.of(2 ** 32 - 1, 2), [2n ** 32n - 1n, 2n]],
    ['u8', BigUint64Array.of(2n ** 64n - 1n, 2n), [2n ** 64n - 1n, 2n]],
    ['f2', Float16Array.of(0.5, -2), [0.5, -2]],
    ['f4', Float32Array.of(0.5, -2), [0.5, -2]],
    ['f8', Float64Array.of(0.1, -2), [0.1, -2]],
    ['c8', Float32Array.of(1, 2, 3, 4), [new PyComplex(1, 2), new PyComplex(3, 4)]],
    ['c16', Float64Array.of(1, 2, 3, 4), [new PyComplex(1, 2), new PyComplex(3, 4)]],
    ['M8[s]', BigInt64Array.of(-1n, 2n), [-1n, 2n]],
  ];
  for (const [text, typed, values] of rows) {
    assert.deepEqual(arrayOf(text, [2], typed).values(), values, text);
    const width = dtypeOf(text).kind === 'c' ? dtypeOf(text).itemsize / 2 : dtypeOf(text).itemsize;
    const reversed = bytesOf(typed).slice();
    for (let at = 0; at < reversed.length; at += width) reversed.subarray(at, at + width).reverse();
    assert.deepEqual(arrayOf(`>${text}`, [2], reversed).values(), values, `>${text}`);
  }
});

test('float64, int64, int32 convert what fits and refuse the rest', () => {
  const wide = arrayOf('i8', [3], BigInt64Array.of(-5n, 2n ** 53n + 1n, 7n));
  assert.deepEqual(wide.float64(), Float64Array.of(-5, 2 ** 53, 7));
  assert.deepEqual(arrayOf('u8', [1], BigUint64Array.of(2n ** 64n - 1n)).float64(), Float64Array.of(2 ** 64));
  assert.deepEqual(arrayOf('b1', [2], Uint8Array.of(0, 1)).float64(), Float64Array.of(0, 1));
  assert.deepEqual(arrayOf('f4', [1], Float32Array.of(0.1)).float64(), Float64Array.of(Math.fround(0.1)));
  assert.deepEqual(arrayOf('i4', [2], Int32Array.of(-1, 2)).int64(), BigInt64Array.of(-1n, 2n));
  assert.deepEqual(arrayOf('u8', [1], BigUint64Array.of(5n)).int64(), BigInt64Array.of(5n));
  assert.deepEqual(arrayOf('i8', [2], BigInt64Array.of(-1n, 2n)).int32(), Int32Array.of(-1, 2));
  assert.deepEqual(arrayOf('u2', [1], Uint16Array.of(7)).int32(), Int32Array.of(7));
  const kind = { code: 'pickle-array-kind' };
  assert.throws(() => wide.int32(), { ...kind, message: /9007199254740993 is beyond 32 bits/ });
  assert.throws(() => arrayOf('u4', [1], Uint32Array.of(2 ** 31)).int32(), {
    ...kind,
    message: /2147483648 is beyond 32 bits/,
  });
  assert.throws(() => arrayOf('u8', [1], BigUint64Array.of(2n ** 63n)).int64(), kind);
  assert.throws(() => arrayOf('f8', [1], Float64Array.of(1)).int64(), {
    ...kind,
    message: /<f8 is where integers were expected/,
  });
  assert.throws(() => arrayOf('c8', [1], Float32Array.of(1, 2)).float64(), kind);
  assert.throws(() => arrayOf('S1', [1], Uint8Array.of(65)).float64(), kind);
  assert.throws(() => arrayOf('f8', [1], Float64Array.of(1)).strings(), kind);
});

test('80-bit floats', () => {
  const ten = (...bytes: number[]): Uint8Array => Uint8Array.from([...bytes, 0, 0, 0, 0, 0, 0]);
  const one = ten(0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x3f);
  const values: readonly (readonly [Uint8Array, number])[] = [
    [one, 1],
    [ten(0, 0, 0, 0, 0, 0, 0, 0xc0, 0x00, 0xc0), -3],
    [ten(0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x7f), Infinity],
    [ten(0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0x7f), Number.NaN],
    [ten(0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0],
    [ten(0, 0, 0, 0, 0, 0, 0, 0x80, 0xcd, 0x3b), 5e-324],
  ];
  for (const [bytes, value] of values)
    assert.deepEqual(arrayOf('f16', [1], bytes).float64(), Float64Array.of(value));
  assert.deepEqual(arrayOf('f12', [1], one.subarray(0, 12)).values(), [1]);
  assert.deepEqual(arrayOf('>f16', [1], one.toReversed()).values(), [1]);
  assert.deepEqual(arrayOf('c32', [1], Buffer.concat([one, one])).values(), [new PyComplex(1, 1)]);
});

test('Fortran order becomes row-major, in any number of dimensions', () => {
  // np.asfortranarray(np.arange(6).reshape(2, 3)) lies as 0 3 1 4 2 5
  const two = arrayOf('f8', [2, 3], Float64Array.of(0, 3, 1, 4, 2, 5), true);
  assert.deepEqual(two.float64(), Float64Array.of(0, 1, 2, 3, 4, 5));
  assert.deepEqual(two.values(), [0, 1, 2, 3, 4, 5]);
  const flat = Array.from({ length: 24 }, (_, at) => {
    const [i, j, k] = [at % 2, Math.floor(at / 2) % 3, Math.floor(at / 6)];
    return i * 12 + j * 4 + k;
  });
  const three = arrayOf('i4', [2, 3, 4], Int32Array.from(flat), true);
  assert.deepEqual(
    three.int32(),
    Int32Array.from({ length: 24 }, (_, at) => at),
  );
  assert.deepEqual(arrayOf('f8', [0, 3], new Float64Array(0), true).float64(), new Float64Array(0));
});

test('transposed axes', () => {
  const array = arrayOf('i4', [2, 3], Int32Array.of(0, 1, 2, 3, 4, 5)).transposed([1, 0]);
  assert.deepEqual(array.shape, [3, 2]);
  assert.deepEqual(array.int32(), Int32Array.of(0, 3, 1, 4, 2, 5));
  const objects = new NdArray(dtypeOf('O'), [1, 2], false, ['a', 'b']).transposed([1, 0]);
  assert.deepEqual(objects.values(), ['a', 'b']);
  for (const axes of [[0], [0, 0], [0, 2]])
    assert.throws(() => arrayOf('i4', [2, 3], new Int32Array(6)).transposed(axes), {
      code: 'pickle-malformed',
    });
});

test('text', () => {
  const utf32 = Uint32Array.of(0x61, 0, 0, 0x1f33c, 0x62, 0, 0, 0, 0);
  assert.deepEqual(arrayOf('U3', [3], utf32).strings(), ['a', '🌼b', '']);
  assert.deepEqual(arrayOf('U3', [3], utf32).values(), ['a', '🌼b', '']);
  assert.deepEqual(arrayOf('>U1', [1], Uint8Array.of(0, 0, 0, 0x61)).strings(), ['a']);
  assert.throws(() => arrayOf('U1', [1], Uint32Array.of(0x110000)).strings(), { code: 'pickle-malformed' });
  const long = arrayOf('U9000', [1], new Uint32Array(9000).fill(0x78)).strings()[0];
  assert.equal(long, 'x'.repeat(9000));
  const latin = arrayOf('S2', [2], Uint8Array.of(0xe9, 0, 0x61, 0x62));
  assert.deepEqual(latin.strings(), ['é', 'ab']);
  assert.deepEqual((latin.values()[0] as PyBytes).data, Uint8Array.of(0xe9));
});

test('objects stand row-major whatever their order', () => {
  const array = new NdArray(dtypeOf('O'), [2, 2], true, ['a', 'b', 'c', 'd']);
  assert.deepEqual(array.values(), ['a', 'b', 'c', 'd']);
  assert.deepEqual(array.strings(), ['a', 'b', 'c', 'd']);
  assert.throws(() => new NdArray(dtypeOf('O'), [1], false, [1n]).strings(), { code: 'pickle-array-kind' });
});

function recordDType(): DType {
  return DType.packed([
    { name: 'flag', dtype: dtypeOf('u1') },
    { name: '', dtype: dtypeOf('V3') },
    { name: 'id', dtype: dtypeOf('i4') },
    { name: 'pair', dtype: DType.repeated(dtypeOf('i2'), [2]) },
  ]);
}

test('records: columns and tuples', () => {
  const words = Uint8Array.of(7, 9, 9, 9, 1, 0, 0, 0, 2, 0, 3, 0, 8, 9, 9, 9, 4, 0, 0, 0, 5, 0, 6, 0);
  for (const contents of [words, shifted(words)]) {
    const array = new NdArray(recordDType(), [2], false, contents);
    assert.deepEqual(array.field('flag').values(), [7n, 8n]);
    assert.deepEqual(array.field('id').int32(), Int32Array.of(1, 4));
    assert.deepEqual(array.field('pair').shape, [2, 2]);
    assert.deepEqual(array.field('pair').values(), [2n, 3n, 5n, 6n]);
    const [first] = array.values() as PyTuple[];
    assert.deepEqual(first?.items, [7n, 1n, new PyTuple([2n, 3n])]);
  }
  const array = new NdArray(recordDType(), [2], false, words);
  assert.throws(() => array.field('gone'), {
    code: 'pickle-array-kind',
    message: /has the fields flag, id, pair; gone/,
  });
});

test('records of two bytes each, and eight at odd places', () => {
  const half = DType.packed([
    { name: 'a', dtype: dtypeOf('i2') },
    { name: 'b', dtype: dtypeOf('u1') },
  ]);
  const array = new NdArray(half, [2], false, Uint8Array.of(1, 0, 9, 2, 0, 8));
  assert.deepEqual(array.field('a').int32(), Int32Array.of(1, 2));
  assert.deepEqual(array.field('b').int32(), Int32Array.of(9, 8));
});

test('records in Fortran order', () => {
  const dtype = DType.packed([
    { name: 'pair', dtype: DType.repeated(dtypeOf('i1'), [2]) },
    { name: 'one', dtype: dtypeOf('i1') },
  ]);
  const contents = Uint8Array.from([0, 0, 0, 2, 2, 2, 1, 1, 1, 3, 3, 3]);
  const array = new NdArray(dtype, [2, 2], true, contents);
  assert.deepEqual(array.field('one').int32(), Int32Array.of(0, 1, 2, 3));
  assert.deepEqual(array.field('pair').shape, [2, 2, 2]);
  assert.deepEqual(array.field('pair').int32(), Int32Array.of(0, 0, 1, 1, 2, 2, 3, 3));
});

test('records with objects', () => {
  const dtype = DType.packed([
    { name: 'n', dtype: dtypeOf('i4') },
    { name: 'o', dtype: dtypeOf('O') },
  ]);
  const array = new NdArray(dtype, [2], false, [new PyTuple([1n, 'a']), new PyTuple([2n, 'b'])]);
  assert.deepEqual(array.field('o').values(), ['a', 'b']);
});

test('contents must be as many as the shape says, without a byte being allocated', () => {
  function refuses(text: string, shape: number[], contents: Uint8Array | PyValue[], message: RegExp): void {
    assert.throws(() => new NdArray(dtypeOf(text), shape, false, contents), {
      code: 'pickle-malformed',
      message,
    });
  }
  refuses('f8', [2], new Uint8Array(8), /shape \(2\) and dtype <f8 takes 16 bytes, 8 are there/);
  refuses('f8', [1e6, 1e6], new Uint8Array(8), /takes 8000000000000 bytes/);
  refuses('O', [2], ['a'], /takes 2 objects, 1 are there/);
  refuses('O', [1], new Uint8Array(8), /has bytes in place of objects/);
  refuses('f8', [1], ['a'], /has a list in place of bytes/);
  refuses('U0', [2e6], new Uint8Array(0), /is all empty elements/);
  assert.deepEqual(arrayOf('U0', [2], new Uint8Array(0)).values().length, 2);
});

test('states of every age', () => {
  const budget = new Budget(1e9, 1e9);
  const array = arrayOf('i1', [0], new Uint8Array(0));
  const shape = new PyTuple([2n]);
  const contents = new PyBytes(Uint8Array.of(1, 2));
  array.setState(new PyTuple([1n, shape, dtypeOf('i1'), false, contents]), budget);
  assert.deepEqual(array.int32(), Int32Array.of(1, 2));
  array.setState(new PyTuple([shape, dtypeOf('u1'), 0n, 'é\u0001']), budget);
  assert.deepEqual(array.int32(), Int32Array.of(0xe9, 1));
  for (const state of [null, new PyTuple([]), new PyTuple([1n, shape, null, false, contents])] as PyValue[])
    assert.throws(() => array.setState(state, budget), {
      code: 'pickle-malformed',
      message: /state of another form/,
    });
  assert.throws(() => array.setState(new PyTuple([1n, shape, dtypeOf('i1'), false, null]), budget), {
    message: /neither bytes nor a list/,
  });
});
