import type { Socket } from 'node:net';
import type { Field, Head, Peer } from '../contract.ts';
import { peerOf } from '../peer.ts';

/** Fields of which `node:http` keeps the first instead of joining them. */
const saidOnce = new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
]);

/**
 * A head the lane accepted. It owns a copy of its bytes, so that it outlives the read buffer, and a connection keeps the
 * last one: clients repeat theirs, and a head whose bytes are equal need not be read again.
 */
export class LaneHead implements Head {
  readonly bytes: Buffer;
  readonly method: 'GET' | 'POST';
  readonly target: string;
  readonly contentLength: number;
  readonly #socket: Socket;
  #text: string | undefined;
  #lower = '';
  readonly #known = new Map<string, string | undefined>();
  #fields: readonly Field[] | undefined;

  constructor(socket: Socket, bytes: Buffer, method: 'GET' | 'POST', target: string, contentLength: number) {
    this.#socket = socket;
    this.bytes = bytes;
    this.method = method;
    this.target = target;
    this.contentLength = contentLength;
  }

  get peer(): Peer {
    return peerOf(this.#socket);
  }

  header(name: string): string | undefined {
    if (this.#known.has(name)) return this.#known.get(name);
    const value = this.#find(name.toLowerCase());
    this.#known.set(name, value);
    return value;
  }

  fields(): readonly Field[] {
    return (this.#fields ??= fieldsOf(this.#decoded()));
  }

  #decoded(): string {
    return (this.#text ??= this.bytes.toString('latin1'));
  }

  #find(name: string): string | undefined {
    const text = this.#decoded();
    if (this.#lower === '') this.#lower = text.toLowerCase();
    const key = `\r\n${name}:`;
    let value: string | undefined;
    for (let at = this.#lower.indexOf(key); at >= 0; at = this.#lower.indexOf(key, at + key.length)) {
      const start = at + key.length;
      const one = text.slice(start, text.indexOf('\r\n', start)).trimStart();
      if (saidOnce.has(name)) return one;
      value = value === undefined ? one : `${value}${name === 'cookie' ? '; ' : ', '}${one}`;
    }
    return value;
  }
}

/** The fields of a head: the lines between the request line and the empty one. */
function fieldsOf(text: string): Field[] {
  const lines = text.slice(text.indexOf('\r\n') + 2, -4);
  return lines.split('\r\n').map(line => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
  });
}
