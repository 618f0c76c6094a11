/** What an HTTP/2 client with prior knowledge sends first (RFC 9113 section 3.4). */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Whether a connection that begins with `bytes[start, end)` speaks HTTP/2; `undefined` while it may still turn out to. */
export function beginsHttp2(bytes: Buffer, start: number, end: number): boolean | undefined {
  const known = Math.min(end - start, preface.length);
  if (preface.compare(bytes, start, start + known, 0, known) !== 0) return false;
  return known === preface.length ? true : undefined;
}
