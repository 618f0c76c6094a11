/** One step of a path: from some values to others. */
type Step = (values: readonly unknown[]) => unknown[];

/** A JSON path in kubectl's dialect, ready to be followed. */
export type JsonPath = (root: unknown) => unknown[];

/**
 * Compiles a JSON path as kubectl and printer columns write it: `.spec.size`, `.items[*].name`, `['a.b']`, `..name`, slices, unions
 * and filters (`[?(@.type=="Ready")].status`). What is absent is left out. Follows `k8s.io/client-go/util/jsonpath`.
 * @returns undefined when the text is no such path.
 */
export function compileJsonPath(text: string): JsonPath | undefined {
  try {
    const steps = new PathReader(text).steps();
    return root => steps.reduce<readonly unknown[]>((values, step) => step(values), [root]) as unknown[];
  } catch (error) {
    if (error instanceof PathFault) return undefined;
    throw error;
  }
}

class PathFault extends Error {}

/** Text that grows no longer than this is a path; each step is one pass over the values. */
const longest = 4096;

class PathReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    if (text.length > longest) throw new PathFault();
    this.#text = text;
  }

  steps(): Step[] {
    const steps: Step[] = [];
    if (this.#text[0] === '$' || this.#text[0] === '@') this.#at = 1;
    while (this.#at < this.#text.length) steps.push(this.#step());
    return steps;
  }

  #step(): Step {
    const next = this.#text[this.#at];
    if (next === '[') return this.#brackets();
    if (next !== '.') return this.#field();
    this.#at += 1;
    if (this.#text[this.#at] === '.') {
      this.#at += 1;
      return descendants;
    }
    if (this.#text[this.#at] === '[') return this.#brackets();
    return this.#at === this.#text.length ? same : this.#field();
  }

  #field(): Step {
    const match = /^(?:\\.|[^.[\]\s,\\])+/.exec(this.#text.slice(this.#at));
    if (match === null) throw new PathFault();
    this.#at += match[0].length;
    const name = match[0].replaceAll(/\\(.)/g, '$1');
    return name === '*' ? children : values => values.flatMap(value => fieldOf(value, name));
  }

  #brackets(): Step {
    const end = this.#closing();
    const inside = this.#text.slice(this.#at + 1, end).trim();
    this.#at = end + 1;
    if (inside.startsWith('?')) return filter(inside);
    const parts = splitOutsideQuotes(inside, ',').map(part => selector(part.trim()));
    return parts.length === 1 ? (parts[0] as Step) : values => parts.flatMap(part => part(values));
  }

  /** Where the bracket ends that begins here, past quotes and brackets inside. */
  #closing(): number {
    let depth = 0;
    let quote = '';
    for (let at = this.#at; at < this.#text.length; at += 1) {
      const next = this.#text[at] as string;
      if (quote !== '') {
        if (next === '\\') at += 1;
        else if (next === quote) quote = '';
      } else if (next === '"' || next === "'") quote = next;
      else if (next === '[') depth += 1;
      else if (next === ']') {
        depth -= 1;
        if (depth === 0) return at;
      }
    }
    throw new PathFault();
  }
}

const same: Step = values => [...values];

function fieldOf(value: unknown, name: string): unknown[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [];
  return Object.hasOwn(value, name) ? [(value as Record<string, unknown>)[name]] : [];
}

const children: Step = values => values.flatMap(childrenOf);

function childrenOf(value: unknown): unknown[] {
  return value !== null && typeof value === 'object' ? Object.values(value) : [];
}

const descendants: Step = values => {
  const found: unknown[] = [];
  const visit = (value: unknown): void => {
    found.push(value);
    childrenOf(value).forEach(visit);
  };
  values.forEach(visit);
  return found;
};

function selector(part: string): Step {
  const quoted = /^(["'])(.*)\1$/s.exec(part);
  if (quoted !== null) {
    const name = (quoted[2] as string).replaceAll(/\\(.)/g, '$1');
    return values => values.flatMap(value => fieldOf(value, name));
  }
  if (part === '*') return children;
  const slice = /^(-?\d+)?(?::(-?\d+)?(?::(-?\d+)?)?)?$/.exec(part);
  if (slice === null || part === '') return nameSelector(part);
  if (!part.includes(':')) return values => values.flatMap(value => itemOf(value, Number(part)));
  const [, from = '0', to, by = '1'] = slice;
  return values =>
    values.flatMap(value =>
      sliceOf(value, Number(from), to === undefined ? undefined : Number(to), Number(by)),
    );
}

function nameSelector(part: string): Step {
  if (!/^[\w./-]+$/.test(part)) throw new PathFault();
  return values => values.flatMap(value => fieldOf(value, part));
}

function itemOf(value: unknown, index: number): unknown[] {
  const at = Array.isArray(value) && index < 0 ? value.length + index : index;
  return Array.isArray(value) && at >= 0 && at < value.length ? [value[at]] : [];
}

function sliceOf(value: unknown, from: number, to: number | undefined, by: number): unknown[] {
  if (!Array.isArray(value) || by <= 0) return [];
  return value.slice(from, to).filter((_, index) => index % by === 0);
}

const comparisons: Readonly<
  Record<string, (a: string | number | boolean, b: string | number | boolean) => boolean>
> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => typeof a === typeof b && a < b,
  '<=': (a, b) => typeof a === typeof b && a <= b,
  '>': (a, b) => typeof a === typeof b && a > b,
  '>=': (a, b) => typeof a === typeof b && a >= b,
};

/** `?(@.type=="Ready")`, or `?(@.name)` for what has a name at all. */
function filter(text: string): Step {
  const inside = /^\?\s*\((.*)\)$/s.exec(text)?.[1]?.trim();
  if (inside === undefined) throw new PathFault();
  const match = /^(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+)$/s.exec(inside);
  const [, left = inside, operator = '', right = ''] = match ?? [];
  const leftOf = operand(left);
  const rightOf = match === null ? undefined : operand(right);
  const holds = (item: unknown): boolean => {
    const [a] = leftOf(item);
    if (rightOf === undefined) return leftOf(item).length > 0;
    const [b] = rightOf(item);
    return isPlain(a) && isPlain(b) && (comparisons[operator]?.(a, b) ?? false);
  };
  return values => values.flatMap(value => (Array.isArray(value) ? value.filter(holds) : []));
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function operand(text: string): JsonPath {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  if (quoted !== null) return () => [quoted[2]];
  if (/^-?\d+(\.\d+)?$/.test(text)) return () => [Number(text)];
  if (text === 'true' || text === 'false') return () => [text === 'true'];
  const path = compileJsonPath(text);
  if (path === undefined || !/^[@$.]/.test(text)) throw new PathFault();
  return path;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts = [''];
  let quote = '';
  for (const next of text) {
    if (quote !== '') quote = next === quote ? '' : quote;
    else if (next === '"' || next === "'") quote = next;
    else if (next === separator) {
      parts.push('');
      continue;
    }
    parts[parts.length - 1] += next;
  }
  return parts;
}
