import { plainName } from './names.ts';

/** Begins the key of a field that is there only if its value is (`?name: optional`). */
export const optionalMark = '\u0001';

/**
 * Writes what makes objects (`Object{spec: Object.spec{replicas: 1}}`, `JSONPatch{op: "add"}`) as maps, which is all that the library
 * can make: `{"spec": dyn({"replicas": dyn(1)})}`. What is no such expression stays as it is.
 */
export function withMaps(source: string): string {
  const writer = new Writer(source);
  const text = writer.until('');
  return writer.failed ? source : text;
}

const opening = /(?:Object(?:\.[A-Za-z_]\w*)*|JSONPatch)\s*\{/y;
const word = /[A-Za-z_][\w.]*/y;
const field = /\s*(\??)\s*([A-Za-z_]\w*)\s*:/y;
const blank = /\s*/y;
/** Texts, raw or not, in one or three quotes; comments. */
const opaque = /[rRbB]{0,2}(?:"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\/\/[^\n]*/y;
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

class Writer {
  failed = false;
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** What stands before one of some characters that belong to no bracket opened meanwhile. */
  until(ends: string): string {
    let text = '';
    while (this.#at < this.#source.length && !this.failed) {
      const next = this.#source[this.#at] as string;
      if (ends.includes(next)) return text;
      text += this.#piece(next);
    }
    this.failed ||= ends !== '';
    return text;
  }

  #piece(next: string): string {
    const text = this.#take(opaque);
    if (text !== undefined) return text[0];
    if (this.#take(opening) !== undefined) return this.#object();
    const name = this.#take(word);
    if (name !== undefined) return name[0];
    this.#at += 1;
    const end = closing[next];
    if (end === undefined) return next;
    const inner = this.until(end);
    this.#at += 1;
    return `${next}${inner}${end}`;
  }

  #object(): string {
    const fields: string[] = [];
    for (;;) {
      this.#take(blank);
      if (this.#source[this.#at] === '}') break;
      const found = this.#take(field);
      if (found === undefined) this.failed = true;
      const value = this.until(',}');
      if (this.failed) return '';
      const key = `${found?.[1] === '?' ? optionalMark : ''}${plainName(found?.[2] ?? '')}`;
      fields.push(`${JSON.stringify(key)}: dyn(${value})`);
      if (this.#source[this.#at] === ',') this.#at += 1;
    }
    this.#at += 1;
    return `{${fields.join(', ')}}`;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }
}
