import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  NdArray,
  openPickle,
  type PyBytes,
  PyClass,
  PyComplex,
  type PyDict,
  PyObject,
  PyRange,
  PySet,
  type PyValue,
} from '../index.ts';

function read(pickle: string): PyValue {
  return openPickle(Buffer.from(pickle, 'latin1')).objects[0] as PyValue;
}

/** `callable(*args)`, where `args` are opcodes that push them. */
function call(module: string, name: string, args: string): PyValue {
  return read(`\x80\x02c${module}\n${name}\n(${args}tR.`);
}

test('sets, lists and dicts, in both spellings of the module', () => {
  for (const module of ['builtins', '__builtin__']) {
    const set = call(module, 'set', '](K\x01K\x02e');
    assert.ok(set instanceof PySet && !set.frozen);
    assert.deepEqual(set.items, [1n, 2n]);
    assert.ok((call(module, 'frozenset', '') as PySet).frozen);
    assert.deepEqual(call(module, 'list', 'K\x01\x85'), [1n]);
    assert.equal((call(module, 'dict', '}U\x01aK\x01s') as PyDict).get('a'), 1n);
  }
});

test('OrderedDict, Counter and defaultdict say what they are', () => {
  const pairs = call('collections', 'OrderedDict', '](](U\x01aK\x01eU\x01bK\x02\x86e') as PyDict;
  assert.equal(pairs.cls?.qualified, 'collections.OrderedDict');
  assert.deepEqual(pairs.entries(), [
    ['a', 1n],
    ['b', 2n],
  ]);
  assert.equal((call('collections', 'Counter', '}U\x01aK\x01s') as PyDict).get('a'), 1n);
  const table = call('collections', 'defaultdict', 'c__builtin__\nlist\n') as PyDict;
  assert.equal(table.cls?.qualified, 'collections.defaultdict');
});

test('bytes, bytearray and the detour over latin-1', () => {
  const bytesOf = (value: PyValue): number[] => [...(value as PyBytes).data];
  assert.deepEqual(bytesOf(call('_codecs', 'encode', 'X\x03\0\0\0a\xc3\xbfX\x06\0\0\0latin1')), [97, 255]);
  assert.deepEqual(bytesOf(call('__builtin__', 'bytes', '')), []);
  assert.deepEqual(bytesOf(call('__builtin__', 'bytes', 'U\x01a')), [97]);
  assert.deepEqual(bytesOf(call('__builtin__', 'bytearray', 'X\x01\0\0\0aU\x07latin-1')), [97]);
  assert.deepEqual(bytesOf(call('builtins', 'bytearray', 'C\x01a')), [97]);
});

test('complex, slice and range', () => {
  const one = 'G\x3f\xf0\0\0\0\0\0\0';
  assert.deepEqual(call('builtins', 'complex', one + one), new PyComplex(1, 1));
  assert.deepEqual(call('builtins', 'slice', 'K\x01'), new PyRange('slice', null, 1n, null));
  assert.deepEqual(call('builtins', 'slice', 'K\x01NK\x02'), new PyRange('slice', 1n, null, 2n));
  assert.deepEqual(call('builtins', 'range', 'K\x05'), new PyRange('range', 0n, 5n, 1n));
  assert.deepEqual(call('__builtin__', 'xrange', 'K\x01K\x05'), new PyRange('range', 1n, 5n, 1n));
});

test('arguments that a constructor does not know leave the call symbolic', () => {
  const symbolic: readonly (readonly [string, string, string])[] = [
    ['builtins', 'set', 'K\x01'],
    ['builtins', 'list', 'NN'],
    ['builtins', 'dict', 'K\x01'],
    ['builtins', 'dict', ']K\x01a'],
    ['builtins', 'dict', '}}'],
    ['collections', 'defaultdict', 'NNN'],
    ['_codecs', 'encode', 'U\x01aU\x05utf-8'],
    ['_codecs', 'encode', 'X\x03\0\0\0\xe2\x82\xacX\x06\0\0\0latin1'],
    ['builtins', 'bytes', 'K\x05'],
    ['builtins', 'complex', 'K\x01K\x02'],
    ['builtins', 'slice', ''],
    ['builtins', 'range', 'K\x01K\x01K\x01K\x01'],
    ['builtins', 'getattr', 'U\x01aU\x05upper'],
    ['copy_reg', '_reconstructor', 'K\x01K\x02N'],
    ['copy_reg', '__newobj__', 'K\x01'],
    ['copy_reg', '__newobj__', 'ccopy_reg\n__newobj__\n'],
    ['copyreg', '__newobj_ex__', 'cmy\nThing\n)N'],
    ['copyreg', '__newobj_ex__', 'ccopyreg\n__newobj_ex__\n)}'],
    ['dill._dill', '_load_type', 'K\x01'],
    ['dill._dill', '_create_array', 'cos\nsystem\n)NN'],
    ['dill._dill', '_create_array', 'cnumpy._core.multiarray\n_reconstruct\nNNN'],
    ['numpy', 'dtype', 'K\x01'],
    ['numpy', 'dtype', 'U\x02x9'],
    ['numpy._core.multiarray', '_reconstruct', 'K\x01'],
    ['numpy._core.multiarray', 'scalar', 'K\x01C\x01a'],
    ['numpy._core.multiarray', 'scalar', 'cnumpy\ndtype\nU\x02i1\x85RK\x01'],
    ['numpy._core.numeric', '_frombuffer', 'K\x01NNN'],
  ];
  for (const [module, name, args] of symbolic) {
    const value = call(module, name, args);
    assert.ok(value instanceof PyObject, `${module}.${name}(${JSON.stringify(args)})`);
    assert.equal(value.cls.name, name);
  }
});

