import { Fault } from '../errors.ts';
import { Output } from './output.ts';

function corrupt(message: string): Fault {
  return new Fault('inflate-corrupt', `the bz2 data are corrupt (${message})`);
}

/** Bits from the most significant end of each byte. Behind the end come zeros, until {@link check} tells. */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** The lowest `count` bits are still to be taken. */
  buffer = 0;
  count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Makes at least 25 bits ready. */
  refill(): void {
    while (this.count <= 24) {
      this.buffer = (this.buffer << 8) | (this.#bytes[this.#at++] ?? 0);
      this.count += 8;
    }
  }

  /** The next `count` bits, at most 24. */
  take(count: number): number {
    if (this.count < count) this.refill();
    this.count -= count;
    return (this.buffer >>> this.count) & ((1 << count) - 1);
  }

  word(): number {
    return ((this.take(16) << 16) | this.take(16)) >>> 0;
  }

  /** Drops the rest of the byte that has been begun. */
  align(): void {
    this.count -= this.count % 8;
  }

  /** Bytes not yet begun; negative when more was taken than there is. */
  get left(): number {
    return this.#bytes.length - this.#at + Math.floor(this.count / 8);
  }

  check(): void {
    if (this.left < 0) throw new Fault('pickle-truncated', 'the bz2 data end too early');
  }
}

const blockMagic = [0x314159, 0x265359];
const endMagic = [0x177245, 0x385090];

/**
 * bzip2 streams, one or several. There is no published standard; the format follows Julian Seward's bzip2 1.0.8 as the
 * independent description by Joe Tsai ("BZIP2: Format Specification", 2016) has it.
 * @throws Fault `inflate-too-large`, `inflate-corrupt`, `pickle-truncated`
 */
export function inflateBzip2(bytes: Uint8Array, limit: number): Uint8Array {
  const bits = new Bits(bytes);
  const output = new Output(limit, 4 * bytes.length);
  try {
    streams(bits, output);
  } catch (thrown) {
    // The zeros behind the end contradict something before anybody asks whether there was an end.
    bits.check();
    throw thrown;
  }
  return output.finished();
}

function streams(bits: Bits, output: Output): void {
  for (let count = 0; bits.left > 0; count++) {
    const magic = bits.take(24);
    // What follows a complete stream and is none is padding, as bzip2 itself takes it.
    if (magic !== 0x425a68 && count > 0) return;
    if (magic !== 0x425a68) throw corrupt('no stream starts here');
    stream(bits, output);
    bits.check();
  }
}

function stream(bits: Bits, output: Output): void {
  const level = bits.take(8) - 0x30;
  if (level < 1 || level > 9) throw corrupt('the level is no digit');
  const block = new Block(level * 100_000);
  let combined = 0;
  for (;;) {
    const magic = [bits.take(24), bits.take(24)];
    const checksum = bits.word();
    if (magic[0] === endMagic[0] && magic[1] === endMagic[1]) {
      if (checksum !== combined) throw corrupt('the checksum of the stream differs');
      break;
    }
    if (magic[0] !== blockMagic[0] || magic[1] !== blockMagic[1]) throw corrupt('no block starts here');
    block.decode(bits);
    bits.check();
    if (block.write(output) !== checksum) throw corrupt('the checksum of a block differs');
    combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
  }
  bits.align();
}

const longestCode = 20;

/** Codes up to this length are found by one look; longer ones are rare. */
const quickBits = 10;

/** Codes of one alphabet: for each length the last code, and what to add for the place in `symbols`. */
interface Huffman {
  /** For each start of a code: symbol and length (five bits), or 0 where the code is longer. */
  readonly quick: Uint16Array;
  readonly limits: Int32Array;
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

function huffman(lengths: Uint8Array): Huffman {
  const symbols = new Uint16Array(lengths.length);
  const limits = new Int32Array(longestCode + 1).fill(-1);
  const bases = new Int32Array(longestCode + 1);
  const quick = new Uint16Array(1 << quickBits);
  let code = 0;
  let placed = 0;
  for (let length = 1; length <= longestCode; length++) {
    bases[length] = placed - code;
    for (let symbol = lengths.indexOf(length); symbol >= 0; symbol = lengths.indexOf(length, symbol + 1)) {
      symbols[placed++] = symbol;
      const spare = quickBits - length;
      if (spare >= 0) quick.fill((symbol << 5) | length, code << spare, (code + 1) << spare);
      code++;
    }
    if (code > 1 << length) throw corrupt('the codes of a table overlap');
    limits[length] = code - 1;
    code <<= 1;
  }
  return { quick, limits, bases, symbols };
}

function decodeSymbol(bits: Bits, { quick, limits, bases, symbols }: Huffman): number {
  if (bits.count < longestCode) bits.refill();
  const ahead = (bits.buffer >>> (bits.count - longestCode)) & ((1 << longestCode) - 1);
  const found = quick[ahead >> (longestCode - quickBits)] as number;
  if (found !== 0) {
    bits.count -= found & 31;
    return found >> 5;
  }
  for (let length = quickBits + 1; length <= longestCode; length++) {
    const code = ahead >> (longestCode - length);
    if (code > (limits[length] as number)) continue;
    bits.count -= length;
    return symbols[code + (bases[length] as number)] as number;
  }
  throw corrupt('a code is not in its table');
}

/** Symbols per choice of a table. */
const groupSize = 50;

/** One block: what it holds before the last run-length step, as a walk over `#links`. */
class Block {
  readonly #capacity: number;
  /** Low byte: the symbol; above it, where the walk goes next. */
  readonly #links: Uint32Array;
  #length = 0;
  #origin = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#links = new Uint32Array(capacity);
  }

