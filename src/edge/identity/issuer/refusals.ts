import type { CodedError } from '../../../base/errors/index.ts';
import type { Field } from '../../../base/net/index.ts';
import { noticePage } from '../pages/index.ts';
import { type Answer, json, notKept } from './answers.ts';
import type { Endpoint } from './endpoints.ts';
import { oauthName } from './errors.ts';

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/** How an error is told: to people as a page, to programs as RFC 6749 section 5.2 has it. */
export function refusal(
  error: CodedError,
  refuses: Endpoint['refuses'],
  more: readonly Field[] = [],
): Answer {
  const fields: Field[] = [['Davit-Error-Code', error.code], ...more];
  return refuses === 'json' ? refusedJson(error, fields) : refusedPage(error, fields);
}

function refusedPage({ code, status, fault, message }: CodedError, more: readonly Field[]): Answer {
  const text =
    fault === 'user' || status !== 500 ? message : 'Something went wrong here, not with what you did.';
  const title = titles[status] ?? 'Internal Server Error';
  // Whoever is not logged in is asked to at the first page that the gateway shows.
  const next = code === 'login-ended' ? { next: { label: 'Begin again', href: '/' } } : {};
  const answer = noticePage({ status, title, text, ...next });
  return { ...answer, fields: [...answer.fields, ...more] };
}

function refusedJson({ code, status, fault, message }: CodedError, more: readonly Field[]): Answer {
  const error = oauthName(code) ?? (fault === 'user' ? 'invalid_request' : 'server_error');
  const description = fault === 'user' || status !== 500 ? message : 'Something went wrong here.';
  return json(status, { error, error_description: description }, [notKept, ...challenges(code), ...more]);
}

function challenges(code: string): Field[] {
  if (code === 'oauth-invalid-client') return [['WWW-Authenticate', 'Basic realm="dex"']];
  if (code === 'oauth-invalid-token')
    return [['WWW-Authenticate', 'Bearer realm="dex", error="invalid_token"']];
  return [];
}
