/** Of what the releases of pandas wrote; test/corpus/pandas/generate.py made the files. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { suite, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import {
  DType,
  NdArray,
  openPickle,
  PyBytes,
  PyClass,
  PyDict,
  PyObject,
  PyRange,
  PyTuple,
  type PyValue,
} from '../pickle/index.ts';
import { dict } from '../pickle/objects.contract.ts';
import { elementsOf, frameOf, seriesOf } from './index.ts';

const folder = join(import.meta.dirname, '../../../../test/corpus/pandas');
const most = 1 << 20;

interface Expected {
  readonly index: readonly unknown[];
  readonly columns?: readonly unknown[];
  readonly values: readonly (number | null)[];
}

const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Readonly<
  Record<string, Expected | null>
>;

function objectsOf(release: string): PyDict {
  const bytes = new Uint8Array(gunzipSync(readFileSync(join(folder, `${release}.pkl.gz`))));
  const [objects] = openPickle(bytes).objects;
  return objects as PyDict;
}

function plain(value: PyValue | number): unknown {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' && Number.isNaN(value) ? null : value;
}

function found(value: PyValue | undefined): unknown {
  const series = seriesOf(value);
  const frame = frameOf(value, most);
  assert.ok(series === undefined || frame === undefined);
  const either = series ?? frame;
  if (either === undefined) return null;
  const columns = frame === undefined ? {} : { columns: frame.columns.map(plain) };
  return { index: either.index.map(plain), ...columns, values: Array.from(either.values, plain) };
}

const releases = globSync('*.pkl.gz', { cwd: folder }).map(file => basename(file, '.pkl.gz'));

test('files of the releases are there', () => {
  assert.deepEqual(releases.toSorted(), [
    '1.0.5',
    '1.2.5',
    '1.3.5',
    '1.5.3',
    '2.1.4',
    '2.2.3',
    '3.1.1',
    '3.1.1-pyarrow',
  ]);
});

for (const release of releases)
  suite(`pandas ${release}`, () => {
    const objects = objectsOf(release);
    for (const [name, wanted] of Object.entries(expected))
      test(name, () => assert.deepEqual(found(objects.get(name)), wanted));

    test('a frame has at most the cells that are asked for', () => {
      assert.ok(frameOf(objects.get('frame'), 6));
      assert.equal(frameOf(objects.get('frame'), 5), undefined);
    });
  });

function call(path: string, ...args: readonly PyValue[]): PyObject {
  const dot = path.lastIndexOf('.');
  return new PyObject(new PyClass(path.slice(0, dot), path.slice(dot + 1)), 'reduce', args);
}

function withState(path: string, state: PyValue): PyObject {
  const made = call(path);
  made.state = state;
  return made;
}

function range(start: bigint, stop: bigint, step: bigint): PyObject {
  const cls = new PyClass('pandas', 'RangeIndex');
  return call('pandas.core.indexes.base._new_Index', cls, dict({ start, stop, step }));
}

function buffer(bytes: ArrayBufferView | undefined): PyValue {
  if (bytes === undefined) return null;
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return call('pyarrow.lib.py_buffer', new PyBytes(data));
}

function arrow(
  type: string,
  [length, offset]: readonly [bigint, bigint],
  ...buffers: readonly (ArrayBufferView | undefined)[]
): PyObject {
  const alias = call('pyarrow.lib.type_for_alias', type);
  const state = new PyTuple([alias, length, 0n, offset, buffers.map(buffer), [], null]);
  return call('pyarrow.lib._restore_array', state);
}

function texts(array: PyValue): readonly PyValue[] | undefined {
  return elementsOf(withState('pandas.arrays.ArrowStringArray', dict({ _pa_array: array })));
}

suite('arrays of pyarrow', () => {
  const contents = Buffer.from('onetwothree');
  const offsets = Int32Array.of(0, 3, 6, 6, 11);

  test('texts of either offset, a part of them, and missing ones', () => {
    assert.deepEqual(texts(arrow('string', [4n, 0n], undefined, offsets, contents)), [
      'one',
      'two',
      '',
      'three',
    ]);
    assert.deepEqual(texts(arrow('string', [2n, 1n], undefined, offsets, contents)), ['two', '']);
    const wide = BigInt64Array.of(0n, 3n, 6n);
    assert.deepEqual(texts(arrow('large_string', [2n, 0n], undefined, wide, contents)), ['one', 'two']);
    assert.deepEqual(texts(arrow('string', [4n, 0n], Uint8Array.of(0b1011), offsets, contents)), [
      'one',
      'two',
      NaN,
      'three',
    ]);
    assert.deepEqual(texts(arrow('string', [0n, 0n])), []);
  });

  test('several one after another', () => {
    const chunks = [
      arrow('string', [1n, 0n], undefined, offsets, contents),
      arrow('string', [1n, 3n], undefined, offsets, contents),
    ];
    assert.deepEqual(texts(call('pyarrow.lib.chunked_array', chunks)), ['one', 'three']);
    assert.equal(texts(call('pyarrow.lib.chunked_array', [null])), undefined);
  });

  test('one array given over and over is refused', () => {
    const long = arrow('string', [1n << 18n, 0n], undefined, new Int32Array((1 << 18) + 1));
    assert.equal(texts(call('pyarrow.lib.chunked_array', [long]))?.length, 1 << 18);
    assert.equal(
      texts(
        call(
          'pyarrow.lib.chunked_array',
          Array.from({ length: 5 }, () => long),
        ),
      ),
      undefined,
    );
  });

  test('a long text is read once for each array, and its buffer a few times at most', () => {
    const text = 'x'.repeat(1 << 20);
    const bytes = new PyBytes(Buffer.from(text));
    const sharing = (): PyObject => {
      const state = arrow('string', [1n, 0n]).args[0] as PyTuple;
      const ends = buffer(Int32Array.of(0, text.length));
      const contents = call('pyarrow.lib.py_buffer', bytes);
      const items = [...state.items];
      items[4] = [null, ends, contents];
      return call('pyarrow.lib._restore_array', new PyTuple(items));
    };
    const array = sharing();
    const again = call(
      'pyarrow.lib.chunked_array',
      Array.from({ length: 300 }, () => array),
    );
    const found = texts(again);
    assert.equal(found?.length, 300);
    assert.ok(found.every(one => one === text));
    assert.deepEqual(texts(array), [text]);
    const several = call('pyarrow.lib.chunked_array', Array.from({ length: 4 }, sharing));
    assert.equal(texts(several), undefined);
  });

  test('offsets that fall, lie outside or are too few, other types, negative counts', () => {
    for (const wrong of [
      arrow('string', [2n, 0n], undefined, Int32Array.of(0, 3, 2), contents),
      arrow('string', [2n, 0n], undefined, Int32Array.of(-1, 3, 4), contents),
      arrow('string', [1n, 0n], undefined, Int32Array.of(0, 12), contents),
      arrow('string', [5n, 0n], undefined, offsets, contents),
      arrow('string', [1n << 40n, 0n], undefined, offsets, contents),
      arrow('string', [-1n, 0n], undefined, offsets, contents),
      arrow('string', [4n, 0n], new Uint8Array(0), offsets, contents),
      arrow('int64', [4n, 0n], undefined, offsets, contents),
      arrow('string', [4n, 0n], undefined, undefined, contents),
    ])
      assert.equal(texts(wrong), undefined);
  });
});

suite('what contradicts itself', () => {
  const block = (places: PyValue): PyObject =>
    call('pandas._libs.internals._unpickle_block', objectsOf('3.1.1').get('numbers') as PyObject, places, 2n);

  test('ranges without end take no memory', () => {
    assert.equal(elementsOf(range(0n, 1n << 60n, 1n)), undefined);
    assert.equal(elementsOf(range(0n, 3n, 0n)), undefined);
    assert.deepEqual(elementsOf(range(3n, 0n, -2n)), [3n, 1n]);
    assert.deepEqual(elementsOf(range(3n, 0n, 1n)), []);
  });

  test('an index that holds itself', () => {
    const parts = new PyDict();
    const index = call('pandas.core.indexes.base._new_Index', new PyClass('pandas', 'Index'), parts);
    parts.add(['data', index]);
    assert.equal(elementsOf(index), undefined);
  });

  test('blocks that are not arrays, without places, or lacking', () => {
    const axes = [range(0n, 2n, 1n), range(0n, 2n, 1n)];
    for (const blocks of [[block(null)], [null], [], Array.from({ length: 3 }, () => block(null))]) {
      const manager = call('pandas.core.internals.managers.BlockManager', new PyTuple(blocks), axes);
      assert.equal(frameOf(withState('pandas.DataFrame', dict({ _mgr: manager })), most), undefined);
    }
    assert.equal(frameOf(withState('pandas.DataFrame', dict({})), most), undefined);
    assert.equal(seriesOf(withState('pandas.Series', dict({ _mgr: null }))), undefined);
  });

  test('blocks that have a column in common, and columns that no block has', () => {
    const values = (count: number): NdArray =>
      new NdArray(DType.spelled('<f8') as DType, [count, 2], false, new Uint8Array(16 * count));
    const framed = (...places: readonly (readonly [start: bigint, stop: bigint])[]): PyObject => {
      const blocks = places.map(([start, stop]) =>
        call(
          'pandas._libs.internals._unpickle_block',
          values(Number(stop - start)),
          new PyRange('slice', start, stop, 1n),
          2n,
        ),
      );
      const axes = [range(0n, 3n, 1n), range(0n, 2n, 1n)];
      const manager = call('pandas.core.internals.managers.BlockManager', new PyTuple(blocks), axes);
      return withState('pandas.DataFrame', dict({ _mgr: manager }));
    };
    assert.ok(frameOf(framed([0n, 1n], [1n, 3n]), most));
    for (const wrong of [
      framed([0n, 2n], [1n, 2n]),
      framed([0n, 2n]),
      framed([0n, 1n], [2n, 4n]),
      framed([-1n, 2n]),
    ])
      assert.equal(frameOf(wrong, most), undefined);
  });

  test('objects of other libraries are no series', () => {
    const like = objectsOf('3.1.1').get('numbers') as PyObject;
    assert.ok(seriesOf(like));
    assert.equal(seriesOf(withState('mine.Series', like.state as PyValue)), undefined);
    assert.equal(elementsOf(3n), undefined);
  });
});
