import { type IncomingMessage, request as requestInTheClear, type RequestOptions } from 'node:http';
import { type Agent, request } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ByteStream, type Field, prepareHead } from '../../../base/net/index.ts';
import { StatusError } from '../../meta/index.ts';
import type { Call } from '../call.ts';
import { answeredWith, commonFields } from '../server.ts';

/** Protocols that a listener must let this server take connections over for. */
export const upgrades = ['websocket', 'SPDY/3.1'];

/** A request that is passed on. */
export interface Onward {
  readonly method: string;
  /** Absolute, of http or https. */
  readonly url: string;
  readonly fields: readonly Field[];
  readonly body?: Uint8Array;
  /** With it, what answers is known, and knows who asks. */
  readonly agent?: Agent | undefined;
}

type Reply =
  | { readonly answer: IncomingMessage }
  | { readonly answer: IncomingMessage; readonly connection: Duplex; readonly rest: Buffer };

/**
 * Asks; resolves when the head of the answer is there. A client of ours that goes takes the request with it.
 * @throws StatusError 503 and 500 when nobody answers
 */
export async function askOnward(call: Call, { method, url, fields, body, agent }: Onward): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const options: RequestOptions = {
    method,
    headers: headersOf(fields),
    ...(agent !== undefined && { agent }),
  };
  // Nobody knows who has signed the certificate of a pod: without an agent it is not looked at.
  const unknown = { ...options, ...(agent === undefined && { rejectUnauthorized: false }) };
  const sent = url.startsWith('https:') ? request(url, unknown) : requestInTheClear(url, options);
  sent.on('response', answer => resolve({ answer }));
  sent.on('upgrade', (answer, connection, rest) => resolve({ answer, connection, rest }));
  sent.on('error', error => reject(unreachable(url, error)));
  call.sink.onAbort(() => sent.destroy());
  sent.end(body);
  return promise;
}

function headersOf(fields: readonly Field[]): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of fields) (headers[name.toLowerCase()] ??= []).push(value);
  return headers;
}

const causes = new Map([
  ['ECONNREFUSED', 'connect: connection refused'],
  ['EHOSTUNREACH', 'connect: no route to host'],
]);

function unreachable(url: string, error: NodeJS.ErrnoException): StatusError {
  const cause = causes.get(error.code ?? '') ?? error.message;
  return new StatusError(
    503,
    'ServiceUnavailable',
    `error trying to reach service: dial tcp ${new URL(url).host}: ${cause}`,
  );
}

/** Passes an answer on as it is, or the connection when its protocol was switched. */
export function passOn(call: Call, reply: Reply): void {
  if ('connection' in reply) {
    passConnection(call, reply.answer, reply.connection, reply.rest);
    return;
  }
  const { answer } = reply;
  passBody(call, answer, answer.statusCode ?? 502, endToEnd(answer));
}

/** Begins an answer and passes a body on as it comes: a slow client holds back what sends it. */
export function passBody(
  call: Call,
  from: IncomingMessage,
  status: number,
  fields: readonly Field[],
  kind?: 'endless',
): void {
  const named = new Set(fields.map(([name]) => name.toLowerCase()));
  const common = commonFields(call).filter(([name]) => !named.has(name.toLowerCase()));
  const to = call.sink.stream(prepareHead(status, [...common, ...fields]), kind);
  answeredWith(call, status);
  if (to === undefined) from.destroy();
  else pour(from, to);
}

function pour(from: IncomingMessage, to: ByteStream): void {
  from.on('data', (chunk: Buffer) => {
    if (!to.write(chunk)) from.pause();
  });
  to.onDrain(() => from.resume());
  to.onAbort(() => from.destroy());
  from.on('end', () => to.end());
  from.on('error', () => to.cut());
  from.on('close', () => {
    if (!from.complete) to.cut();
  });
}

function passConnection(call: Call, answer: IncomingMessage, there: Duplex, rest: Buffer): void {
  const here = call.sink.upgrade?.(endToEnd(answer));
  answeredWith(call, 101);
  if (here === undefined) {
    there.destroy();
    return;
  }
  if (rest.length > 0) there.unshift(rest);
  there.on('error', () => here.destroy());
  here.on('error', () => there.destroy());
  there.on('close', () => end(here));
  here.on('close', () => end(there));
  here.pipe(there);
  there.pipe(here);
}

/** The other side has gone: what was passed on before is still delivered, to whoever takes it soon. */
function end(connection: Duplex): void {
  if (!connection.writableEnded) connection.destroy();
  const cut = setTimeout(() => connection.destroy(), lingering).unref();
  connection.once('close', () => clearTimeout(cut));
}

const lingering = 5000;

/** Fields that concern one connection (RFC 9110 section 7.6.1). */
const ofTheConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'date',
]);

function endToEnd({ rawHeaders }: IncomingMessage): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (!ofTheConnection.has(name.toLowerCase())) fields.push([name, rawHeaders[at + 1] as string]);
  }
  return fields;
}

/** Fields of a request that are for whoever it is passed on to. */
export function requestFields(call: Call, withheld: ReadonlySet<string>): Field[] {
  const all = call.head.fields?.() ?? [];
  return all.filter(([name]) => {
    const key = name.toLowerCase();
    return !ofTheConnection.has(key) && !withheld.has(key);
  });
}

/** The text of an answer that is a failure. */
export async function failureText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > 64 * 1024) break;
  }
  return Buffer.concat(chunks).toString().trim();
}
