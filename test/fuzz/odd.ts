/** Values that files seldom hold, and calls of what the decoder carries out, right ones and such with other arguments. */
import { constructors } from '../../src/model/formats/pickle/construct/index.ts';
import { assemble, type Value } from './opcodes.ts';
import type { Random } from './random.ts';

const texts = [
  ["S'a\\x41\\n\\101\\q'", "S'a\\x4'", "S'a\\", 'S"b"', 'Sb', "S'", "S''"],
  ['Va\\u0041\\U0001f600', 'V\\\\u12', 'V\\u12', 'V\\U00110000', 'Vplain'],
  ['I01', 'I00', 'I-5', 'I+7', 'I 12 ', 'Ix', 'L12L', 'L-3', 'LL', 'L123456789012345678901234567890L'],
  ['Fnan', 'F-inf', 'F.5e3', 'F1e999', 'Fx', 'Pname'],
]
  .flat()
  .map(line => `${line}\n`);

const binary = [
  [
    '\x8a\x00',
    `\x8a\x11${'\xff'.repeat(17)}`,
    `\x8b\x14\0\0\0${'\x7f'.repeat(20)}`,
    'T\x02\0\0\0ab',
    'U\x02\xe9\xff',
    'X\x03\0\0\0\xed\xa0\x80',
    'X\x04\0\0\0\xed\xa0a\x80',
    'X\x02\0\0\0\xff\xfe',
    `\x8c\x28${'\xc3\xa9'.repeat(20)}`,
    '\x8d\x01\0\0\0\0\0\0\0a',
    '\x8e\x01\0\0\0\0\0\0\0a',
    '\x96\x01\0\0\0\0\0\0\0a',
    'B\x02\0\0\0ab',
  ],
  ['\x82\x01', '\x83\x01\x02', '\x84\x01\0\0\0', 'NQ', '\x97', '\x98'],
  ['\x8f', '(N\x91', ')', 'N\x85', 'NN\x86', 'NNN\x87', '\x88', '\x89', '](NNe', '}(NNu', '\x8f(N\x90'],
  ['(l', '(NNd', '(t', '(cmodule\nThing\nNo', '(Nimodule\nThing\n', 'cmodule\nThing\n)}\x92'],
  ['cmodule\nThing\n)\x81}b', 'cmodule\nThing\n)R(NNtb', 'Vmodule\nVThing\n\x93', 'cmodule\nThing\n)\x81)R'],
].flat();

const none = 'N';
const count = 'I3\n';
const real = 'F1.5\n';
const word = 'Vab\n';
const bytes = 'C\x10abcdefghijklmnop';
const list = '(I1\nI2\nl';
const tuple = '(I1\nI2\nt';
const dict = '(Va\nI1\nd';
const pairs = '((Va\nI1\nt(Vb\nI2\ntl';
const type = 'cmodule\nThing\n';
const plain = 'cbuiltins\nobject\n';
const array = 'cnumpy\nndarray\n';
const kind = (spelling: string): string => `cnumpy\ndtype\n(V${spelling}\ntR`;
const state = `(I1\n(I2\nt${kind('<f8')}I00\n${bytes}t`;

const kinds = [
  '<f8',
  '>i8',
  '<u8',
  '<c16',
  '<f16',
  '>f16',
  '<c32',
  '<M8[ns]',
  '<m8',
  'S16',
  '<U4',
  '|V16',
  'O',
  'f2',
];

/** Arguments that a call may be told, of every kind. */
const anything = [none, count, real, word, bytes, list, tuple, dict, pairs, type, array, kind('<f8'), state];

/** Calls as files have them: what is called, and its arguments. */
const calls: readonly (readonly [name: string, ...args: string[]])[] = [
  ['builtins.set', list],
  ['builtins.frozenset', tuple],
  ['builtins.list', tuple],
  ['builtins.dict', pairs],
  ['builtins.dict', dict],
  ['builtins.bytes'],
  ['builtins.bytes', bytes],
  ['builtins.bytes', word],
  ['builtins.bytearray', word, 'Vlatin-1\n'],
  ['builtins.complex', real, real],
  ['builtins.slice', count],
  ['builtins.slice', count, count, none],
  ['builtins.range', count, count],
  ['builtins.xrange', count],
  ['collections.OrderedDict', pairs],
  ['collections.Counter', dict],
  ['collections.defaultdict', type, dict],
  ['_codecs.encode', word, 'Vlatin1\n'],
  ['_codecs.encode', 'Va\\u0141\n', 'Vlatin1\n'],
  ['copyreg.__newobj__', type, count],
  ['copyreg.__newobj__', 'ccopyreg\n__newobj__\n', type],
  ['copyreg.__newobj_ex__', type, tuple, dict],
  ['copyreg.__newobj_ex__', type, tuple, '(d'],
  ['copyreg.__newobj_ex__', 'ccopyreg\n__newobj_ex__\n', tuple, dict],
  ['copyreg._reconstructor', type, plain, none],
  ['copyreg._reconstructor', type, 'cbuiltins\nlist\n', list],
  ['copyreg._reconstructor', type, 'cbuiltins\ndict\n', dict],
  ['dill._dill._load_type', 'Vint\n'],
  ['numpy._core.multiarray._reconstruct', array, '(I0\nt', 'Vb\n'],
  ['numpy.core.multiarray._reconstruct', 'cnumpy\nmatrix\n', '(I0\nt', 'Vb\n'],
  ...kinds.map(spelling => ['numpy._core.multiarray.scalar', kind(spelling), bytes] as const),
  ...kinds.map(
    spelling => ['numpy._core.numeric._frombuffer', bytes, kind(spelling), '(I1\nt', 'VC\n'] as const,
  ),
  ...['F', 'K'].flatMap(order =>
    ['(I1\nI0\nt', '(I1\nI1\nt', none].map(
      axes =>
        ['numpy._core.numeric._frombuffer', bytes, kind('<i4'), '(I2\nI2\nt', `V${order}\n`, axes] as const,
    ),
  ),
  ['numpy.dtype', 'cnumpy\nrecord\n'],
  ['numpy.dtype', 'Vbad[\n'],
  ['numpy.dtype', 'V>U3\n', 'I00\n', 'I01\n'],
  ['dill._dill._create_array', 'cnumpy.core.multiarray\n_reconstruct\n', `(${array}(I0\ntVb\nt`, state, none],
];

function global(name: string): string {
  const dot = name.lastIndexOf('.');
  return `c${name.slice(0, dot)}\n${name.slice(dot + 1)}\n`;
}

function called(name: string, args: readonly string[]): Value {
  return assemble(`${global(name)}(${args.join('')}tR`);
}

/** Values beside those of the corpus; calls have other arguments each time. */
export function oddities(random: Random): readonly Value[] {
  const strange = [...constructors.keys()].flatMap(name =>
    Array.from({ length: 4 }, () =>
      called(
        name,
        Array.from({ length: random.below(5) }, () => random.pick(anything)),
      ),
    ),
  );
  return [
    ...[...texts, ...binary].map(assemble),
    ...calls.map(([name, ...args]) => called(name, args)),
    ...strange,
  ];
}
