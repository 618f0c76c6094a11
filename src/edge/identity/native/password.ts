import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Configuration } from 'openid-client';
import { messageOf } from '../../../base/errors/index.ts';
import { nativeErrors } from './errors.ts';
import { beginFlow } from './flow.ts';
import type { Tokens } from './issuer.ts';

/** Nothing listens there: the last step leads to it and is not taken. */
const nowhere = 'http://127.0.0.1:1/callback';
const mostSteps = 8;
/** Milliseconds that a step may take. */
const patience = 15_000;

/**
 * Logs somebody in without a browser, at issuers whose form is Dex's: fields `login` and `password`, then maybe an approval.
 * @throws `native-refused`, `native-issuer`
 */
export async function loginByPassword(
  config: Configuration,
  user: string,
  password: string,
): Promise<Tokens> {
  const flow = await beginFlow(config, nowhere, user);
  const form = await walk(await ask(flow.address));
  if (form.back !== undefined) return flow.finish(form.back);
  const posted = await walk(await ask(form.at, { login: user, password }));
  if (posted.back !== undefined) return flow.finish(posted.back);
  if (!posted.at.pathname.endsWith('/approval')) {
    throw nativeErrors.make['native-refused'](`${user}: ${refusalIn(posted)}`);
  }
  const approved = await walk(await ask(posted.at, { approval: 'approve' }));
  if (approved.back !== undefined) return flow.finish(approved.back);
  throw nativeErrors.make['native-issuer'](`${approved.at.origin} did not lead back after the approval`);
}

interface Page {
  readonly at: URL;
  readonly status: number;
  /** Where it leads. */
  readonly next: URL | undefined;
}

/** Follows where pages lead; `back` when that is to whoever began. */
async function walk(first: Page): Promise<Page & { readonly back: URL | undefined }> {
  let page = first;
  for (let steps = 0; page.next !== undefined; steps++) {
    if (page.next.href.startsWith(`${nowhere}?`)) return { ...page, back: page.next };
    if (steps === mostSteps || page.next.origin !== first.at.origin) {
      throw nativeErrors.make['native-issuer'](`${first.at.origin} leads to ${page.next.origin}, and on`);
    }
    page = await ask(page.next);
  }
  return { ...page, back: undefined };
}

function refusalIn({ status }: Page): string {
  if (status === 429) return 'too many wrong passwords; try again later';
  return status === 401 || status === 200
    ? 'the e-mail address or the password is wrong'
    : `HTTP status ${status}`;
}

/** One request, as programs send it: what fetches for pages says that it is a browser. */
async function ask(at: URL, form?: Readonly<Record<string, string>>): Promise<Page> {
  const body = form === undefined ? undefined : new URLSearchParams(form).toString();
  const send = at.protocol === 'https:' ? secureRequest : plainRequest;
  const headers = { Accept: 'text/html', ...(body !== undefined && { 'Content-Type': formType }) };
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const sent = send(at, { method, headers, signal: AbortSignal.timeout(patience) }, resolve);
      sent.on('error', reject);
      sent.end(body);
    });
    const { location } = response.headers;
    const next = location === undefined ? undefined : (URL.parse(location, at.href) ?? undefined);
    // What the page shows is for people.
    response.destroy();
    return { at, status: response.statusCode ?? 0, next };
  } catch (cause) {
    throw nativeErrors.make['native-issuer'](`${at.origin}: ${messageOf(cause)}`, { cause });
  }
}

const formType = 'application/x-www-form-urlencoded';
