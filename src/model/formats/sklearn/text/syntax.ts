import { characterItems } from '../../../plan/index.ts';

/** [kind, first, last] of `characterItems`: a range of code points, or a class of characters. */
export type CharacterItem = readonly [kind: number, first: number, last: number];

export interface CharacterSet {
  readonly items: readonly CharacterItem[];
  readonly negated: boolean;
}

/** A regular expression of Python's `re`, parsed. */
export type PatternNode =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assert'; readonly what: 'boundary' | 'inside' | 'start' | 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'either'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'group'; readonly body: PatternNode; readonly captures: boolean }
  | {
      readonly kind: 'repeat';
      readonly body: PatternNode;
      readonly least: number;
      readonly most: number;
      readonly greedy: boolean;
    };

const highest = 0x10_ff_ff;
const range = (first: number, last = first): CharacterItem => [characterItems.range, first, last];

const asciiSpace = [range(9, 13), range(32)];
const asciiDigit = [range(48, 57)];
const asciiWord = [range(48, 57), range(65, 90), range(95), range(97, 122)];

/** All that rising ranges leave out. */
function complement(ranges: readonly CharacterItem[]): CharacterItem[] {
  const rest: CharacterItem[] = [];
  let from = 0;
  for (const [, first, last] of ranges) {
    if (first > from) rest.push(range(from, first - 1));
    from = last + 1;
  }
  return [...rest, range(from, highest)];
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };

/** Deeper groups are refused; people write three or four. */
const deepest = 50;
const mostRepeats = 1000;

class Parser {
  readonly #characters: readonly string[];
  readonly #fail: (problem: string) => never;
  #at = 0;
  #depth = 0;
  #captures = 0;
  #ignoreCase = false;
  #ascii = false;
  #dotAll = false;

  constructor(pattern: string, fail: (problem: string) => never) {
    this.#characters = Array.from(pattern);
    this.#fail = fail;
  }

  parse(): PatternNode {
    this.#globalFlags();
    const node = this.#either();
    if (this.#at < this.#characters.length) this.#fail('it has an unbalanced parenthesis');
    if (this.#captures > 1)
      this.#fail('it has more than one capturing group, which scikit-learn refuses too');
    return node;
  }

  get #next(): string | undefined {
    return this.#characters[this.#at];
  }

  #take(): string {
    return this.#characters[this.#at++] ?? this.#fail('it ends too early');
  }

  #accept(text: string): boolean {
    if (!this.#rest(text.length).startsWith(text)) return false;
    this.#at += text.length;
    return true;
  }

