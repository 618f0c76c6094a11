import type { Field } from '../../../base/net/index.ts';
import { escaped } from '../pages/index.ts';

/** What the issuer answers. */
export interface Answer {
  readonly status: number;
  readonly fields: readonly Field[];
  readonly body: Uint8Array;
}

export const notKept: Field = ['Cache-Control', 'no-store'];

export function json(status: number, value: object, fields: readonly Field[] = [notKept]): Answer {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  return { status, fields: [['Content-Type', 'application/json'], ...fields], body };
}

const reasons = { 302: 'Found', 303: 'See Other' } as const;

/** Sends somebody on; as Go writes it, with a link for those who read the answer, unless they have posted something. */
export function redirect(
  status: keyof typeof reasons,
  location: string,
  method: string,
  fields: readonly Field[] = [],
): Answer {
  const target = printable(location);
  const all: Field[] = [['Location', target], notKept, ...fields];
  if (method === 'POST') return { status, fields: all, body: new Uint8Array() };
  const body = Buffer.from(`<a href="${escaped(target)}">${reasons[status]}</a>.\n\n`);
  return { status, fields: [...all, ['Content-Type', 'text/html; charset=utf-8']], body };
}

/** A location is sent in ASCII, whatever a client has registered. */
function printable(location: string): string {
  return location.replace(/[^\x21-\x7e]+/g, text => encodeURIComponent(text.toWellFormed()));
}

/** Thrown by a step that ends a visit with an answer of its own. */
export class Ended extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super('The visit has its answer.');
    this.answer = answer;
  }
}

/** An address with parameters added to those it has. */
export function withQuery(address: string, query: string): string {
  return `${address}${address.includes('?') ? '&' : '?'}${query}`;
}
