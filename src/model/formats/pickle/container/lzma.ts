import { Fault } from '../errors.ts';
import type { Output } from './output.ts';

/** Parameters of a stream: literal context bits, literal position bits, position bits. */
export interface LzmaProperties {
  readonly lc: number;
  readonly lp: number;
  readonly pb: number;
}

export function corrupt(message: string): Fault {
  return new Fault('inflate-corrupt', `the lzma data are corrupt (${message})`);
}

/** The byte that holds the three: (pb * 5 + lp) * 9 + lc. @throws Fault `inflate-corrupt` */
export function lzmaProperties(byte: number): LzmaProperties {
  if (byte >= 225) throw corrupt('the properties are out of range');
  return { lc: byte % 9, lp: Math.floor(byte / 9) % 5, pb: Math.floor(byte / 45) };
}

const half = 1024;
const states = 12;

function probabilities(count: number): Uint16Array {
  return new Uint16Array(count).fill(half);
}

/** Lengths of matches: a choice among 8, 8 and 256 values. */
class Lengths {
  readonly choice = probabilities(2);
  readonly low = probabilities(16 * 8);
  readonly middle = probabilities(16 * 8);
  readonly high = probabilities(256);
}

/**
 * Decodes LZMA symbols into an output, which is the dictionary as well. Source: Igor Pavlov's LZMA specification (the
 * reference decoder `LzmaSpec.cpp` of the LZMA SDK, public domain); names follow it.
 */
export class LzmaDecoder {
  readonly #output: Output;
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;
  #range = 0;
  #code = 0;
  #lc = 0;
  #lpMask = 0;
  #pbMask = 0;
  #literals = probabilities(0);
  #isMatch = probabilities(states * 16);
  #isRep = probabilities(states);
  #isRepG0 = probabilities(states);
  #isRepG1 = probabilities(states);
  #isRepG2 = probabilities(states);
  #isRep0Long = probabilities(states * 16);
  #slots = probabilities(4 * 64);
  #special = probabilities(128);
  #align = probabilities(16);
  #matchLengths = new Lengths();
  #repLengths = new Lengths();
  #state = 0;
  #reps: [number, number, number, number] = [0, 0, 0, 0];
  /** Where the dictionary starts in the output: nothing before it may be referred to. */
  #start = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Forgets the dictionary. */
  resetDictionary(): void {
    this.#start = this.#output.length;
  }

  /** New properties, which includes new probabilities. */
  configure({ lc, lp, pb }: LzmaProperties): void {
    this.#lc = lc;
    this.#lpMask = (1 << lp) - 1;
    this.#pbMask = (1 << pb) - 1;
    this.#literals = probabilities(0x300 << (lc + lp));
    this.resetState();
  }

