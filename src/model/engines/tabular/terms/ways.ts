import { tokenOps } from '../../../plan/index.ts';
import { unitsOf, type CharacterSet } from './characters.ts';

/** Words of bits that are kept of a text at a time. */
const mostWords = 1 << 16;

/** Length of the steps that a program is made of. */
const stepWords = 3;

/** A program that finds tokens, with what follows from it alone. */
export class TokenProgram {
  readonly steps: Int32Array;
  readonly sets: readonly CharacterSet[];
  /** Number of steps. */
  readonly count: number;
  /** Steps that take a character, in order; and the number of each step among them, -1 for the others. */
  readonly takers: Int32Array;
  readonly takerOf: Int32Array;
  /** Steps that end a match. */
  readonly matches: readonly number[];
  /** Steps from which one comes to step s without a character: from `sources[sourceStarts[s]]` on. */
  readonly sources: Int32Array;
  readonly sourceStarts: Int32Array;
  /** Whether there is a group, which is the token then. */
  readonly groups: boolean;
  readonly #words: CharacterSet;

  /** @param words what `\b` takes for a character of a word */
  constructor(steps: Int32Array, sets: readonly CharacterSet[], words: CharacterSet) {
    this.steps = steps;
    this.sets = sets;
    this.count = steps.length / stepWords;
    this.#words = words;
    const numbers = Array.from({ length: this.count }, (_, step) => step);
    this.takers = Int32Array.from(numbers.filter(step => this.op(step) === tokenOps.set));
    this.takerOf = new Int32Array(this.count).fill(-1);
    for (const [taker, step] of this.takers.entries()) this.takerOf[step] = taker;
    this.matches = numbers.filter(step => this.op(step) === tokenOps.match);
    this.groups = numbers.some(step => this.op(step) === tokenOps.save);
    const sources: number[][] = numbers.map(() => []);
    for (const step of numbers) for (const target of this.#targetsOf(step)) sources[target]?.push(step);
    this.sources = Int32Array.from(sources.flat());
    let start = 0;
    this.sourceStarts = Int32Array.of(0, ...sources.map(own => (start += own.length)));
  }

  op(step: number): number {
    return this.steps[step * stepWords] as number;
  }

  /** The first operand of a step, or the second. */
  operand(step: number, which: 0 | 1): number {
    return this.steps[step * stepWords + 1 + which] as number;
  }

  /** Steps that one comes to from a step without a character. */
  #targetsOf(step: number): readonly number[] {
    switch (this.op(step)) {
      case tokenOps.match:
      case tokenOps.set:
        return [];
      case tokenOps.fork:
        return [this.operand(step, 0), this.operand(step, 1)];
      case tokenOps.jump:
        return [this.operand(step, 0)];
      default:
        return [step + 1];
    }
  }

  /** Whether one may go on from a step that takes no character; only assertions ask for anything. */
  holds(op: number, text: string, at: number): boolean {
    switch (op) {
      case tokenOps.start:
        return at === 0;
      case tokenOps.end:
        return at === text.length;
      case tokenOps.boundary:
      case tokenOps.inside:
        return (this.#isWordBefore(text, at) !== this.#isWordAt(text, at)) === (op === tokenOps.boundary);
      default:
        return true;
    }
  }

  #isWordAt(text: string, at: number): boolean {
    return at < text.length && this.#words.has(text.codePointAt(at) as number);
  }

  #isWordBefore(text: string, at: number): boolean {
    return at > 0 && this.#words.has(text.codePointAt(placeBefore(text, at)) as number);
  }
}

/** Where the character begins that ends at a place above 0. */
function placeBefore(text: string, at: number): number {
  return at > 1 && (text.codePointAt(at - 2) as number) > 0xff_ff ? at - 2 : at - 1;
}

/** Steps that lead to a match from a place of the text. */
class Reached {
  readonly #program: TokenProgram;
  readonly #rounds: Int32Array;
  readonly #stack: Int32Array;
  #round = 0;

  constructor(program: TokenProgram) {
    this.#program = program;
    this.#rounds = new Int32Array(program.count);
    this.#stack = new Int32Array(program.count);
  }

  has(step: number): boolean {
    return this.#rounds[step] === this.#round;
  }

  /** Goes back from those that take the character here, as the bits say, and from the end of a match. */
  fill(text: string, at: number, bits: Int32Array, offset: number): void {
    const { takers, matches } = this.#program;
    if (++this.#round === 2 ** 31 - 1) {
      this.#rounds.fill(0);
      this.#round = 1;
    }
    let height = 0;
    for (const step of matches) height = this.#push(step, height);
    for (let taker = 0; taker < takers.length; taker++)
      if (hasBit(bits, offset, taker)) height = this.#push(takers[taker] as number, height);
    this.#spread(text, at, height);
  }

