import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { CodedError } from '../../../base/errors/index.ts';
import { partyErrors } from './errors.ts';
import { reasonOf, statusOf, wrongNaming } from './reasons.ts';

/** What went wrong with a code, as an answer to whoever brought it. */
export function codeRefusal(error: unknown, issuer: string): Error {
  if (error instanceof CodedError) return error;
  const unwanted = refusalOfClient(error);
  if (unwanted !== undefined) {
    const text = `The issuer ${issuer} does not take the client and the secret of this gateway: ${unwanted}.`;
    return partyErrors.make['issuer-answer-wrong'](text, { cause: error });
  }
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return refused(error.error, error.error_description);
  }
  if (isUnreachable(error)) {
    const text = `The issuer ${issuer} cannot be reached: ${reasonOf(error)}.`;
    return partyErrors.make['issuer-unreachable'](text, { cause: error });
  }
  const text = `The issuer ${issuer} answered something else than a token that is good here: ${reasonOf(error)}.`;
  return partyErrors.make['issuer-answer-wrong'](text, { cause: error });
}

/** What an issuer has against the client itself, whoever brings the code (RFC 6749 section 5.2); undefined where it has nothing. */
function refusalOfClient(error: unknown): string | undefined {
  if (error instanceof WWWAuthenticateChallengeError) {
    const [challenge] = error.cause;
    return `${error.status} ${challenge?.parameters['error'] ?? 'invalid_client'}`.slice(0, shown);
  }
  if (!(error instanceof ResponseBodyError)) return undefined;
  const { error: code, error_description: description } = error;
  if (code !== 'invalid_client' && code !== 'unauthorized_client') return undefined;
  return `${code}${description === undefined ? '' : `: ${description}`}`.slice(0, shown);
}

/** Why an issuer has not told what it offers: none answers there now, another one does, or what is none. */
export function untold(url: string, error: unknown): Error {
  if (error instanceof CodedError) return error;
  const naming = wrongNaming(error);
  if (naming !== undefined) {
    const { issuer } = naming;
    const named =
      issuer === undefined
        ? 'does not say which issuer it is'
        : `calls itself the issuer ${JSON.stringify(issuer.slice(0, shown))}`;
    const text = `What is at ${url} ${named}; expected ${JSON.stringify(url)}, letter by letter.`;
    return partyErrors.make['issuer-answer-wrong'](text, { cause: error });
  }
  const status = statusOf(error);
  const reason = status === undefined || status === 200 ? reasonOf(error) : `it answered ${status}`;
  if (isUnreachable(error) || isOfTheMoment(status)) {
    const text = `The issuer ${url} cannot be asked what it offers: ${reason}.`;
    return partyErrors.make['issuer-unreachable'](text, { cause: error });
  }
  const text = `What is at ${url} does not say below /.well-known/openid-configuration what it offers, as an issuer does: ${reason}.`;
  return partyErrors.make['issuer-answer-wrong'](text, { cause: error });
}

/** Whether a status says nothing of what is there, since it may be another soon. */
function isOfTheMoment(status = 0): boolean {
  return status >= 500 || status === 408 || status === 429;
}

/** What an issuer offers lacks something that every login needs. */
export function unusable(url: string, field: string, found: unknown): Error {
  const said = JSON.stringify(found)?.slice(0, shown) ?? 'nothing';
  return partyErrors.make['issuer-answer-wrong'](
    `The issuer ${url} says of its ${field}: found ${said}, expected an address that begins with https.`,
  );
}

/** Why there is no code, by the rules of RFC 6749 section 4.1.2.1. */
export function withoutCode(query: URLSearchParams): Error {
  const error = query.get('error') ?? query.get('amp;error');
  if (error === null) {
    return partyErrors.make['login-refused'](
      'Missing url parameter: code. The issuer sends one after a login.',
    );
  }
  return refused(error, query.get('error_description') ?? query.get('amp;error_description') ?? undefined);
}

/** What an issuer says is shown, but not at any length. */
const shown = 200;

function refused(error: string, description: string | undefined): Error {
  const told = description === undefined ? '' : `: ${description.slice(0, shown)}`;
  return partyErrors.make['login-refused'](
    `The issuer answered ${error.slice(0, shown)}${told}. Begin again: a code is good once, for 5 minutes.`,
  );
}

/** Errors of `fetch` and of time-outs. */
function isUnreachable(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at.name === 'TimeoutError' || at.name === 'AbortError') return true;
    if (at instanceof TypeError && at.message === 'fetch failed') return true;
  }
  return false;
}
