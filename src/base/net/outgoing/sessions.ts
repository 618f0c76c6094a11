import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { Readable } from 'node:stream';
import { messageOf } from '../../errors/index.ts';
import { type Field, prepareHead } from '../index.ts';
import { endToEnd } from './answer.ts';
import type { AnswerHead, Endpoint, OutgoingRequest, Receiver, Sending } from './contract.ts';
import { outgoingErrors } from './errors.ts';

const writtenAnew = new Set(['content-length', 'date']);

/** Connections of HTTP/2 with prior knowledge, one to an endpoint. */
export class Sessions {
  readonly #connectTimeout: number;
  readonly #open = new Map<string, ClientHttp2Session>();

  constructor(connectTimeout: number) {
    this.#connectTimeout = connectTimeout;
  }

  send(to: Endpoint, request: OutgoingRequest, receiver: Receiver): Sending {
    const session = this.#to(to);
    const endStream = request.body === undefined;
    // Node ends a stream in good order before it resets it, unless trailers are to come: half a body would be taken for a whole one.
    const stream = session.request(headersOf(request), { endStream, waitForTrailers: !endStream });
    return new Http2Exchange(to, session, stream, request, receiver);
  }

  #to(to: Endpoint): ClientHttp2Session {
    const key = `${to.host} ${to.port}`;
    const open = this.#open.get(key);
    if (open !== undefined && !open.closed && !open.destroyed) return open;
    const session = connect(`http://${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}`);
    this.#open.set(key, session);
    const forget = (): void => {
      if (this.#open.get(key) === session) this.#open.delete(key);
    };
    const text = `no connection within ${this.#connectTimeout} ms`;
    const slow = setTimeout(() => session.destroy(new Error(text)), this.#connectTimeout);
    session.on('connect', () => clearTimeout(slow));
    session.on('goaway', forget);
    session.on('error', () => {});
    session.on('close', () => {
      clearTimeout(slow);
      forget();
    });
    // Waiting for the next request keeps no process.
    session.unref();
    return session;
  }

  close(): void {
    for (const session of this.#open.values()) session.destroy();
  }
}

function headersOf({
  method,
  target,
  fields,
  extra = [],
}: OutgoingRequest): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { ':method': method, ':path': target };
  for (const [name, value] of [...fields, ...extra]) {
    const key = name.toLowerCase() === 'host' ? ':authority' : name.toLowerCase();
    const earlier = headers[key];
    headers[key] = earlier === undefined ? value : [earlier, value].flat();
  }
  return headers;
}

class Http2Exchange implements Sending {
  readonly #to: Endpoint;
  readonly #session: ClientHttp2Session;
  readonly #stream: ClientHttp2Stream;
  #receiver: Receiver | undefined;
  #trailers: readonly Field[] = [];
  #error: Error | undefined;

  constructor(
    to: Endpoint,
    session: ClientHttp2Session,
    stream: ClientHttp2Stream,
    { body }: OutgoingRequest,
    receiver: Receiver,
  ) {
    this.#to = to;
    this.#session = session;
    this.#stream = stream;
    this.#receiver = receiver;
    stream.on('response', (_headers, _flags, raw: string[]) => this.#begin(raw));
    stream.on('trailers', (_headers, _flags, raw: string[]) => (this.#trailers = pairs(raw)));
    stream.on('data', (chunk: Buffer) => {
      if (this.#receiver?.data(chunk) === false) stream.pause();
    });
    stream.on('end', () => this.#end());
    stream.on('error', error => (this.#error = error));
    stream.on('close', () => this.#onClose());
    stream.on('wantTrailers', () => {
      if (body instanceof Uint8Array || body?.readableEnded === true) stream.sendTrailers({});
    });
    if (body instanceof Uint8Array) stream.end(Buffer.from(body));
    else if (body !== undefined) this.#pump(body);
  }

  #pump(body: Readable): void {
    body.on('close', () => body.readableEnded || this.cancel());
    body.pipe(this.#stream);
  }

  #begin(raw: readonly string[]): void {
    try {
      this.#receiver?.begin(answerOf(pairs(raw)));
    } catch (error) {
      this.#error = error as Error;
      this.#stream.close(constants.NGHTTP2_PROTOCOL_ERROR);
    }
  }

  #end(): void {
    // A stream that was reset ends, too; its close tells.
    if (this.#stream.rstCode !== constants.NGHTTP2_NO_ERROR || this.#error !== undefined) return;
    const receiver = this.#receiver;
    this.#receiver = undefined;
    receiver?.end(this.#trailers);
  }

  #onClose(): void {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    if (receiver === undefined) return;
    const { host, port } = this.#to;
    const reason = this.#error === undefined ? 'it ended the exchange' : messageOf(this.#error);
    const connected = !this.#session.connecting && this.#stream.id !== undefined;
    const error = connected
      ? outgoingErrors.make['upstream-broken'](`The server at ${host}:${port} failed: ${reason}.`)
      : outgoingErrors.make['upstream-unreachable'](`No connection to ${host}:${port}: ${reason}.`);
    const sent = connected && this.#stream.rstCode !== constants.NGHTTP2_REFUSED_STREAM;
    receiver.fail({ error, sent, reused: false });
  }

  resume(): void {
    this.#stream.resume();
  }

  cancel(): void {
    this.#receiver = undefined;
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }
}

function pairs(raw: readonly string[]): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < raw.length; at += 2) fields.push([raw[at] as string, raw[at + 1] as string]);
  return fields;
}

function answerOf(all: readonly Field[]): AnswerHead {
  const status = Number(all.find(([name]) => name === ':status')?.[1]);
  const fields = endToEnd(
    all.filter(([name]) => !name.startsWith(':')),
    writtenAnew,
  );
  return { status, fields, prepared: prepareHead(status, fields) };
}
