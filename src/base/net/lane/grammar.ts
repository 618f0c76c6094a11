/**
 * The grammar of the lane: a part of RFC 9112 so narrow that `node:http` reads the same from every head it accepts. What is
 * unusual is not judged here but handed over. A differential fuzz test keeps the lane inside of node's parser.
 */

/** The head is not complete; nothing wrong so far. */
export const more = 0;
/** The head is for `node:http` to read. */
export const unusual = -1;

/** What `readHead` found, overwritten by the next call: the hot path allocates nothing. */
export interface Found {
  post: boolean;
  /** Positions of the request target in the buffer. */
  targetStart: number;
  targetEnd: number;
  /** Bytes of the body; 0 without Content-Length. */
  contentLength: number;
}

const CR = 13;
const LF = 10;
const SPACE = 32;
const COLON = 58;
const maxFields = 100;
const maxDigits = 15;

function table(allowed: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (allowed.test(String.fromCharCode(code)) ? 1 : 0));
}

const nameByte = table(/[!#$%&'*+.^_`|~0-9A-Za-z-]/);
const valueByte = table(/[\x20-\x7e]/);
const targetByte = table(/[A-Za-z0-9\-._~!$&'()*+,;=:@/?%[\]]/);

const startOfGet = Buffer.from('GET /');
const startOfPost = Buffer.from('POST /');
const version = Buffer.from(' HTTP/1.1\r\n');

const keepAlive = Buffer.from('keep-alive');
const host = Buffer.from('host');
const contentLength = Buffer.from('content-length');
/** Fields that change how a message is framed or how long the connection lives. */
const framing: readonly Buffer[] = [
  'te',
  'expect',
  'upgrade',
  'trailer',
  'http2-settings',
  'content-encoding',
  'proxy-connection',
  'transfer-encoding',
].map(name => Buffer.from(name));
const connection = Buffer.from('connection');

/** Whether the bytes from `at` are `word`, in any case; `word` is lower-case letters, digits and hyphens. */
function saysAnyCase(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) {
    if (((bytes[at + i] as number) | 0x20) !== word[i]) return false;
  }
  return true;
}

/** How much of `word` stands at `at`: its length, -1 for a difference, fewer when the buffer ends first. */
function matched(bytes: Uint8Array, at: number, end: number, word: Uint8Array): number {
  const stop = Math.min(word.length, end - at);
  for (let i = 0; i < stop; i++) {
    if (bytes[at + i] !== word[i]) return -1;
  }
  return stop;
}

/**
 * Reads one request head from `bytes[start, end)` into `found`.
 * @returns its length in bytes, `more` or `unusual`.
 */
export function readHead(bytes: Uint8Array, start: number, end: number, limit: number, found: Found): number {
  const stop = Math.min(end, start + limit);
  const incomplete = stop < end ? unusual : more;

  found.post = bytes[start] === 0x50;
  const opening = found.post ? startOfPost : startOfGet;
  const opened = matched(bytes, start, stop, opening);
  if (opened < opening.length) return opened < 0 ? unusual : incomplete;

  let at = start + opening.length;
  found.targetStart = at - 1;
  while (at < stop && targetByte[bytes[at] as number] === 1) at++;
  found.targetEnd = at;
  const closed = matched(bytes, at, stop, version);
  if (closed < version.length) return closed < 0 ? unusual : incomplete;
  at += version.length;

  found.contentLength = -1;
  let hosts = 0;
  for (let fields = 0; fields <= maxFields; fields++) {
    if (at >= stop) return incomplete;
    if (bytes[at] === CR) {
      if (at + 1 >= stop) return incomplete;
      if (bytes[at + 1] !== LF || hosts !== 1) return unusual;
      if (found.contentLength < 0) found.contentLength = 0;
      return at + 2 - start;
    }

    const nameStart = at;
    while (at < stop && nameByte[bytes[at] as number] === 1) at++;
    if (at >= stop) return incomplete;
    if (bytes[at] !== COLON || at === nameStart) return unusual;
    const nameLength = at - nameStart;
    at++;
    while (at < stop && bytes[at] === SPACE) at++;
    const valueStart = at;
    while (at < stop && valueByte[bytes[at] as number] === 1) at++;
    if (at >= stop) return incomplete;
    if (bytes[at] !== CR || bytes[at - 1] === SPACE) return unusual;
    if (at + 1 >= stop) return incomplete;
    if (bytes[at + 1] !== LF) return unusual;

    switch (nameLength) {
      case 4:
        if (saysAnyCase(bytes, nameStart, host)) {
          hosts++;
          if (at === valueStart) return unusual;
        }
        break;
      case 10:
        if (saysAnyCase(bytes, nameStart, connection)) {
          if (at - valueStart !== keepAlive.length || !saysAnyCase(bytes, valueStart, keepAlive))
            return unusual;
        }
        break;
      case 2:
      case 6:
      case 7:
      case 14:
      case 16:
      case 17:
        if (nameLength === 14 && saysAnyCase(bytes, nameStart, contentLength)) {
          if (found.contentLength >= 0) return unusual;
          const length = readDigits(bytes, valueStart, at);
          if (length < 0) return unusual;
          found.contentLength = length;
        } else if (isFraming(bytes, nameStart, nameLength)) return unusual;
        break;
      default:
    }
    at += 2;
  }
  return unusual;
}

function isFraming(bytes: Uint8Array, at: number, length: number): boolean {
  for (const name of framing) {
    if (name.length === length && saysAnyCase(bytes, at, name)) return true;
  }
  return false;
}

/** The number that the digits in `[start, end)` write, -1 when there are other bytes, none, or too many to be a length. */
function readDigits(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > maxDigits) return -1;
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}
