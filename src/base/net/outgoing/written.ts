import type { Readable } from 'node:stream';
import type { Field } from '../index.ts';
import { KeptWith, netErrors } from '../index.ts';
import type { OutgoingRequest } from './contract.ts';

/** Bodies up to this many bytes are written in one piece with their head: one write costs less than two. */
const joinedBytes = 16 * 1024;
/** Larger bodies than this are their owner's alone, and need no copy. */
const copiedBytes = 64 * 1024;

/** What can be written to: the part of a socket that this needs. */
export interface Outlet {
  write(data: string | Uint8Array, encoding?: 'latin1'): boolean;
  cork(): void;
  uncork(): void;
}

const texts = new KeptWith<readonly Field[], string>();

/** Fields as text, kept with the array that they came in. */
function textOf(fields: readonly Field[]): string {
  let text = texts.get(fields);
  if (text === undefined) texts.set(fields, (text = made(fields)));
  return text;
}

/** @throws `net-request-malformed` for what would end a line: fields of HTTP/2 may hold it */
function made(fields: readonly Field[]): string {
  let text = '';
  for (const [name, value] of fields) {
    if (/[\r\n\0:]/.test(name) || /[\r\n\0]/.test(value))
      throw netErrors.make['net-request-malformed']('A header field holds a line break.');
    text += `${name}: ${value}\r\n`;
  }
  return text;
}

function isStream(body: OutgoingRequest['body']): body is Readable {
  return body !== undefined && !(body instanceof Uint8Array);
}

/** How the body is framed, as fields. */
function framingOf({ method, body, length, upgrade }: OutgoingRequest): string {
  if (upgrade !== undefined) return `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n`;
  if (isStream(body)) {
    return length === undefined ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${length}\r\n`;
  }
  if (body !== undefined && body.length > 0) return `Content-Length: ${body.length}\r\n`;
  return method === 'GET' || method === 'HEAD' ? '' : 'Content-Length: 0\r\n';
}

/**
 * Writes a request in the form of HTTP/1.1; a body that is a stream is pumped until its end, or until the request is given up.
 * @returns what ends the pumping and throws the rest away; undefined when all is written
 */
export function writeRequest(request: OutgoingRequest, outlet: Outlet, broken: () => void): Pump | undefined {
  const { method, target, fields, extra, body, length } = request;
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000- \u007F]/.test(target))
    throw netErrors.make['net-request-malformed']('The target holds a space.');
  const more = extra === undefined ? '' : made(extra);
  const head = `${method} ${target} HTTP/1.1\r\n${textOf(fields)}${more}${framingOf(request)}\r\n`;
  if (isStream(body)) {
    outlet.write(head, 'latin1');
    return new Pump(body, outlet, length === undefined, broken);
  }
  if (body === undefined || body.length === 0) outlet.write(head, 'latin1');
  else if (body.length <= joinedBytes) {
    const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
    outlet.write(head + text, 'latin1');
  } else {
    outlet.cork();
    outlet.write(head, 'latin1');
    outlet.write(body.length > copiedBytes ? body : Buffer.from(body));
    outlet.uncork();
  }
  return undefined;
}

/** Passes a body on as it arrives, no faster than it is taken. */
export class Pump {
  done = false;
  readonly #body: Readable;
  readonly #outlet: Outlet;
  readonly #chunked: boolean;
  readonly #broken: () => void;

  constructor(body: Readable, outlet: Outlet, chunked: boolean, broken: () => void) {
    this.#body = body;
    this.#outlet = outlet;
    this.#chunked = chunked;
    this.#broken = broken;
    body
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('close', this.#onClose)
      .on('error', this.#onClose);
  }

  readonly #onData = (chunk: Buffer): void => {
    const outlet = this.#outlet;
    let taken: boolean;
    if (this.#chunked) {
      outlet.cork();
      outlet.write(`${chunk.length.toString(16)}\r\n`, 'latin1');
      outlet.write(chunk);
      taken = outlet.write('\r\n', 'latin1');
      outlet.uncork();
    } else taken = outlet.write(chunk);
    if (!taken) this.#body.pause();
  };

  readonly #onEnd = (): void => {
    if (this.#chunked) this.#outlet.write('0\r\n\r\n', 'latin1');
    this.#stop();
  };

  readonly #onClose = (): void => {
    if (this.done) return;
    this.#stop();
    this.#broken();
  };

  /** What was written has been taken. */
  drained(): void {
    if (!this.done) this.#body.resume();
  }

  #stop(): void {
    this.done = true;
    this.#body.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
  }

  /** Nobody wants the rest: it is read and thrown away, so that the sender can go on. */
  discard(): void {
    if (this.done) return;
    this.#stop();
    this.#body.resume();
  }
}