  decode(bits: Bits): void {
    if (bits.take(1) === 1) throw corrupt('its block is randomised, which bzip2 gave up in 1997');
    this.#origin = bits.take(24);
    const used = usedBytes(bits);
    const tables = bits.take(3);
    if (tables < 2 || tables > 6) throw corrupt(`${tables} code tables`);
    const choices = selectors(bits, tables);
    const codes = Array.from({ length: tables }, () => huffman(codeLengths(bits, used.length + 2)));
    const counts = this.#symbols(bits, used, codes, choices);
    if (this.#origin >= this.#length) throw corrupt('the origin of a block lies outside');
    this.#link(counts);
  }

  /** Move-to-front and the first run-length step undone; gives how often each byte occurs. */
  #symbols(bits: Bits, used: Uint8Array, codes: readonly Huffman[], choices: Uint8Array): Int32Array {
    const links = this.#links;
    const counts = new Int32Array(256);
    const front = Uint8Array.from(used);
    const end = used.length + 1;
    let length = 0;
    let run = 0;
    let weight = 1;
    for (let group = 0; ; group++) {
      const table = codes[choices[group] ?? -1];
      if (table === undefined) throw corrupt('a block has more symbols than selectors');
      for (let left = groupSize; left > 0; left--) {
        const symbol = decodeSymbol(bits, table);
        if (symbol <= 1) {
          run += weight << symbol;
          weight <<= 1;
          if (run > this.#capacity) throw corrupt('a run is longer than its block');
          continue;
        }
        if (run > 0) {
          const byte = front[0] as number;
          if (length + run > this.#capacity) throw corrupt('a block is longer than its level allows');
          links.fill(byte, length, length + run);
          length += run;
          counts[byte] = (counts[byte] as number) + run;
          run = 0;
          weight = 1;
        }
        if (symbol === end) {
          this.#length = length;
          return counts;
        }
        const byte = front[symbol - 1] as number;
        front.copyWithin(1, 0, symbol - 1);
        front[0] = byte;
        if (length >= this.#capacity) throw corrupt('a block is longer than its level allows');
        links[length++] = byte;
        counts[byte] = (counts[byte] as number) + 1;
      }
    }
  }

  /** The Burrows-Wheeler step: for each position, where the next byte of the text stands. */
  #link(counts: Int32Array): void {
    const links = this.#links;
    const starts = new Int32Array(256);
    for (let byte = 1; byte < 256; byte++)
      starts[byte] = (starts[byte - 1] as number) + (counts[byte - 1] as number);
    for (let at = 0; at < this.#length; at++) {
      const byte = (links[at] as number) & 0xff;
      const slot = starts[byte] as number;
      starts[byte] = slot + 1;
      links[slot] = (links[slot] as number) | (at << 8);
    }
  }

  /** Walks the text, undoing the run-length step of bzip2 (four equal bytes, then a count); gives the checksum. */
  write(output: Output): number {
    const links = this.#links;
    let checksum = -1;
    let link = links[this.#origin] as number;
    let previous = -1;
    let equal = 0;
    for (let left = this.#length; left > 0;) {
      const stretch = Math.min(left, mostWritten);
      left -= stretch;
      output.reserve(stretch);
      const { bytes } = output;
      let to = output.length;
      for (let count = stretch; count > 0; count--) {
        link = links[link >>> 8] as number;
        const byte = link & 0xff;
        if (equal === 4) {
          output.length = to;
          output.fill(previous, byte);
          left += count - 1;
          checksum = repeatedChecksum(checksum, previous, byte);
          equal = 0;
          previous = -1;
          to = -1;
          break;
        }
        equal = byte === previous ? equal + 1 : 1;
        previous = byte;
        bytes[to++] = byte;
        checksum = (checksum << 8) ^ (crcTable[(checksum >>> 24) ^ byte] as number);
      }
      if (to >= 0) output.length = to;
    }
    return ~checksum >>> 0;
  }
}

/** Room is made for so many bytes at a time. */
const mostWritten = 4096;

function repeatedChecksum(from: number, byte: number, count: number): number {
  let checksum = from;
  for (let left = count; left > 0; left--)
    checksum = (checksum << 8) ^ (crcTable[(checksum >>> 24) ^ byte] as number);
  return checksum;
}

function usedBytes(bits: Bits): Uint8Array {
  const groups = bits.take(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if ((groups & (0x8000 >> group)) === 0) continue;
    const members = bits.take(16);
    for (let member = 0; member < 16; member++)
      if (members & (0x8000 >> member)) used.push(group * 16 + member);
  }
  if (used.length === 0) throw corrupt('a block uses no byte');
  return Uint8Array.from(used);
}

/** Which table each group of symbols uses, stored as moves to the front. */
function selectors(bits: Bits, tables: number): Uint8Array {
  const count = bits.take(15);
  const front = Array.from({ length: tables }, (_, at) => at);
  return Uint8Array.from({ length: count }, () => {
    let place = 0;
    while (bits.take(1) === 1) if (++place >= tables) throw corrupt('a selector names no table');
    const [chosen] = front.splice(place, 1) as [number];
    front.unshift(chosen);
    return chosen;
  });
}

function codeLengths(bits: Bits, symbols: number): Uint8Array {
  let length = bits.take(5);
  return Uint8Array.from({ length: symbols }, () => {
    while (bits.take(1) === 1) {
      length += bits.take(1) === 0 ? 1 : -1;
      if (length < 1 || length > longestCode) throw corrupt('a code has no possible length');
    }
    if (length < 1 || length > longestCode) throw corrupt('a code has no possible length');
    return length;
  });
}

/** CRC-32 with the polynomial 0x04c11db7, most significant bit first: not the reflected one of zlib. */
const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});
