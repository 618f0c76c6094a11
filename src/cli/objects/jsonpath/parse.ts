import { type Node, PathError, type Slice } from './nodes.ts';

const end = '';

/**
 * Reads a template: text, and paths in braces.
 * @throws PathError with the message of client-go's parser.
 */
export function parseTemplate(text: string): readonly Node[] {
  return new Parser(text).template();
}

/** The nodes of one path, as if it stood in braces. */
function parseAction(text: string): readonly Node[] {
  const first = parseTemplate(`{${text}}`)[0];
  return first?.type === 'list' ? first.nodes : [];
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  template(): readonly Node[] {
    const nodes: Node[] = [];
    while (this.#at < this.#text.length) {
      const brace = this.#text.indexOf('{', this.#at);
      const until = brace === -1 ? this.#text.length : brace;
      if (until > this.#at) nodes.push({ type: 'text', text: this.#text.slice(this.#at, until) });
      this.#at = until;
      if (brace === -1) break;
      this.#at++;
      nodes.push({ type: 'list', nodes: this.#action() });
    }
    return nodes;
  }

  #peek(): string {
    return this.#text[this.#at] ?? end;
  }

  #action(): readonly Node[] {
    const nodes: Node[] = [];
    for (;;) {
      if (this.#take('}')) return nodes;
      if (this.#take('[?(')) nodes.push(this.#filter());
      else if (this.#text.startsWith('..', this.#at)) this.#recursive(nodes);
      else this.#step(nodes);
    }
  }

  #take(prefix: string): boolean {
    if (!this.#text.startsWith(prefix, this.#at)) return false;
    this.#at += prefix.length;
    return true;
  }

  #step(nodes: Node[]): void {
    const char = this.#peek();
    if (char === end || char === '\n' || char === '\r') throw new PathError('unclosed action');
    if (/[-+\d]/.test(char)) nodes.push(this.#number());
    else if (/[\p{L}_]/u.test(char)) nodes.push(this.#word());
    else {
      this.#at++;
      if (char === '.') nodes.push(this.#field());
      else if (char === '[') nodes.push(...this.#bracket());
      else if (char === '"' || char === "'") nodes.push(this.#quoted(char));
      else if (!' @$'.includes(char)) throw new PathError(`unrecognized character in action: ${shown(char)}`);
    }
  }

  #recursive(nodes: Node[]): void {
    if (nodes.at(-1)?.type === 'recursive') throw new PathError('invalid multiple recursive descent');
    this.#at += 2;
    nodes.push({ type: 'recursive' });
    if (/[\p{L}\d_]/u.test(this.#peek())) nodes.push(this.#field());
  }

  #field(): Node {
    const name = this.#untilTerminator();
    return name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll('\\', '') };
  }

  #untilTerminator(): string {
    const from = this.#at;
    while (this.#peek() !== end && !/[\s.,[\]$@{}]/.test(this.#peek())) {
      this.#at += this.#peek() === '\\' ? 2 : 1;
    }
    return this.#text.slice(from, this.#at);
  }

  #word(): Node {
    const word = this.#untilTerminator();
    if (word === 'true' || word === 'false') return { type: 'value', value: word === 'true' };
    return { type: 'identifier', name: word };
  }

  #number(): Node {
    const text = /^[-+]?[\d.]*/.exec(this.#text.slice(this.#at))?.[0] ?? '';
    this.#at += text.length;
    if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new PathError(`cannot parse number ${text}`);
    return { type: 'value', value: Number(text) };
  }

  #bracket(): readonly Node[] {
    const close = this.#text.slice(this.#at).search(/[\]\n]/);
    if (close === -1 || this.#text[this.#at + close] === '\n') throw new PathError('unterminated array');
    const inside = this.#text.slice(this.#at, this.#at + close);
    this.#at += close + 1;
    const parts = inside.split(',');
    if (parts.length > 1)
      return [
        { type: 'union', lists: parts.map(part => parseAction(`[${part.replaceAll(/^ +| +$/g, '')}]`)) },
      ];
    const key = /^'([^']*)'$/.exec(inside)?.[1];
    if (key !== undefined) return parseAction(`.${key}`);
    return [{ type: 'slice', slice: sliceOf(inside === '*' ? ':' : inside) }];
  }

  #quoted(quote: string): Node {
    const from = this.#at;
    for (; this.#peek() !== quote; this.#at += this.#peek() === '\\' ? 2 : 1) {
      if (this.#peek() === end || this.#peek() === '\n') throw new PathError('unterminated quoted string');
    }
    const inside = this.#text.slice(from, this.#at++);
    return { type: 'text', text: unescaped(inside) };
  }

  #filter(): Node {
    const from = this.#at;
    let quote = '';
    for (; quote !== '' || this.#peek() !== ')'; this.#at++) {
      const char = this.#peek();
      if (char === end || char === '\n') throw new PathError('unterminated filter');
      if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (char === quote && this.#text[this.#at - 1] !== '\\') quote = '';
    }
    const inside = this.#text.slice(from, this.#at++);
    if (!this.#take(']')) throw new PathError('unclosed array expect ]');
    const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(inside) ?? [];
    if (left === undefined || operator === undefined || right === undefined)
      return { type: 'filter', left: parseAction(inside), right: [], operator: 'exists' };
    return { type: 'filter', left: parseAction(left), right: parseAction(right), operator };
  }
}

function sliceOf(text: string): Slice {
  const match = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
  if (match === null) throw new PathError(`invalid array index ${text}`);
  const [, from = '', to, step] = match;
  const read = (part: string): number | undefined => (part === '' ? undefined : Number(part));
  const first = read(from);
  const single = to === undefined;
  return {
    from: first,
    to: single ? (first ?? 0) + 1 : read(to.slice(1)),
    single,
    step: step === undefined ? undefined : read(step.slice(1)),
  };
}

function shown(char: string): string {
  const code = char.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? '';
  return `U+${code} '${char}'`;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
};

function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|(.))/g,
    (_, x?: string, u?: string, one?: string) =>
      one === undefined
        ? String.fromCharCode(Number.parseInt((x ?? u) as string, 16))
        : (escapes[one] ?? one),
  );
}