  #push(step: number, height: number): number {
    if (this.has(step)) return height;
    this.#rounds[step] = this.#round;
    this.#stack[height] = step;
    return height + 1;
  }

  #spread(text: string, at: number, seeds: number): void {
    const program = this.#program;
    for (let height = seeds; height > 0;) {
      const step = this.#stack[--height] as number;
      const end = program.sourceStarts[step + 1] as number;
      for (let index = program.sourceStarts[step] as number; index < end; index++) {
        const source = program.sources[index] as number;
        if (program.holds(program.op(source), text, at)) height = this.#push(source, height);
      }
    }
  }
}

function hasBit(bits: Int32Array, offset: number, bit: number): boolean {
  return (((bits[offset + (bit >> 5)] as number) >> (bit & 31)) & 1) === 1;
}

function setBit(bits: Int32Array, offset: number, bit: number): void {
  bits[offset + (bit >> 5)] = (bits[offset + (bit >> 5)] as number) | (1 << (bit & 31));
}

/**
 * Which steps lead to a match from each place of a text: found from its end to its start, so that who goes on from its start
 * never takes a way that leads nowhere. Of a long text only the bits of a block are kept, and those of the places where
 * blocks end: each block is gone through twice, and places have to be asked about from the left to the right.
 */
export class Ways {
  readonly #program: TokenProgram;
  /** Words of bits of a place: one bit for each step that takes a character, and one for step 0. */
  readonly #words: number;
  /** Code units of a block. */
  readonly #size: number;
  #bits = new Int32Array(0);
  /** Bits of the first place behind each block. */
  #ends = new Int32Array(0);
  #text = '';
  #block = -1;
  #before: Reached;
  #behind: Reached;

  constructor(program: TokenProgram) {
    this.#program = program;
    this.#words = Math.ceil((program.takers.length + 1) / 32);
    this.#size = Math.max(2, Math.floor(mostWords / this.#words));
    this.#before = new Reached(program);
    this.#behind = new Reached(program);
  }

  begin(text: string): void {
    this.#text = text;
    const blocks = Math.ceil((text.length + 1) / this.#size);
    const words = Math.min(this.#size, text.length + 1) * this.#words;
    if (words > this.#bits.length) this.#bits = new Int32Array(words);
    this.#ends = new Int32Array((blocks - 1) * this.#words);
    for (let block = blocks - 1; block >= 0; block--) this.#goThrough(block);
  }

  /** Whether a match begins at a place. */
  starts(at: number): boolean {
    return this.#has(at, this.#program.takers.length);
  }

  /** Whether a match goes on with a step that takes the character at a place. */
  takes(at: number, taker: number): boolean {
    return this.#has(at, taker);
  }

  #has(at: number, bit: number): boolean {
    const block = Math.floor(at / this.#size);
    if (block !== this.#block) this.#goThrough(block);
    return hasBit(this.#bits, (at - block * this.#size) * this.#words, bit);
  }

  /** Fills the bits of a block from its end on, and those at the end of the block before. */
  #goThrough(block: number): void {
    const text = this.#text;
    const start = block * this.#size;
    const last = Math.min(start + this.#size - 1, text.length);
    this.#block = block;
    this.#bits.fill(0, 0, (last + 1 - start) * this.#words);
    let at = last;
    if (last === text.length) this.#mark(at, start);
    else {
      at = last + 1;
      if (placeBefore(text, at + 1) < at) at++;
      this.#behind.fill(text, at, this.#ends, block * this.#words);
    }
    while (at > start) {
      const place = placeBefore(text, at);
      // The character belongs to the block before.
      if (place < start) break;
      at = place;
      this.#take(at, start);
      this.#mark(at, start);
    }
    if (block > 0) this.#keepEnd(block - 1, (at - start) * this.#words);
  }

  #keepEnd(block: number, offset: number): void {
    for (let word = 0; word < this.#words; word++)
      this.#ends[block * this.#words + word] = this.#bits[offset + word] as number;
  }

  /** Sets the bits of the steps that may take the character at a place. */
  #take(at: number, start: number): void {
    const { takers, sets } = this.#program;
    const code = this.#text.codePointAt(at) as number;
    const offset = (at - start) * this.#words;
    for (let taker = 0; taker < takers.length; taker++) {
      const step = takers[taker] as number;
      if (this.#behind.has(step + 1) && (sets[this.#program.operand(step, 0)] as CharacterSet).has(code))
        setBit(this.#bits, offset, taker);
    }
  }

  /** Finds what leads to a match from a place whose bits are set, and makes it what lies behind the next. */
  #mark(at: number, start: number): void {
    const offset = (at - start) * this.#words;
    this.#before.fill(this.#text, at, this.#bits, offset);
    if (this.#before.has(0)) setBit(this.#bits, offset, this.#program.takers.length);
    [this.#before, this.#behind] = [this.#behind, this.#before];
  }
}

/** The place behind the character at a place, or behind the end. */
export function placeAfter(text: string, at: number): number {
  return at + (at < text.length ? unitsOf(text.codePointAt(at) as number) : 1);
}
