import { characterItems } from '../../../plan/index.ts';

/** `str.isalnum` or an underscore: Python's `\w`. Marks are none of it, so that a decomposed é ends a word. */
const word = /[\p{L}\p{N}_]/u;
const digit = /\p{Nd}/u;
/** `str.isspace` */
const spaces = '[\\t-\\r\\x1C-\\x20\\x85\\xA0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]';
const space = new RegExp(spaces, 'u');
const someSpaces = new RegExp(`${spaces}+`, 'u');
const manySpaces = new RegExp(`${spaces}{2,}`, 'gu');

const classes: Readonly<Record<number, (character: string) => boolean>> = {
  [characterItems.word]: character => word.test(character),
  [characterItems.notWord]: character => !word.test(character),
  [characterItems.digit]: character => digit.test(character),
  [characterItems.notDigit]: character => !digit.test(character),
  [characterItems.space]: character => space.test(character),
  [characterItems.notSpace]: character => !space.test(character),
};

const planeSize = 0x1_00_00;
const unknown = 2;

/** A set of characters as a plan has it; what was found out of a character is kept. */
export class CharacterSet {
  readonly #items: Int32Array;
  readonly #negated: boolean;
  readonly #ignoresCase: boolean;
  /** 0, 1, or 2 for what nobody has asked yet, by code point; only of the first plane. */
  readonly #known = new Uint8Array(planeSize).fill(unknown);

  /** @param items three words each: kind, first, last */
  constructor(items: Int32Array) {
    this.#items = items;
    const kinds = Array.from({ length: items.length / 3 }, (_, item) => items[item * 3]);
    this.#negated = kinds.includes(characterItems.negate);
    this.#ignoresCase = kinds.includes(characterItems.ignoreCase);
  }

  has(code: number): boolean {
    if (code >= planeSize) return this.#find(code);
    const known = this.#known[code] as number;
    if (known !== unknown) return known === 1;
    const found = this.#find(code);
    this.#known[code] = found ? 1 : 0;
    return found;
  }

  #find(code: number): boolean {
    const character = String.fromCodePoint(code);
    const forms = [character];
    if (this.#ignoresCase) {
      // As in Python's `re`: the lower case, one character of it, and what that is in upper case.
      const lower = String.fromCodePoint(character.toLowerCase().codePointAt(0) as number);
      forms.push(lower, lower.toUpperCase());
    }
    return forms.some(form => this.#holds(form)) !== this.#negated;
  }

  #holds(character: string): boolean {
    const code = character.codePointAt(0) as number;
    for (let at = 0; at < this.#items.length; at += 3) {
      const kind = this.#items[at] as number;
      const held =
        kind === characterItems.range
          ? code >= (this.#items[at + 1] as number) && code <= (this.#items[at + 2] as number)
          : classes[kind]?.(character) === true;
      if (held) return true;
    }
    return false;
  }
}

/** The code point at a place of a text, and how many code units it takes. */
export function unitsOf(code: number): 1 | 2 {
  return code >= planeSize ? 2 : 1;
}

/** Words between the places that `str.split()` splits at. */
export function splitSpaces(text: string): readonly string[] {
  return text.split(someSpaces);
}

/** Two or more white characters become one space, as `re.sub(r"\s\s+", " ", text)` does. */
export function collapseSpaces(text: string): string {
  return text.replaceAll(manySpaces, ' ');
}
