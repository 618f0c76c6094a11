import type { LineCounter, YAMLParseError } from 'yaml';

/** What Go's YAML library would say, and about which place of the text. */
interface Wording {
  readonly message: string;
  readonly at: number;
  /** Go's library scans before it parses, and numbers lines from one only when scanning. */
  readonly phase: 'scan' | 'parse';
  /** It tells of a key without a colon when the next line has begun. */
  readonly later?: boolean;
}

/** The message that Go's YAML library has for what is wrong with a text. */
export function goMessage(faults: readonly YAMLParseError[], text: string, lines: LineCounter): string {
  const { message, at, phase, later = false } = worded(faults, text);
  const { line } = lines.linePos(Math.min(at, text.length));
  // The end of the text counts as the beginning of another line.
  const begun = line - 1 + (later || (at >= text.length && text !== '' && !text.endsWith('\n')) ? 1 : 0);
  const shown = phase === 'scan' ? begun + 1 : begun;
  return `yaml: ${begun > 0 ? `line ${shown}: ` : ''}${message}`;
}

const keyless = 'Implicit map keys need to be followed by map values';

function worded(faults: readonly YAMLParseError[], text: string): Wording {
  const [first] = faults as readonly [YAMLParseError];
  if (first.code === 'RESOURCE_EXHAUSTION')
    return { message: 'exceeded max depth of 10000', at: 0, phase: 'parse' };
  const colonless = faults.find(({ message, pos }) => message === keyless && pos[1] > pos[0]);
  const fault = first.code === 'BAD_INDENT' && colonless !== undefined ? colonless : first;
  const at = fault.pos[0];
  return (
    flowFault(fault, text) ??
    keyFault(fault, text) ??
    tokenFault(fault) ?? { message: 'did not find expected key', at, phase: 'parse' }
  );
}

function flowFault({ code, message, pos }: YAMLParseError, text: string): Wording | undefined {
  const [at] = pos;
  const kind = /^Flow (sequence|map)/.exec(message)?.[1];
  const closed = /^Unexpected flow-(seq|map)-end/.test(message);
  if (kind === undefined && !closed && !(code === 'MISSING_CHAR' && /[\]}]$/.test(message))) return undefined;
  const content = closed || /[[{,]\s*$/.test(text.slice(0, at));
  const end = kind === 'map' ? '}' : ']';
  return {
    message: content ? 'did not find expected node content' : `did not find expected ',' or '${end}'`,
    at,
    phase: 'parse',
  };
}

function keyFault({ code, message, pos }: YAMLParseError, text: string): Wording | undefined {
  const [at] = pos;
  if (message === keyless) return { message: "could not find expected ':'", at, phase: 'scan', later: true };
  if (code === 'MULTILINE_IMPLICIT_KEY' || code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'BLOCK_IN_FLOW') {
    if (text[at] === '-') return { message: 'did not find expected key', at, phase: 'parse' };
    const colon = text.indexOf(':', at);
    return {
      message: 'mapping values are not allowed in this context',
      at: colon < 0 ? at : colon,
      phase: 'scan',
    };
  }
  if (message !== 'Unexpected scalar at node end' || (at > 0 && text[at - 1] !== '\n')) return undefined;
  return { message: "did not find expected '-' indicator", at, phase: 'parse' };
}

/** What cannot begin or be in a token. */
const tokens: Readonly<Record<string, string>> = {
  BAD_DQ_ESCAPE: 'found unknown escape character',
  BAD_SCALAR_START: 'found character that cannot start any token',
  TAB_AS_INDENT: 'found character that cannot start any token',
  KEY_OVER_1024_CHARS: "could not find expected ':'",
  BAD_ALIAS: 'did not find expected alphabetic or numeric character',
};

function tokenFault({ code, message, pos }: YAMLParseError): Wording | undefined {
  const [at] = pos;
  if (code === 'MISSING_CHAR' && message.includes('quote'))
    return { message: 'found unexpected end of stream', at, phase: 'scan' };
  return Object.hasOwn(tokens, code) ? { message: tokens[code] as string, at, phase: 'scan' } : undefined;
}

/** A value in the syntax of Go, as its library shows keys that cannot be keys. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`);
  return `map[interface {}]interface {}{${entries.join(', ')}}`;
}
