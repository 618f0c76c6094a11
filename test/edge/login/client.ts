import { once } from 'node:events';
import { request as ask, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** An answer as a client has it. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** Sends one request to a port of this machine, as `curl` would: nothing is followed, no cookie kept. */
export async function fetched(
  port: number,
  path: string,
  { method, body, headers = {} }: Asked = {},
): Promise<Answer> {
  const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const sent = ask({
    host: '127.0.0.1',
    port,
    path,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { accept: '*/*', ...form, ...(headers as Record<string, string>) },
    agent: false,
  });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) };
}

/** The address in the text of a redirect, as it is copied from a terminal: escaped as HTML. */
export function copied({ text: html }: Answer): string {
  const href = /<a href="([^"]+)">/.exec(html)?.[1];
  if (href === undefined) throw new Error(`no address in ${JSON.stringify(html)}`);
  return href;
}

/** A cookie of an answer, as `name=value`. */
export function cookieOf({ headers }: Answer, name: string): string {
  const found = headers['set-cookie']?.find(one => one.startsWith(`${name}=`));
  if (found === undefined) throw new Error(`no cookie ${name} in ${JSON.stringify(headers)}`);
  return found.split(';', 1)[0] as string;
}

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The steps of a login by hand up to the address of the callback. */
export async function approved(
  port: number,
  { user, password, path = '/', headers = {} }: Login,
): Promise<string> {
  const first = await fetched(port, path, { headers });
  const second = await fetched(port, first.headers.location ?? '', { headers });
  const form = second.headers.location ?? '';
  const body = new URLSearchParams({ login: user, password }).toString();
  const third = await fetched(port, form, { body, headers });
  const fourth = await fetched(port, third.headers.location ?? '', { headers });
  if (fourth.headers.location === undefined) throw new Error(`no code: ${fourth.status} ${fourth.text}`);
  return fourth.headers.location;
}

/** A cookie of a session, `authservice_session=…`, by a login as curl does it. */
export async function loggedIn(port: number, login: Login): Promise<string> {
  return cookieOf(await fetched(port, await approved(port, login)), 'authservice_session');
}
