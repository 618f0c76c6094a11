import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { NdArray, openPickle, type PyValue } from '../index.ts';
import { parseNpy } from './npy.ts';

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

const dtype = (text: string): string => `cnumpy\ndtype\nU${String.fromCharCode(text.length)}${text}\x85R`;

/** A wrapper with the attributes given, as opcodes; its bytes follow. */
function wrapper(kind: string, attributes: string, module = 'joblib.numpy_pickle'): string {
  return `c${module}\n${kind}\n)\x81}(${attributes}ub`;
}

function attributesOf(shape: string, kind: string, order = 'C', rest = ''): string {
  return `U\x05shape${shape}U\x05dtype${dtype(kind)}U\x05orderU\x01${order}U\x08subclasscnumpy\nndarray\n${rest}`;
}

function read(pickle: string): PyValue {
  return openPickle(bytesOf(`\x80\x02${pickle}.`)).objects[0] as PyValue;
}

function arrayOf(value: PyValue): NdArray {
  assert.ok(value instanceof NdArray);
  return value;
}

test('an array behind its wrapper, in both orders, under both module names', () => {
  for (const module of ['joblib.numpy_pickle', 'sklearn.externals.joblib.numpy_pickle']) {
    const array = arrayOf(
      read(
        `${wrapper('NumpyArrayWrapper', attributesOf('K\x02K\x03\x86', 'i1'), module)}\0\x01\x02\x03\x04\x05`,
      ),
    );
    assert.deepEqual([...array.int32()], [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(array.shape, [2, 3]);
  }
  const fortran = arrayOf(
    read(`${wrapper('NumpyArrayWrapper', attributesOf('K\x02K\x03\x86', 'i1', 'F'))}\0\x01\x02\x03\x04\x05`),
  );
  assert.deepEqual([...fortran.int32()], [0, 2, 4, 1, 3, 5]);
});

test('padding before the array, since joblib 1.2', () => {
  const padded = attributesOf('K\x02\x85', 'i1', 'C', 'U\x1bnumpy_array_alignment_bytesK\x10');
  const array = arrayOf(read(`${wrapper('NumpyArrayWrapper', padded)}\x03\xff\xff\xff\x07\x08`));
  assert.deepEqual([...array.int32()], [7, 8]);
});

test('the file goes on behind the array', () => {
  const value = read(`](${wrapper('NumpyArrayWrapper', attributesOf('K\x01\x85', 'i1'))}\x07K\x05e`);
  assert.ok(Array.isArray(value));
  assert.equal(value[1], 5n);
});

test('an array of objects is a pickle of its own', () => {
  const nested = `\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01K\x02\x85${dtype('O8')}\x89](U\x01aNetb.`;
  const value = read(`](${wrapper('NumpyArrayWrapper', attributesOf('K\x02\x85', 'O8'))}${nested}K\x05e`);
  assert.ok(Array.isArray(value));
  const [array, five] = value as [PyValue, PyValue];
  assert.deepEqual(arrayOf(array).values(), ['a', null]);
  assert.equal(five, 5n);
  assert.throws(() => read(`${wrapper('NumpyArrayWrapper', attributesOf('K\x02\x85', 'O8'))}\x80\x02N.`), {
    code: 'pickle-malformed',
    message: /an array of objects was expected, the pickle that starts at byte \d+ holds something else/,
  });
  assert.throws(() => read(`${wrapper('NumpyArrayWrapper', attributesOf('K\x02\x85', 'O8'))}\x80\x02\xff.`), {
    code: 'pickle-malformed',
    message:
      /no opcode has this byte, at byte \d+ \(0xff\), in the pickle of an array of objects that starts at byte \d+/,
  });
});

test('wrappers without shape or dtype, and headers that claim too much, are refused at once', () => {
  assert.throws(() => read(wrapper('NumpyArrayWrapper', 'U\x01aN')), {
    message: /says neither shape nor dtype/,
  });
  const huge = attributesOf('\x8a\x05\x00\xe4\x0b\x54\x02\x85', 'f8');
  assert.throws(() => read(`${wrapper('NumpyArrayWrapper', huge)}\0\0`), {
    code: 'pickle-truncated',
    message: /80000000000 more bytes were announced, 3 are left in the file/,
  });
});

/** An `.npy` file. */
function npy(header: string, contents: Uint8Array, version = 1): Buffer {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  return Buffer.concat([
    bytesOf(`\x93NUMPY${String.fromCharCode(version)}\0`),
    length,
    bytesOf(header),
    contents,
  ]);
}

function openBeside(
  name: string,
  companion: Uint8Array | undefined,
  kind = 'NDArrayWrapper',
  rest = '',
): PyValue {
  const pickle = wrapper(
    kind,
    `U\x08filenameU${String.fromCharCode(name.length)}${name}U\x08subclasscnumpy\nndarray\n${rest}`,
  );
  return openPickle(bytesOf(`\x80\x02${pickle}.`), {
    companion: asked => (asked === name ? companion : undefined),
  }).objects[0] as PyValue;
}

test('an array beside the file, in every version of the format', () => {
  for (const version of [1, 2, 3]) {
    const file = npy(
      "{'descr': '<i2', 'fortran_order': True, 'shape': (2L, 2), }  \n",
      Uint8Array.of(0, 0, 2, 0, 1, 0, 3, 0),
      version,
    );
    assert.deepEqual([...arrayOf(openBeside('m_01.npy', file)).int32()], [0, 1, 2, 3]);
  }
});

test('records beside the file, with padding, shapes and records inside', () => {
  const descr = `[('a', '|u1'), ('', '|V1'), ("pair", '<i2', (2,)), ('in', [('x', '|i1')]), ('sub', ('|i1', (1,)))]`;
  const file = npy(
    `{'descr': ${descr}, 'fortran_order': False, 'shape': (1,)}`,
    Uint8Array.of(7, 0, 1, 0, 2, 0, 5, 6),
  );
  const array = arrayOf(openBeside('m_01.npy', file));
  assert.deepEqual(array.field('a').values(), [7n]);
  assert.deepEqual(array.field('pair').values(), [1n, 2n]);
  assert.deepEqual(array.field('in').field('x').values(), [5n]);
  assert.deepEqual(array.field('sub').shape, [1, 1]);
});

test('objects beside the file', () => {
  const nested = bytesOf(
    `\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01K\x01\x85${dtype('O8')}\x89]U\x01aatb.`,
  );
  const file = npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", nested);
  assert.deepEqual(arrayOf(openBeside('m_01.npy', file)).values(), ['a']);
});

test('a companion that is none is refused', () => {
  const one = "{'descr': '|i1', 'fortran_order': False, 'shape': (9,)}";
  const wrong: readonly (readonly [Buffer, string, RegExp])[] = [
    [bytesOf('hello'), 'pickle-malformed', /not in the format of NumPy/],
    [bytesOf('\x93NUMPY\x01'), 'pickle-truncated', /ends within its header/],
    [npy(one, new Uint8Array(0)).subarray(0, 20), 'pickle-truncated', /ends within its header/],
    [npy(one, Uint8Array.of(1, 2)), 'pickle-truncated', /announces 9 bytes, 2 are there/],
    [
      npy(one.replace('9', '99999999999999999999'), Uint8Array.of(1)),
      'pickle-truncated',
      /announces 1e\+?20 bytes|announces 100000000000000000000 bytes/,
    ],
    [npy('{}', new Uint8Array(9)), 'pickle-malformed', /has another form/],
    [npy("{'descr': ", new Uint8Array(9)), 'pickle-malformed', /ends too early/],
    [npy("{'descr': eval}", new Uint8Array(9)), 'pickle-malformed', /has "eval" in a value's place/],
    [npy('{1: 2}', new Uint8Array(9)), 'pickle-malformed', /a key that is no string/],
    [npy("('a' 'b')", new Uint8Array(9)), 'pickle-malformed', /lacks a comma/],
    [npy('('.repeat(100), new Uint8Array(9)), 'pickle-malformed', /nests too deeply/],
    [npy(one.replace('|i1', '|x1'), new Uint8Array(9)), 'pickle-malformed', /has another form/],
    [npy(one.replace("'|i1'", '[1]'), new Uint8Array(9)), 'pickle-malformed', /has another form/],
    [npy(one.replace("'|i1'", 'None'), new Uint8Array(9)), 'pickle-malformed', /has another form/],
    [npy(one.replace('(9,)', 'None'), new Uint8Array(9)), 'pickle-malformed', /has another form/],
    [npy(one.padEnd(70_000), new Uint8Array(9), 2), 'pickle-malformed', /has 70012 bytes/],
  ];
  for (const [file, code, message] of wrong)
    assert.throws(() => openBeside('m_01.npy', file), { code, message });
  assert.throws(() => parseNpy(npy('[', new Uint8Array(4)), assert.fail), { code: 'pickle-malformed' });
});

test('raw elements in a zfile beside the file', () => {
  const contents = Uint8Array.of(1, 2, 3);
  const file = Buffer.concat([bytesOf(`ZF${'0x3'.padEnd(19)}`), deflateSync(contents)]);
  const rest = `U\x09init_args(cnumpy\nndarray\nK\x00\x85U\x01btU\x05state(K\x01K\x03\x85${dtype('i1')}\x89t`;
  assert.deepEqual([...arrayOf(openBeside('m_01.npy.z', file, 'ZNDArrayWrapper', rest)).int32()], [1, 2, 3]);
  const state = (text: string): string => `U\x09init_args)U\x05state${text}`;
  for (const text of ['N', '(K\x01K\x03\x85Nt', ')'])
    assert.throws(() => openBeside('m_01.npy.z', file, 'ZNDArrayWrapper', state(text)), {
      code: 'pickle-malformed',
      message: /a state of another form/,
    });
});

test('companions are asked for by bare name only', () => {
  for (const name of ['../m_01.npy', '/etc/passwd', 'a/b', 'a\\b', 'C:x', '..', '.', 'a\0b', ''])
    assert.throws(() => openBeside(name, new Uint8Array(0)), {
      code: 'joblib-companion-escapes',
      message: /expected a name in the same folder/,
    });
  assert.throws(() => openBeside('m_01.npy', undefined), {
    code: 'joblib-companion-missing',
    message: /keeps an array in m_01\.npy, which is not beside it/,
  });
  assert.throws(() => read(wrapper('NDArrayWrapper', 'U\x01aN')), {
    code: 'pickle-malformed',
    message: /names no file/,
  });
});
