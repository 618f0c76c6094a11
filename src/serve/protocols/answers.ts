import { CodedError, messageOf } from '../../base/errors/index.ts';
import { prepareHead, type PreparedHead, type Sink } from '../../base/net/index.ts';

const json: readonly [string, string] = ['Content-Type', 'application/json'];

export const okJson = prepareHead(200, [json]);
const okText = prepareHead(200, [['Content-Type', 'text/plain; version=0.0.4; charset=utf-8']]);

/** ASCII text as it is, other text as UTF-8 bytes. */
export function bodyOf(text: string): string | Uint8Array {
  // oxlint-disable-next-line no-control-regex
  return /^[\u0000-\u007F]*$/.test(text) ? text : Buffer.from(text, 'utf8');
}

export function sendJson(sink: Sink, value: unknown): void {
  sink.send(okJson, bodyOf(JSON.stringify(value)));
}

export function sendText(sink: Sink, text: string): void {
  sink.send(okText, bodyOf(text));
}

/** Heads of errors, by code and what else they say; codes are few and declared. */
const errorHeads = new Map<string, PreparedHead>();

function errorHead(status: number, code: string, allow: string | undefined): PreparedHead {
  const key = `${status} ${code} ${allow ?? ''}`;
  const known = errorHeads.get(key);
  if (known !== undefined) return known;
  const head = prepareHead(status, [
    json,
    ['Davit-Error-Code', code],
    ...(allow === undefined ? [] : [['Allow', allow] as const]),
    ...(status === 503 ? [['Retry-After', '1'] as const] : []),
  ]);
  errorHeads.set(key, head);
  return head;
}

/** `{"error": "…"}`, as KServe, Triton and MLServer answer, with the code in the header `Davit-Error-Code`. */
export function sendError(sink: Sink, thrown: unknown, allow?: string): void {
  const { head, body } = errorAnswer(thrown, allow);
  sink.send(head, body);
}

export function errorAnswer(
  thrown: unknown,
  allow?: string,
): { head: PreparedHead; body: string | Uint8Array } {
  const { status, code } = thrown instanceof CodedError ? thrown : { status: 500, code: 'internal' };
  return { head: errorHead(status, code, allow), body: bodyOf(JSON.stringify({ error: messageOf(thrown) })) };
}
