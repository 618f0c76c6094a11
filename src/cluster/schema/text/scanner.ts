/** The most complaints that are listed, as in Kubernetes' decoder. */
const maxComplaints = 100;

/** Says what is wrong with a text that is no JSON, in the words of Go's scanner. */
export function findFault(text: string): string {
  try {
    new Scanner(text, () => undefined).document();
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
  return 'unexpected end of JSON input';
}

/** Fields that stand more than once in an object of a valid JSON text. */
export interface Duplicates {
  /** Paths of the second occurrences, each once, in the order of the text, 100 at most. */
  readonly paths: readonly string[];
  /** Where each field of the text stands first, and where each repeated one stands again. */
  readonly firsts: ReadonlyMap<string, number>;
  readonly seconds: ReadonlyMap<string, number>;
}

export function findDuplicates(text: string): Duplicates {
  const firsts = new Map<string, number>();
  const seconds = new Map<string, number>();
  let count = 0;
  new Scanner(text, (path, again) => {
    count += 1;
    const places = again ? seconds : firsts;
    if (!places.has(path)) places.set(path, count);
  }).document();
  return { paths: [...seconds.keys()].slice(0, maxComplaints), firsts, seconds };
}

class Fault extends Error {}

/** In the middle of these Go's scanner takes the end of the text for a space, which cannot be there. */
const unended = /^in literal|numeric literal$|escape/;

const escapes = 'bfnrt"\\/';
const space = /[ \t\r\n]/;
const hex = /[0-9a-fA-F]/;

/** A reader of JSON that keeps nothing; it is slow, and runs where the fast one does not say enough. */
class Scanner {
  readonly #text: string;
  readonly #field: (path: string, again: boolean) => void;
  #at = 0;

  constructor(text: string, field: (path: string, again: boolean) => void) {
    this.#text = text;
    this.#field = field;
  }

  document(): void {
    this.#value('');
    this.#space();
    if (this.#at < this.#text.length) this.#fail('after top-level value');
  }

  /** The next character is not what `where` allows. */
  #fail(where: string): never {
    const code = this.#text.codePointAt(this.#at) ?? (unended.test(where) ? 0x20 : undefined);
    if (code === undefined) throw new Fault('unexpected end of JSON input');
    throw new Fault(`invalid character ${quotedCharacter(code)} ${where}`);
  }

  #space(): void {
    while (space.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #value(path: string): void {
    this.#space();
    const next = this.#text[this.#at] ?? '';
    if (next === '{') this.#object(path);
    else if (next === '[') this.#array(path);
    else if (next === '"') this.#string();
    else if (next === 't') this.#literal('true');
    else if (next === 'f') this.#literal('false');
    else if (next === 'n') this.#literal('null');
    else if (next === '-' || isDigit(next)) this.#number();
    else this.#fail('looking for beginning of value');
  }

  #object(path: string): void {
    const keys = new Set<string>();
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === '}') {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#member(path, keys);
      this.#space();
      const next = this.#text[this.#at];
      if (next !== ',' && next !== '}') this.#fail('after object key:value pair');
      this.#at += 1;
      if (next === '}') return;
      this.#space();
    }
  }

  #member(path: string, keys: Set<string>): void {
    if (this.#text[this.#at] !== '"') this.#fail('looking for beginning of object key string');
    const key = this.#string();
    const at = path === '' ? key : `${path}.${key}`;
    this.#field(at, keys.has(key));
    keys.add(key);
    this.#space();
    if (this.#text[this.#at] !== ':') this.#fail('after object key');
    this.#at += 1;
    this.#value(at);
  }

  #array(path: string): void {
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === ']') {
      this.#at += 1;
      return;
    }
    for (let index = 0; ; index += 1) {
      this.#value(`${path}[${index}]`);
      this.#space();
      const next = this.#text[this.#at];
      if (next !== ',' && next !== ']') this.#fail('after array element');
      this.#at += 1;
      if (next === ']') return;
    }
  }

  #string(): string {
    const start = this.#at;
    for (this.#at += 1; this.#text[this.#at] !== '"'; this.#at += 1) {
      const code = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(code) || code < 0x20) this.#fail('in string literal');
      if (code === 0x5c) this.#escape();
    }
    this.#at += 1;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #escape(): void {
    this.#at += 1;
    const next = this.#text[this.#at] ?? '';
    if (next === 'u') {
      for (let digit = 0; digit < 4; digit += 1) {
        this.#at += 1;
        if (!hex.test(this.#text[this.#at] ?? '')) this.#fail('in \\u hexadecimal character escape');
      }
    } else if (next === '' || !escapes.includes(next)) this.#fail('in string escape code');
  }

  #literal(word: string): void {
    for (let index = 1; index < word.length; index += 1) {
      this.#at += 1;
      if (this.#text[this.#at] !== word[index]) {
        this.#fail(`in literal ${word} (expecting ${quotedCharacter(word.charCodeAt(index))})`);
      }
    }
    this.#at += 1;
  }

  #number(): void {
    if (this.#text[this.#at] === '-') this.#at += 1;
    if (this.#text[this.#at] === '0') this.#at += 1;
    else this.#digits('in numeric literal');
    if (this.#text[this.#at] === '.') {
      this.#at += 1;
      this.#digits('after decimal point in numeric literal');
    }
    if (!/[eE]/.test(this.#text[this.#at] ?? '')) return;
    this.#at += 1;
    if (/[-+]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    this.#digits('in exponent of numeric literal');
  }

  #digits(where: string): void {
    if (!isDigit(this.#text[this.#at] ?? '')) this.#fail(where);
    while (isDigit(this.#text[this.#at] ?? '')) this.#at += 1;
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

/** As Go's scanner shows a character: it sees bytes, so one beyond ASCII shows as the first byte of its UTF-8. */
function quotedCharacter(code: number): string {
  if (code === 0x27) return `'\\''`;
  if (code === 0x22) return `'"'`;
  const byte = code < 0x80 ? code : (Buffer.from(String.fromCodePoint(code))[0] as number);
  if (byte < 0x20 || byte === 0x7f)
    return `'${controls.get(byte) ?? `\\x${byte.toString(16).padStart(2, '0')}`}'`;
  if (byte === 0x5c) return `'\\\\'`;
  return `'${String.fromCharCode(byte)}'`;
}

const controls = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
]);