test('copyreg.__newobj_ex__ keeps keywords', () => {
  const object = call('copyreg', '__newobj_ex__', 'cmy\nThing\n)}U\x01kK\x01s') as PyObject;
  assert.equal(object.cls.qualified, 'my.Thing');
  assert.equal(object.kwargs?.get('k'), 1n);
});

test('NumPy scalars are the plain value; those without one an array of no dimensions', () => {
  const dtype = (text: string): string =>
    `cnumpy\ndtype\nU${String.fromCharCode(text.length)}${text}\x89\x88\x87R`;
  const scalar = (text: string, bytes: string): PyValue =>
    call('numpy.core.multiarray', 'scalar', `${dtype(text)}C${String.fromCharCode(bytes.length)}${bytes}`);
  assert.equal(scalar('i4', '\xff\xff\xff\xff'), -1n);
  assert.equal(scalar('f8', '\0\0\0\0\0\0\xf8\x3f'), 1.5);
  assert.equal(scalar('b1', '\x01'), true);
  assert.equal(scalar('U1', 'a\0\0\0'), 'a');
  assert.equal(scalar('U0', ''), '');
  assert.ok(scalar('M8', '\0\0\0\0\0\0\0\0') instanceof NdArray);
  assert.equal(call('numpy.core.multiarray', 'scalar', `${dtype('O')}U\x01x`), 'x');
  assert.throws(() => scalar('i4', '\xff'), {
    code: 'pickle-malformed',
    message: /takes 4 bytes, 1 are there/,
  });
});

test('subclasses of ndarray are named', () => {
  const matrix = call('numpy.core.multiarray', '_reconstruct', 'cnumpy\nmatrix\nK\x00\x85U\x01b') as NdArray;
  assert.equal(matrix.cls?.qualified, 'numpy.matrix');
  const plain = call('numpy.core.multiarray', '_reconstruct', 'cnumpy\nndarray\nK\x00\x85U\x01b') as NdArray;
  assert.equal(plain.cls, undefined);
});

test('arrays in protocol 5, in every order', () => {
  const dtype = 'cnumpy\ndtype\nU\x02i1\x85R';
  const array = (order: string, rest = ''): NdArray =>
    call(
      'numpy._core.numeric',
      '_frombuffer',
      `C\x06\x00\x01\x02\x03\x04\x05${dtype}K\x02K\x03\x86U\x01${order}${rest}`,
    ) as NdArray;
  assert.deepEqual([...array('C').int32()], [0, 1, 2, 3, 4, 5]);
  assert.deepEqual([...array('F').int32()], [0, 2, 4, 1, 3, 5]);
  const transposed = array('K', 'K\x01K\x00\x86');
  assert.deepEqual(transposed.shape, [3, 2]);
  assert.deepEqual([...transposed.int32()], [0, 3, 1, 4, 2, 5]);
});

test('dill’s types and arrays', () => {
  const type = call('dill._dill', '_load_type', 'U\x03int');
  assert.ok(type instanceof PyClass);
  assert.equal(type.qualified, 'builtins.int');
  const maker = 'cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85U\x01bt';
  const state = '(K\x01K\x01\x85cnumpy\ndtype\nU\x02i1\x85R\x89C\x01\x07t';
  const array = call('dill._dill', '_create_array', `${maker}${state}N`);
  assert.ok(array instanceof NdArray);
  assert.deepEqual([...array.int32()], [7]);
});

test('members of modules, as dill fetches them', () => {
  const module = 'cdill._dill\n_import_module\nU\x01m\x85R';
  for (const from of [module, 'U\x01m']) {
    const member = call('dill._dill', '_get_attr', `${from}U\x01f`);
    assert.ok(member instanceof PyClass);
    assert.equal(member.qualified, 'm.f');
  }
  assert.ok(call('dill._dill', '_get_attr', 'K\x01U\x01f') instanceof PyObject);
});

test('classes that dill and cloudpickle write into the file are known by their names', () => {
  const made = (module: string, name: string, attributes: string): PyValue =>
    call(module, name, `c__builtin__\ntype\nU\x01A)(${attributes}d`);
  for (const [module, name] of [
    ['dill._dill', '_create_type'],
    ['cloudpickle.cloudpickle', '_make_skeleton_class'],
  ] as const) {
    const own = made(module, name, 'U\x0a__module__U\x01m');
    assert.ok(own instanceof PyClass);
    assert.equal(own.qualified, 'm.A');
    assert.equal((made(module, name, '') as PyClass).qualified, '__main__.A');
  }
  assert.ok(call('dill._dill', '_create_type', 'K\x01K\x02') instanceof PyObject);
});
