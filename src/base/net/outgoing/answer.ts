import { type Field, prepareHead } from '../index.ts';
import type { AnswerHead } from './contract.ts';

/** How the body of an answer ends: after so many bytes, by its chunks, with the connection. */
export type Framing = number | 'chunked' | 'close';

export interface ReadHead {
  readonly head: AnswerHead;
  readonly framing: Framing;
  /** Whether the connection may serve again. */
  readonly persistent: boolean;
  /** Milliseconds that the other end says it keeps an idle connection; Infinity when it does not. */
  readonly keptFor: number;
}

/** Fields that concern one connection (RFC 9110 section 7.6.1), and those that whoever passes an answer on writes anew. */
const ofTheConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const writtenAnew = new Set(['content-length', 'date']);

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const framing = /^(?:content-length|transfer-encoding|connection)$/i;
const visible = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What a field list says of the connection, in lower case. */
export function optionsOf(fields: readonly Field[]): string[] {
  return valuesOf(fields, 'connection').flatMap(value =>
    value.split(',').map(option => option.trim().toLowerCase()),
  );
}

function valuesOf(fields: readonly Field[], name: string): string[] {
  // A name of another length is another one: most are not read.
  const named = fields.filter(([one]) => one.length === name.length && one.toLowerCase() === name);
  return named.map(field => field[1]);
}

/** The fields that are for the other end and not for this connection. */
export function endToEnd(fields: readonly Field[], also: ReadonlySet<string>): Field[] {
  const options = new Set(optionsOf(fields));
  // Whoever sends a request may not have its host dropped on the way.
  options.delete('host');
  return fields.filter(([name]) => {
    const key = name.toLowerCase();
    return !ofTheConnection.has(key) && !also.has(key) && !options.has(key);
  });
}

/** Servers repeat their heads but for the date: so many are kept, each read once. */
const mostKept = 256;
const kept = new Map<string, ReadHead>();

/**
 * Reads the head of an answer, without the empty line.
 * @param text status line and fields, each ended by CRLF
 * @throws an error that says what is wrong with it
 */
export function readAnswerHead(text: string): ReadHead {
  const known = kept.get(text);
  if (known !== undefined) return known;
  if (kept.size >= mostKept) kept.clear();
  const read = parse(text);
  kept.set(text, read);
  return read;
}

function parse(text: string): ReadHead {
  const [first = '', ...lines] = text.slice(0, -2).split('\r\n');
  const status = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/.exec(first);
  if (status === null) throw new Error(`it begins with ${JSON.stringify(first.slice(0, 60))}`);
  const fields = lines.map(fieldOf);
  const code = Number(status[2]);
  const passed = endToEnd(fields, writtenAnew);
  const options = optionsOf(fields);
  const framing = framingOf(fields);
  // Interim answers have a status that no answer passed on may have.
  const prepared = prepareHead(code < 200 ? 200 : code, passed);
  return {
    head: { status: code, fields: passed, prepared },
    framing: code < 200 || code === 204 || code === 304 ? 0 : framing,
    keptFor: keptForOf(fields),
    persistent: status[1] === '1' && !options.includes('close') && framing !== 'close',
  };
}

/** One line of a head or of trailers. @throws an error that says what is wrong with it */
export function fieldOf(line: string): Field {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon);
  // Readers differ in whether a tab belongs to the value.
  const unclear = line.includes('\t') && framing.test(name);
  if (colon < 1 || !token.test(name) || !visible.test(line) || unclear)
    throw new Error(`a field is ${JSON.stringify(line.slice(0, 60))}`);
  return [name, line.slice(colon + 1).trim()];
}

/** Two ways to find the end of a body would let two readers see different answers (RFC 9112 section 6.3). */
function framingOf(fields: readonly Field[]): Framing {
  const lengths = valuesOf(fields, 'content-length');
  const codings = valuesOf(fields, 'transfer-encoding');
  if (codings.length > 0) {
    if (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked' || lengths.length > 0)
      throw new Error(`its transfer encoding is ${codings.join(', ')}, with ${lengths.length} lengths`);
    return 'chunked';
  }
  const [length] = lengths;
  if (length === undefined) return 'close';
  if (lengths.length > 1 || !/^\d{1,15}$/.test(length))
    throw new Error(`its Content-Length is ${JSON.stringify(lengths.join(', '))}`);
  return Number(length);
}

function keptForOf(fields: readonly Field[]): number {
  const seconds = /(?:^|[\s,])timeout=(\d{1,9})/i.exec(valuesOf(fields, 'keep-alive').join(','));
  return seconds === null ? Infinity : Number(seconds[1]) * 1000;
}
