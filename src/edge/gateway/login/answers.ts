import type { CodedError } from '../../../base/errors/index.ts';
import { type Field, type Head, prepareHead, type Sink } from '../../../base/net/index.ts';
import { escaped, noticePage, sendPage } from '../../identity/pages/index.ts';
import { refuse } from '../answers.ts';
import { isBrowser } from './credentials.ts';

const plain = 'text/html; charset=utf-8';
const unstored: Field = ['Cache-Control', 'no-store'];
const reasons: Readonly<Record<number, string>> = { 302: 'Found', 303: 'See Other' };

/** Leads elsewhere, with the text that Go's servers write and that people copy addresses from. */
export function redirect(
  sink: Sink,
  method: string,
  location: string,
  cookies: readonly string[] = [],
  status: 302 | 303 = 302,
): void {
  const fields: Field[] = [
    ['Location', location],
    unstored,
    ...cookies.map(one => ['Set-Cookie', one] as const),
  ];
  if (method !== 'GET' && method !== 'HEAD') return sink.send(prepareHead(status, fields), '');
  const text = method === 'GET' ? `<a href="${escaped(location)}">${reasons[status]}</a>.\n\n` : '';
  sink.send(prepareHead(status, [['Content-Type', plain], ...fields]), Buffer.from(text));
}

/** An answer for programs. */
export function sendJson(sink: Sink, status: number, body: object, more: readonly Field[] = []): void {
  const head = prepareHead(status, [['Content-Type', 'application/json'], unstored, ...more]);
  sink.send(head, Buffer.from(`${JSON.stringify(body)}\n`));
}

/** An error as whoever asks can read it: a page in a browser that shows one, else JSON. */
export function sendError(sink: Sink, head: Head, error: CodedError, more: readonly Field[] = []): void {
  const { code, status, message } = error;
  const fields: Field[] = [['Davit-Error-Code', code], ...more];
  if (!showsPages(head)) return sendJson(sink, status, { error: message }, fields);
  const next = { label: /^(login|issuer)-/.test(code) ? 'Begin again' : 'Home', href: '/' };
  sendPage(
    sink,
    noticePage({ status, title: titles[code] ?? 'This did not work', text: message, next }),
    fields,
  );
}

/** Tells that a request leads nowhere; what `more` says to programs stands in the text of a page. */
export function sendLost(sink: Sink, head: Head, error: CodedError, more?: object): void {
  if (showsPages(head)) sendError(sink, head, error);
  else refuse(sink, error, more);
}

const titles: Readonly<Record<string, string>> = {
  'access-denied': 'Not allowed',
  'host-unknown': 'Nothing is here',
  'route-ambiguous': 'Several have that name',
  'route-unavailable': 'Not ready yet',
  'login-state-used': 'This login is over',
  'login-state-wrong': 'No login of ours',
  'login-expired': 'This took too long',
  'login-elsewhere': 'Another browser',
  'login-refused': 'No login',
  'login-unnamed': 'Nobody by that login',
  'sessions-differ': 'Two people at once',
  'request-foreign': 'From another page',
  'issuer-unreachable': 'Logging in is not possible now',
  'issuer-answer-wrong': 'Logging in is not set up right',
};

function showsPages(head: Head): boolean {
  return isBrowser(head) && head.header('accept')?.includes('text/html') === true;
}

/** Whether somebody who is not known is to be told so instead of being led to the login: programs that cannot follow. */
export function wantsStatus(method: string, head: Head): boolean {
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return true;
  if (head.header('x-requested-with')?.toLowerCase() === 'xmlhttprequest') return true;
  const mode = head.header('sec-fetch-mode');
  if (
    (mode !== undefined && mode !== 'navigate' && mode !== 'no-cors') ||
    head.header('upgrade') !== undefined
  )
    return true;
  if (head.header('content-type')?.startsWith('application/grpc') === true) return true;
  const accept = head.header('accept')?.toLowerCase() ?? '*/*';
  return accept.includes('json') && !accept.includes('*/*') && !accept.includes('html');
}
