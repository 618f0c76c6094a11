import { inflateBzip2 } from './bzip2.ts';
import { inflateGzip, inflateZlib } from './deflate.ts';
import { inflateLz4 } from './lz4.ts';
import { inflateLzmaAlone, inflateXz } from './xz.ts';
import { unwrapZfile } from './zfile.ts';

/** What a pickle may stand in: nothing, the containers of joblib, and joblib's own one before 0.10. */
export type Container = 'plain' | 'zlib' | 'gzip' | 'bz2' | 'xz' | 'lzma' | 'lz4' | 'zfile';

interface ContainerRow {
  readonly name: Container;
  match(bytes: Uint8Array): boolean;
  /** @throws Fault `inflate-too-large` beyond `limit` bytes, and what the format's decoder throws */
  inflate(bytes: Uint8Array, limit: number): Uint8Array;
}

function startsWith(...magic: readonly number[]): (bytes: Uint8Array) => boolean {
  return bytes => magic.every((byte, at) => bytes[at] === byte);
}

/**
 * RFC 1950: deflate with the window of 32 KiB that everybody has, and a check that both bytes together are a multiple
 * of 31. With a smaller window the first byte could be an opcode.
 */
function isZlib(bytes: Uint8Array): boolean {
  return bytes[0] === 0x78 && bytes[1] !== undefined && (0x7800 | bytes[1]) % 31 === 0;
}

/** No magic: `5d 00` is what every writer has by default, then a dictionary size, and a size that is unknown or sane. */
function isLzmaAlone(bytes: Uint8Array): boolean {
  if (bytes.length < 13 || bytes[0] !== 0x5d || bytes[1] !== 0 || bytes[2] !== 0) return false;
  const size = bytes.subarray(5, 13);
  return size.every(byte => byte === 0xff) || (size[6] === 0 && size[7] === 0);
}

const containers: readonly ContainerRow[] = [
  { name: 'gzip', match: startsWith(0x1f, 0x8b), inflate: inflateGzip },
  { name: 'bz2', match: startsWith(0x42, 0x5a, 0x68), inflate: inflateBzip2 },
  { name: 'xz', match: startsWith(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), inflate: inflateXz },
  { name: 'lz4', match: startsWith(0x04, 0x22, 0x4d, 0x18), inflate: inflateLz4 },
  { name: 'zfile', match: startsWith(0x5a, 0x46, 0x30, 0x78), inflate: unwrapZfile },
  { name: 'lzma', match: isLzmaAlone, inflate: inflateLzmaAlone },
  { name: 'zlib', match: isZlib, inflate: inflateZlib },
];

export interface Opened {
  /** The containers that were unwrapped, outermost first; empty for a plain file. */
  readonly layers: readonly Container[];
  readonly content: Uint8Array;
}

/** `model.pkl.gz` of a joblib file with compression has two. */
const mostLayers = 3;

/**
 * Unwraps what the bytes themselves say, whatever the file is called.
 * @param limit bytes that any layer may inflate to.
 */
export function openContainers(bytes: Uint8Array, limit: number): Opened {
  const layers: Container[] = [];
  let content = bytes;
  for (
    let row = containerOf(content);
    row !== undefined && layers.length < mostLayers;
    row = containerOf(content)
  ) {
    layers.push(row.name);
    content = row.inflate(content, limit);
  }
  return { layers, content };
}

export function containerOf(bytes: Uint8Array): ContainerRow | undefined {
  return containers.find(row => row.match(bytes));
}
