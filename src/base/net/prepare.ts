import { netErrors } from './errors.ts';
import type { Field, PreparedHead } from './contract.ts';
import { reasonOf } from './reasons.ts';

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const value = /^[\t\x20-\x7e\x80-\xff]*$/;
const ofTheListener = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Prepares the head of answers: done once, at start, for those that are sent often.
 * @throws `net-answer-invalid` for a status outside 200–599, a name that is no token (RFC 9110 section 5.6.2), a value with
 *   bytes that would end or split the field, or a field that is the listener's to send.
 */
export function prepareHead(status: number, fields: readonly Field[]): PreparedHead {
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw invalid(`status ${status}`, '200 to 599');
  for (const [name, text] of fields) {
    if (!token.test(name)) throw invalid(`header name ${JSON.stringify(name)}`, 'a token');
    if (!value.test(text))
      throw invalid(`a value of ${name} with control or wide characters`, 'visible text');
    if (ofTheListener.has(name.toLowerCase())) throw invalid(`header ${name}`, 'to leave it to the listener');
  }
  const lines = fields.map(([name, text]) => `${name}: ${text}\r\n`);
  return { status, fields, text: `HTTP/1.1 ${status} ${reasonOf(status)}\r\n${lines.join('')}` };
}

function invalid(found: string, expected: string): Error {
  return netErrors.make['net-answer-invalid'](
    `Cannot prepare an answer with ${found}; expected ${expected}.`,
  );
}

/** Whether answers of the status have a body at all (RFC 9110 section 6.4.1). */
export function hasBody(status: number): boolean {
  return status !== 204 && status !== 304;
}
