import { containerOf } from './container/open.ts';
import { peekDeflate } from './container/deflate.ts';
import { CodedError } from '../../../base/errors/index.ts';
import { Fault } from './errors.ts';
import { Budget } from './machine/budget.ts';
import { Classes } from './machine/classes.ts';
import { Machine } from './machine/machine.ts';
import { opcodeOf } from './machine/opcodes.ts';
import { latin1 } from './machine/text.ts';

/**
 * Says what a file is that is no pickle, when that is something people often have by mistake.
 * @throws Fault `pickle-empty`, `pickle-git-lfs`, `pickle-html`
 */
export function refuseMistakes(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new Fault('pickle-empty', 'the file is empty');
  const head = latin1(bytes.subarray(0, 512)).replace(/^(\xef\xbb\xbf)?\s*/, '');
  if (head.startsWith('version https://git-lfs.github.com/spec/')) {
    const size = /^size (\d{1,18})$/m.exec(head)?.[1];
    const missing = size === undefined ? '' : ` of a file of ${size} bytes`;
    throw new Fault('pickle-git-lfs', `the file is the Git LFS pointer${missing}, not the file itself`);
  }
  if (/^(<!--[^]*?-->\s*)?<(!doctype\s+html|html|head|body)\b/i.test(head))
    throw new Fault('pickle-html', 'the file is a web page (HTML), expected a pickle or joblib file');
}

/** Starts of files that are models too, but no pickles. */
const others: readonly (readonly [string, string])[] = [
  ['PK\u0003\u0004', 'a zip archive'],
  ['\u0089HDF\r\n', 'an HDF5 file'],
  ['(\u00b5/\u00fd', 'zstd-compressed data'],
  ['{', 'JSON'],
  ['<?xml', 'XML'],
  ['\u0093NUMPY', 'a NumPy array file'],
];

function guess(start: string): string | undefined {
  const known = others.find(([magic]) => start.startsWith(magic))?.[1];
  return known ?? (/^[\t\r\n -~]+$/.test(start) ? 'text' : undefined);
}

/** The error for bytes that begin like no pickle: names what they look like. */
export function unrecognised(bytes: Uint8Array, layers: readonly string[]): Fault {
  const start = bytes.subarray(0, 64);
  const kind = guess(latin1(start));
  const hex = Buffer.from(start.subarray(0, 8))
    .toString('hex')
    .replaceAll(/(..)(?=.)/g, '$1 ');
  const inside = layers.length === 0 ? 'the file' : `the content of the ${layers.join(' in ')} data`;
  const looks = kind === undefined ? '' : `, which looks like ${kind}`;
  return new Fault(
    'pickle-unrecognised',
    `${inside} starts with the bytes ${hex}${looks}; expected a pickle, or one in a container that joblib writes`,
  );
}

/** Opcodes that a look carries out: enough that text hardly passes by accident. */
const opcodesLooked = 12;
const bytesLooked = 4096;
const packedLooked = 512;

/**
 * Whether bytes begin as a pickle does. PROTO tells it since protocol 2; before, the first opcodes must be ones that can
 * be carried out, and more than one of them, since any text is an opcode or two.
 */
export function startsLikePickle(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if (first === 0x80) return second !== undefined && second < 0x20;
  if (first === undefined || (opcodeOf(first)?.protocol ?? 2) > 1) return false;
  const around = {
    budget: new Budget(1 << 20, 1 << 20),
    classes: new Classes(),
    afterBuild: undefined,
    where: '',
  };
  const machine = new Machine(bytes.subarray(0, bytesLooked), 0, around);
  for (let count = 0; count < opcodesLooked; count++) {
    try {
      if (machine.advance(1)) break;
    } catch (thrown) {
      if (!(thrown instanceof CodedError)) throw thrown;
      if (thrown.code === 'pickle-malformed') return false;
      // What is refused or cut off was understood so far.
      return count > 1 || (count === 1 && bytes.length > bytesLooked);
    }
  }
  return true;
}

/**
 * A cheap look at the first bytes: a pickle, or a container of joblib that holds one. Names of files say nothing.
 * Damaged data count as what they look like, so that their reader says what is wrong. bz2, xz, lzma and lz4 count as they are, since nothing else of ours comes in them and looking inside is not cheap.
 */
export function looksLikePickle(bytes: Uint8Array): boolean {
  const container = containerOf(bytes)?.name;
  if (container === undefined) return bytes.length > 0 && startsLikePickle(bytes);
  if (container !== 'zlib' && container !== 'gzip') return true;
  const peeked = peekDeflate(bytes.subarray(0, packedLooked), container === 'gzip');
  return peeked === undefined || containerOf(peeked) !== undefined || startsLikePickle(peeked);
}
