/** What the library says of a failure. */
export interface CelFailure {
  readonly code: string;
  readonly summary: string;
  readonly node?:
    | { readonly op?: unknown; readonly args?: unknown; readonly start?: number; readonly end?: number }
    | undefined;
  readonly range?: { readonly start: number; readonly end: number } | undefined;
}

const operators: Readonly<Record<string, string>> = { '!': '!_', '-': '-_' };

/** What a compiler's failure is in the words of cel-go: `ERROR: <input>:1:5: undefined field 'nope'` with the place below. */
export function compileFault(failure: CelFailure, source: string): string {
  const { text, at } = worded(failure, source);
  const before = source.slice(0, at);
  const line = before.split('\n').length;
  const column = before.length - (before.lastIndexOf('\n') + 1);
  const shown = source.split('\n')[line - 1] ?? '';
  return `ERROR: <input>:${line}:${column + 1}: ${text}\n | ${shown}\n | ${'.'.repeat(column)}^`;
}

function worded(failure: CelFailure, source: string): { text: string; at: number } {
  const start = failure.range?.start ?? failure.node?.start ?? 0;
  const { summary } = failure;
  const variable = /^Unknown variable: (.+)$/.exec(summary)?.[1];
  if (variable !== undefined)
    return { text: `undeclared reference to '${variable}' (in container '')`, at: start };
  const field = /^No such key: (.+)$/.exec(summary)?.[1];
  if (field !== undefined)
    return { text: `undefined field '${field}'`, at: dotBefore(source, failure, field) };
  const call = /^found no matching overload for '(?:([^.(]+)\.)?([^.(]+)\((.*)\)'$/.exec(summary);
  if (call !== null)
    return {
      text: noOverload(call),
      at: source.indexOf('(', start) < 0 ? start : source.indexOf('(', start),
    };
  const binary = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary);
  if (binary !== null) {
    const [, left = '', operator = '', right = ''] = binary;
    const at = source.indexOf(operator, failure.node?.start ?? start);
    const name = operator === 'in' ? '@in' : `_${operator}_`;
    return {
      text: `found no matching overload for '${name}' applied to '(${left}, ${right})'`,
      at: at < 0 ? start : at,
    };
  }
  const unary = /^no such overload: ([-!])(\S+)$/.exec(summary);
  if (unary !== null) {
    return {
      text: `found no matching overload for '${operators[unary[1] as string]}' applied to '(${unary[2]})'`,
      at: start,
    };
  }
  return {
    text:
      failure.code.startsWith('parse') || failure.code.includes('token')
        ? `Syntax error: ${summary}`
        : summary,
    at: start,
  };
}

function noOverload([, receiver, name = '', types = '']: RegExpExecArray): string {
  const applied = receiver === undefined ? `(${types})` : `${receiver}.(${types})`;
  return `found no matching overload for '${name}' applied to '${applied}'`;
}

/** cel-go points at the dot before an unknown field. */
function dotBefore(source: string, { node, range }: CelFailure, field: string): number {
  const from = node?.start ?? range?.start ?? 0;
  const end = range?.end ?? source.length;
  const at = source.lastIndexOf(`.${field}`, end);
  return at >= from ? at : from;
}

/** What went wrong while a rule was asked, in the words of cel-go. */
export function runtimeFault({ code, summary }: CelFailure): string {
  const key = /^No such key: (?!index out)(.+)$/.exec(summary)?.[1];
  if (key !== undefined) return `no such key: ${key}`;
  const index = /index (-?\d+)/.exec(summary)?.[1];
  if (code === 'index_out_of_bounds' && index !== undefined) return `index out of bounds: ${index}`;
  if (code === 'numeric_overflow') return 'integer overflow';
  return summary.replace(/^N/, 'n');
}