  #rest(length: number): string {
    return this.#characters.slice(this.#at, this.#at + length).join('');
  }

  #globalFlags(): void {
    for (let flags = this.#flagsAt(); flags !== undefined; flags = this.#flagsAt()) {
      this.#at += flags.length + 3;
      this.#setFlags(flags);
    }
  }

  #flagsAt(): string | undefined {
    return /^\(\?([aiLmsux]+)\)/.exec(this.#rest(12))?.[1];
  }

  #setFlags(flags: string): void {
    for (const flag of flags) {
      if (flag === 'i') this.#ignoreCase = true;
      else if (flag === 'a') this.#ascii = true;
      else if (flag === 's') this.#dotAll = true;
      else if (flag !== 'u') this.#fail(`the flag ${flag} is not supported`);
    }
  }

  #either(): PatternNode {
    if (++this.#depth > deepest) this.#fail(`it has more than ${deepest} groups inside each other`);
    const options = [this.#sequence()];
    while (this.#accept('|')) options.push(this.#sequence());
    this.#depth--;
    return options.length === 1 ? (options[0] as PatternNode) : { kind: 'either', options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#next !== undefined && this.#next !== '|' && this.#next !== ')')
      parts.push(this.#repeated(this.#atom()));
    return { kind: 'sequence', parts };
  }

  #repeated(body: PatternNode): PatternNode {
    const bounds = this.#bounds();
    if (bounds === undefined) return body;
    if (body.kind === 'assert') return this.#fail('it repeats a position');
    const greedy = !this.#accept('?');
    if (this.#next === '+') this.#fail('possessive repetition is not supported');
    if (this.#bounds() !== undefined) this.#fail('it repeats a repetition');
    return { kind: 'repeat', body, ...bounds, greedy };
  }

  #bounds(): { readonly least: number; readonly most: number } | undefined {
    if (this.#accept('*')) return { least: 0, most: Infinity };
    if (this.#accept('+')) return { least: 1, most: Infinity };
    if (this.#accept('?')) return { least: 0, most: 1 };
    const found = /^\{(\d*)(,?)(\d*)\}/.exec(this.#rest(24));
    // As in Python, braces that hold no numbers stand for themselves.
    if (found === null || (found[1] === '' && found[3] === '')) return undefined;
    this.#at += found[0].length;
    const least = Number(found[1] ?? 0);
    let most = found[2] === '' ? least : Infinity;
    if (found[3] !== '') most = Number(found[3]);
    if (most < least || least > mostRepeats || (most !== Infinity && most > mostRepeats))
      this.#fail(`${found[0]} is no repetition that is supported`);
    return { least, most };
  }

  #atom(): PatternNode {
    const character = this.#take();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'set', set: this.#set() };
      case '.':
        return this.#oneOf(this.#dotAll ? [range(0, highest)] : complement([range(10)]));
      case '^':
        return { kind: 'assert', what: 'start' };
      case '$':
        return this.#fail('$ is not supported');
      case '\\':
        return this.#escape();
      case '*':
      case '+':
      case '?':
        return this.#fail(`there is nothing for ${character} to repeat`);
      default:
        return this.#oneOf([range(character.codePointAt(0) as number)]);
    }
  }

  #group(): PatternNode {
    let captures = true;
    if (this.#accept('?')) {
      captures = false;
      if (this.#accept('P<')) {
        captures = true;
        while (this.#take() !== '>');
      } else if (!this.#accept(':')) this.#fail(`(?${this.#next ?? ''} is not supported`);
    }
    if (captures) this.#captures++;
    const body = this.#either();
    if (!this.#accept(')')) this.#fail('it has an unbalanced parenthesis');
    return { kind: 'group', body, captures };
  }

  #escape(): PatternNode {
    const character = this.#take();
    if (character === 'b') return { kind: 'assert', what: 'boundary' };
    if (character === 'B') return { kind: 'assert', what: 'inside' };
    if (character === 'A') return { kind: 'assert', what: 'start' };
    if (character === 'Z') return { kind: 'assert', what: 'end' };
    return this.#oneOf(this.#class(character) ?? [range(this.#literal(character))]);
  }

  #oneOf(items: readonly CharacterItem[]): PatternNode {
    return { kind: 'set', set: this.#folded({ items, negated: false }) };
  }

  /** With the flag i a character matches when it, its lower or its upper case is in the set. */
  #folded(set: CharacterSet): CharacterSet {
    return this.#ignoreCase ? { ...set, items: [[characterItems.ignoreCase, 0, 0], ...set.items] } : set;
  }

  #class(character: string): readonly CharacterItem[] | undefined {
    const classes = { w: asciiWord, d: asciiDigit, s: asciiSpace } as const;
    const lower = character.toLowerCase();
    if (lower !== 'w' && lower !== 'd' && lower !== 's') return undefined;
    const negated = character !== lower;
    if (this.#ascii) return negated ? complement(classes[lower]) : classes[lower];
    const kinds = {
      w: ['word', 'notWord'],
      d: ['digit', 'notDigit'],
      s: ['space', 'notSpace'],
    } as const;
    return [[characterItems[kinds[lower][negated ? 1 : 0]], 0, 0]];
  }

  /** The code point that an escape stands for. */
  #literal(character: string): number {
    const lengths = { x: 2, u: 4, U: 8 } as const;
    if (character === 'x' || character === 'u' || character === 'U') {
      const digits = this.#rest(lengths[character]);
      const code = /^[0-9a-f]+$/i.test(digits) ? parseInt(digits, 16) : NaN;
      if (digits.length !== lengths[character] || !(code <= highest))
        return this.#fail(`\\${character}${digits} is no character`);
      this.#at += digits.length;
      return code;
    }
    if (/[0-9]/.test(character)) return this.#fail(`\\${character} is not supported`);
    const known = escapes[character];
    if (known !== undefined) return known;
    if (/[a-z]/i.test(character)) return this.#fail(`\\${character} is not supported`);
    return character.codePointAt(0) as number;
  }

  #set(): CharacterSet {
    const negated = this.#accept('^');
    const items: CharacterItem[] = [];
    for (let first = true; first || this.#next !== ']'; first = false) items.push(...this.#member());
    this.#at++;
    return this.#folded({ items, negated });
  }

  /** A character, a range or a class inside brackets. */
  #member(): readonly CharacterItem[] {
    const from = this.#setCharacter();
    if (typeof from !== 'number') return from;
    if (this.#next !== '-' || this.#characters[this.#at + 1] === ']') return [range(from)];
    this.#at++;
    const to = this.#setCharacter();
    if (typeof to !== 'number' || to < from) return this.#fail('it has a range that is none');
    return [range(from, to)];
  }

  #setCharacter(): number | readonly CharacterItem[] {
    const character = this.#take();
    if (character !== '\\') return character.codePointAt(0) as number;
    const escaped = this.#take();
    return this.#class(escaped) ?? this.#literal(escaped);
  }
}

/**
 * Parses a pattern in the dialect of Python's `re`. Lookaround, backreferences, `$`, verbose and multi-line patterns are not
 * supported.
 * @param fail called with what about the pattern is not supported
 */
export function parsePattern(pattern: string, fail: (problem: string) => never): PatternNode {
  return new Parser(pattern, fail).parse();
}
