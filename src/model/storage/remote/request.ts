import { readFileSync } from 'node:fs';
import { request as requestPlain, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { messageOf } from '../../../base/errors/index.ts';
import { storageErrors } from '../errors.ts';

export interface Asking {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** File of certificates to trust beside the system's. */
  readonly authorities?: string | undefined;
  /** Do without the check of the server's certificate. */
  readonly insecure?: boolean;
}

export interface Answer {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
}

const mostRedirects = 10;
/** Milliseconds without a byte after which a server counts as gone. */
const idle = 30_000;
/** Bytes of an answer that is read whole. */
const mostRead = 64 * 2 ** 20;

/**
 * Asks a server and follows redirects, which never lead away from HTTPS or to another scheme.
 * @throws storage-unreachable, storage-redirected
 */
export async function ask(url: URL, asking: Asking): Promise<Answer> {
  let place = url;
  for (let count = 0; count <= mostRedirects; count++) {
    const answer = await once(place, asking, place.host === url.host);
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
    answer.body.resume();
    const next = new URL(location, place);
    const allowed = next.protocol === 'https:' || (next.protocol === 'http:' && place.protocol === 'http:');
    if (!allowed) {
      throw storageErrors.make['storage-redirected'](
        `${shown(url)}: redirected to ${shown(next)}, expected HTTPS`,
      );
    }
    place = next;
  }
  throw storageErrors.make['storage-redirected'](`${shown(url)}: found more than ${mostRedirects} redirects`);
}

/** The text of an answer. */
export async function textOf({ body }: Answer): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > mostRead) throw new Error(`the answer is larger than ${mostRead} bytes`);
  }
  return Buffer.concat(chunks).toString();
}

/** A URL without what it may hold of secrets. */
export function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** What a server that refused said, in one line. */
export async function refusalOf(answer: Answer): Promise<string> {
  const text = (await textOf(answer).catch(() => '')).replaceAll(/<[^>]*>/g, ' ');
  const said = text.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  return said === '' ? String(answer.status) : `${answer.status}: ${said}`;
}

function once(url: URL, asking: Asking, sameHost: boolean): Promise<Answer> {
  const { method = 'GET', headers = {}, body, signal, authorities, insecure = false } = asking;
  const request = url.protocol === 'https:' ? requestSecure : requestPlain;
  const secure = {
    ...(insecure && { rejectUnauthorized: false }),
    ...(authorities !== undefined && { ca: readFileSync(authorities) }),
  };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      if (signal.aborted) reject(signal.reason as Error);
      else
        reject(storageErrors.make['storage-unreachable'](`no answer from ${shown(url)}: ${reasonOf(error)}`));
    };
    const sent = request(
      url,
      {
        method,
        // Who may read a model at one host is no matter of another.
        headers: sameHost ? headers : withoutSecrets(headers),
        signal,
        timeout: idle,
        ...(url.protocol === 'https:' && secure),
      },
      response =>
        resolve({ url, status: response.statusCode ?? 0, headers: response.headers, body: response }),
    );
    sent.on('timeout', () => sent.destroy(new Error(`no byte within ${idle / 1000} s`)));
    sent.on('error', fail);
    sent.end(body);
  });
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = ['range', 'if-match', 'if-none-match', 'accept', 'accept-encoding', 'user-agent'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => kept.includes(name.toLowerCase())));
}

function reasonOf(error: unknown): string {
  const message = messageOf(error);
  return message === '' ? String((error as { code?: unknown }).code) : message;
}
