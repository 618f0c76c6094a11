import { malformed } from '../errors.ts';
import { PyTuple } from '../values.ts';

/** What `repr` writes for plain data. */
export type Literal = null | boolean | number | string | Literal[] | PyTuple | Map<string, Literal>;

const deepest = 16;

/**
 * Reads one Python literal of strings without escapes, counts, booleans, None, tuples, lists and dicts with string keys:
 * the header of an `.npy` file.
 * @throws Fault `pickle-malformed`
 */
export function parseLiteral(text: string): Literal {
  return new LiteralParser(text).value(0);
}

class LiteralParser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.match(/'[^'\\]*'|"[^"\\]*"|\d+|[A-Za-z]+|[^\s]/g) ?? [];
  }

  value(depth: number): Literal {
    if (depth > deepest) throw malformed('the header of a companion nests too deeply');
    const token = this.#next();
    if (token === '(') return new PyTuple(this.#items(')', depth) as never[]);
    if (token === '[') return this.#items(']', depth);
    if (token === '{') return this.#dict(depth);
    if (/^['"]./.test(token)) return token.slice(1, -1);
    if (/^\d+$/.test(token)) return this.#number(token);
    if (token === 'True' || token === 'False') return token === 'True';
    if (token === 'None') return null;
    throw malformed(`the header of a companion has ${JSON.stringify(token.slice(0, 40))} in a value's place`);
  }

  /** Python 2 wrote an L after long integers. */
  #number(token: string): number {
    this.#skip('L');
    return Number(token);
  }

  #items(close: string, depth: number): Literal[] {
    const items: Literal[] = [];
    while (!this.#skip(close)) {
      items.push(this.value(depth + 1));
      if (!this.#skip(',') && this.#tokens[this.#at] !== close)
        throw malformed('the header of a companion lacks a comma');
    }
    return items;
  }

  #dict(depth: number): Map<string, Literal> {
    const entries = new Map<string, Literal>();
    while (!this.#skip('}')) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string' || !this.#skip(':'))
        throw malformed('the header of a companion has a key that is no string');
      entries.set(key, this.value(depth + 1));
      this.#skip(',');
    }
    return entries;
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw malformed('the header of a companion ends too early');
    return token;
  }

  #skip(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }
}
