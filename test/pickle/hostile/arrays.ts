import { bytesOf, type Case, u4, u8 } from './case.ts';

const wrapped = ['pickle-truncated', 'pickle-malformed'];

const dtype = (text: string): string => `cnumpy\ndtype\nU${String.fromCharCode(text.length)}${text}\x85R`;

function wrapper(shape: string, kind: string): string {
  return `cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(U\x05shape${shape}U\x05dtype${dtype(kind)}U\x05orderU\x01CU\x08subclasscnumpy\nndarray\nub`;
}

function state(shape: string, kind: string, contents: string): string {
  return `cnumpy._core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R(K\x01${shape}${dtype(kind)}\x89${contents}tb`;
}

function big(value: bigint): string {
  return `\x8a\x09${u8(value)}\0`;
}

function arrayCase(name: string, pickle: string): Case {
  return { name, bytes: () => bytesOf('\x80\x04', pickle, '.'), codes: wrapped };
}

function npy(header: string): Uint8Array {
  return bytesOf(
    '\x93NUMPY\x01\0',
    String.fromCharCode(header.length & 255, header.length >> 8),
    header,
    '12345678',
  );
}

const beside =
  'cjoblib.numpy_pickle\nNDArrayWrapper\n)\x81}(U\x08filenameU\x05m.npyU\x08subclasscnumpy\nndarray\nub';

/** Headers that claim far more than the file holds. */
export const arrayClaims: readonly Case[] = [
  arrayCase('10 GB in a wrapper', wrapper(`${big(1_250_000_000n)}\x85`, 'f8')),
  arrayCase('10 GB in two dimensions', wrapper(`${big(50_000n)}${big(25_000n)}\x86`, 'f8')),
  arrayCase(
    'a shape beyond 64 bits',
    wrapper(`${big(2n ** 60n)}${big(2n ** 60n)}${big(2n ** 60n)}\x87`, 'f8'),
  ),
  arrayCase('a count beyond 2^53', wrapper(`${big(2n ** 63n)}\x85`, 'f8')),
  arrayCase('a negative count', wrapper('J\xff\xff\xff\xff\x85', 'f8')),
  arrayCase('a thousand dimensions', wrapper(`(${'K\x02'.repeat(1000)}t`, 'f8')),
  arrayCase('an infinite product', wrapper(`(${big(2n ** 52n).repeat(60)}t`, 'f8')),
  {
    // Nothing at all, however it is counted: read, and then no model.
    ...arrayCase('no count times infinity', wrapper(`(K\x00${big(2n ** 52n).repeat(60)}t`, 'f8')),
    codes: [...wrapped, 'sklearn-no-model'],
  },
  arrayCase('a text of a terabyte', wrapper('K\x01\x85', 'U250000000000')),
  arrayCase('10 GB in a state', state(`${big(1_250_000_000n)}\x85`, 'f8', 'C\x0812345678')),
  arrayCase('ten billion objects in a state', state(`${big(10_000_000_000n)}\x85`, 'O8', ']')),
  arrayCase('ten billion elements of no bytes', state(`${big(10_000_000_000n)}\x85`, 'U0', 'C\x00')),
  arrayCase(
    '10 GB in a buffer of eight bytes',
    `cnumpy._core.numeric\n_frombuffer\n(C\x0812345678${dtype('f8')}${big(1_250_000_000n)}\x85U\x01CtR`,
  ),
  arrayCase('bytes of 4 GB', `B${u4(2 ** 32 - 1)}x`),
  arrayCase('bytes of 8 EB', `\x8e${u8(2n ** 63n)}x`),
  arrayCase('a bytearray of 10 GB', `\x96${u8(10n ** 10n)}x`),
  arrayCase('a text of 10 GB', `\x8d${u8(10n ** 10n)}x`),
  arrayCase('a frame of 10 GB', `\x95${u8(10n ** 10n)}N`),
  arrayCase('an integer of 2 GB', `\x8b${u4(2 ** 31 - 1)}x`),
  {
    name: '10 GB beside the file',
    bytes: () => bytesOf('\x80\x04', beside, '.'),
    codes: wrapped,
    companions: { 'm.npy': npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1250000000,), }") },
  },
  {
    name: 'a shape of a million digits beside the file',
    bytes: () => bytesOf('\x80\x04', beside, '.'),
    codes: wrapped,
    companions: {
      'm.npy': npy(`{'descr': '<f8', 'fortran_order': False, 'shape': (${'9'.repeat(60_000)},), }`),
    },
  },
];

/** Names that lead out of the folder, or to nothing. */
export const companionPaths: readonly Case[] = [
  '../m.npy',
  '../../etc/passwd',
  '/etc/passwd',
  'sub/m.npy',
  '..',
  '.',
  'c:\\m',
  '..\\m',
  'm\0.npy',
  `${'x'.repeat(255)}y`,
]
  .map((name): Case => ({
    name: `a companion named ${JSON.stringify(name.slice(0, 30))}`,
    bytes: () => bytesOf('\x80\x04', beside.replace('U\x05m.npy', `X${u4(name.length)}${name}`), '.'),
    codes: ['joblib-companion-escapes'],
    companions: { [name]: npy("{'descr': '|u1', 'fortran_order': False, 'shape': (8,), }") },
  }))
  .concat({
    name: 'a companion that is not there',
    bytes: () => bytesOf('\x80\x04', beside, '.'),
    codes: ['joblib-companion-missing'],
  });