  /** Probabilities, state and last distances as at a start. */
  resetState(): void {
    this.#literals.fill(half);
    for (const one of [this.#isMatch, this.#isRep, this.#isRepG0, this.#isRepG1, this.#isRepG2])
      one.fill(half);
    for (const one of [this.#isRep0Long, this.#slots, this.#special, this.#align]) one.fill(half);
    this.#matchLengths = new Lengths();
    this.#repLengths = new Lengths();
    this.#state = 0;
    this.#reps = [0, 0, 0, 0];
  }

  /**
   * Decodes one run of range-coded data.
   * @param input from its first byte, which is 0, on. @param size bytes it yields; undefined when an end marker tells.
   * @returns bytes of the input that were used.
   * @throws Fault `inflate-corrupt`, `inflate-too-large`, `pickle-truncated`
   */
  decode(input: Uint8Array, size: number | undefined): number {
    if (input.length < 5) throw new Fault('pickle-truncated', 'the lzma data end too early');
    if (input[0] !== 0) throw corrupt('the range coder does not start with 0');
    this.#input = input;
    this.#code = new DataView(input.buffer, input.byteOffset).getUint32(1, false);
    this.#range = 0xffffffff;
    this.#at = 5;
    const end = size === undefined ? Infinity : this.#output.length + size;
    while (this.#output.length < end) {
      if (!this.#symbol(end)) {
        if (size !== undefined && this.#output.length !== end)
          throw corrupt('it ends before its announced size');
        return this.#at;
      }
    }
    // Both forms may close with an end marker even when the size is known; xz forbids it, lzma-alone allows it.
    return this.#at;
  }

  /** One literal, match or repetition. @returns false at the end marker. */
  #symbol(end: number): boolean {
    const output = this.#output;
    const position = (output.length - this.#start) & this.#pbMask;
    if (this.#bit(this.#isMatch, (this.#state << 4) + position) === 0) {
      this.#literal();
      return true;
    }
    const isMatch = this.#bit(this.#isRep, this.#state) === 0;
    const length = isMatch ? this.#match(position) : this.#repetition(position);
    if (isMatch && this.#reps[0] === 0xffffffff) return false;
    const distance = this.#reps[0] + 1;
    if (distance > output.length - this.#start) throw corrupt('a match reaches before the start');
    if (output.length + length > end) throw corrupt('a match reaches beyond the announced size');
    output.repeat(distance, length);
    return true;
  }

  #match(position: number): number {
    const [first, second, third] = this.#reps;
    const length = this.#length(this.#matchLengths, position) + 2;
    this.#state = this.#state < 7 ? 7 : 10;
    this.#reps = [this.#distance(Math.min(length - 2, 3)), first, second, third];
    return length;
  }

  /** Takes one of the last four distances to the front. */
  #repetition(position: number): number {
    const state = this.#state;
    const reps = this.#reps;
    if (this.#bit(this.#isRepG0, state) === 0) {
      if (this.#bit(this.#isRep0Long, (state << 4) + position) === 0) {
        this.#state = state < 7 ? 9 : 11;
        return 1;
      }
    } else if (this.#bit(this.#isRepG1, state) === 0) this.#reps = [reps[1], reps[0], reps[2], reps[3]];
    else if (this.#bit(this.#isRepG2, state) === 0) this.#reps = [reps[2], reps[0], reps[1], reps[3]];
    else this.#reps = [reps[3], reps[0], reps[1], reps[2]];
    this.#state = state < 7 ? 8 : 11;
    return this.#length(this.#repLengths, position) + 2;
  }

  /** Most symbols are literals, so the range coder's state stands in locals here. */
  #literal(): void {
    const output = this.#output;
    const position = output.length - this.#start;
    const previous = position > 0 ? (output.bytes[output.length - 1] as number) : 0;
    const context = ((position & this.#lpMask) << this.#lc) + (previous >> (8 - this.#lc));
    const base = 0x300 * context;
    const literals = this.#literals;
    const input = this.#input;
    // After a match, the byte it would have gone on with guides the bits for as long as they agree.
    let matched = this.#state >= 7 ? this.#guide(position) : -1;
    let range = this.#range;
    let code = this.#code;
    let symbol = 1;
    while (symbol < 0x100) {
      let index = base + symbol;
      let matchBit = 0;
      if (matched >= 0) {
        matchBit = (matched >> 7) & 1;
        matched = (matched << 1) & 0xff;
        index += (1 + matchBit) << 8;
      }
      const probability = literals[index] as number;
      const bound = Math.imul(range >>> 11, probability) >>> 0;
      let bit = 0;
      if (code < bound) {
        range = bound;
        literals[index] = probability + ((2048 - probability) >> 5);
      } else {
        bit = 1;
        range -= bound;
        code -= bound;
        literals[index] = probability - (probability >> 5);
      }
      if (range < 0x1000000) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | (input[this.#at++] ?? 0)) >>> 0;
      }
      if (matchBit !== bit) matched = -1;
      symbol = (symbol << 1) | bit;
    }
    this.#range = range;
    this.#code = code;
    if (this.#at > input.length) throw new Fault('pickle-truncated', 'the lzma data end too early');
    output.byte(symbol & 0xff);
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  #guide(position: number): number {
    const distance = this.#reps[0] + 1;
    if (distance > position) throw corrupt('a literal refers before the start');
    return this.#output.bytes[this.#output.length - distance] as number;
  }

  #length(lengths: Lengths, position: number): number {
    if (this.#bit(lengths.choice, 0) === 0) return this.#tree(lengths.low, position << 3, 3);
    if (this.#bit(lengths.choice, 1) === 0) return 8 + this.#tree(lengths.middle, position << 3, 3);
    return 16 + this.#tree(lengths.high, 0, 8);
  }

  #distance(lengthState: number): number {
    const slot = this.#tree(this.#slots, lengthState << 6, 6);
    if (slot < 4) return slot;
    const directBits = (slot >> 1) - 1;
    const base = ((2 | (slot & 1)) << directBits) >>> 0;
    if (slot < 14) return base + this.#reverseTree(this.#special, base - slot, directBits);
    const high = this.#direct(directBits - 4);
    return (base + high * 16 + this.#reverseTree(this.#align, 0, 4)) >>> 0;
  }

  #tree(table: Uint16Array, base: number, bits: number): number {
    let symbol = 1;
    for (let left = bits; left > 0; left--) symbol = (symbol << 1) | this.#bit(table, base + symbol);
    return symbol - (1 << bits);
  }

  #reverseTree(table: Uint16Array, base: number, bits: number): number {
    let node = 1;
    let symbol = 0;
    for (let at = 0; at < bits; at++) {
      const bit = this.#bit(table, base + node);
      node = (node << 1) | bit;
      symbol |= bit << at;
    }
    return symbol;
  }

  /** Bits of equal chances. */
  #direct(bits: number): number {
    let value = 0;
    for (let left = bits; left > 0; left--) {
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
      if (this.#range < 0x1000000) this.#normalise();
    }
    return value;
  }

  #bit(table: Uint16Array, index: number): number {
    const probability = table[index] as number;
    const bound = Math.imul(this.#range >>> 11, probability) >>> 0;
    let bit = 0;
    if (this.#code < bound) {
      this.#range = bound;
      table[index] = probability + ((2048 - probability) >> 5);
    } else {
      bit = 1;
      this.#range -= bound;
      this.#code -= bound;
      table[index] = probability - (probability >> 5);
    }
    if (this.#range < 0x1000000) this.#normalise();
    return bit;
  }

  #normalise(): void {
    const byte = this.#input[this.#at++];
    if (byte === undefined) throw new Fault('pickle-truncated', 'the lzma data end too early');
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | byte) >>> 0;
  }
}
