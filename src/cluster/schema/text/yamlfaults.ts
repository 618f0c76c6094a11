import type { ErrorCode, LineCounter, YAMLParseError } from 'yaml';

/** Go's library scans before it parses, and numbers lines from one only when scanning. */
type Phase = 'scan' | 'parse';

const messages: Partial<Record<ErrorCode, readonly [Phase, string]>> = {
  ALIAS_PROPS: ['parse', 'did not find expected key'],
  BAD_DQ_ESCAPE: ['scan', 'found unknown escape character'],
  BAD_INDENT: ['parse', 'did not find expected key'],
  BAD_SCALAR_START: ['scan', 'found character that cannot start any token'],
  BLOCK_AS_IMPLICIT_KEY: ['scan', 'mapping values are not allowed in this context'],
  BLOCK_IN_FLOW: ['scan', 'mapping values are not allowed in this context'],
  IMPOSSIBLE: ['parse', 'did not find expected key'],
  KEY_OVER_1024_CHARS: ['scan', "could not find expected ':'"],
  MULTILINE_IMPLICIT_KEY: ['scan', "could not find expected ':'"],
  TAB_AS_INDENT: ['scan', 'found character that cannot start any token'],
  UNEXPECTED_TOKEN: ['parse', 'did not find expected key'],
};

/** The message that Go's YAML library has for what is wrong. */
export function goMessage(fault: YAMLParseError, text: string, lines: LineCounter): string {
  if (fault.code === 'BAD_ALIAS')
    return `yaml: unknown anchor '${/[*]([^\s,\]}]+)/.exec(text)?.[1] ?? ''}' referenced`;
  const [phase, message] =
    fault.code === 'MISSING_CHAR'
      ? missing(fault, text)
      : (messages[fault.code] ?? ['parse', 'did not find expected key']);
  const { line } = lines.linePos(Math.min(fault.pos[0], text.length));
  const atEnd = fault.pos[0] >= text.length && text !== '' && !text.endsWith('\n') ? 1 : 0;
  const shown = phase === 'scan' ? line : line - 1 + atEnd;
  const where = line - 1 + atEnd > 0 ? `line ${shown}: ` : '';
  return `yaml: ${where}${message}`;
}

function missing({ message, pos }: YAMLParseError, text: string): readonly [Phase, string] {
  if (message.includes('quote')) return ['scan', 'found unexpected end of stream'];
  if (message.includes('implicit')) return ['scan', "could not find expected ':'"];
  if (/[[{,]\s*$/.test(text.slice(0, pos[0]))) return ['parse', 'did not find expected node content'];
  if (message.includes('sequence')) return ['parse', "did not find expected ',' or ']'"];
  if (message.includes('map')) return ['parse', "did not find expected ',' or '}'"];
  return ['parse', 'did not find expected key'];
}
