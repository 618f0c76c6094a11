import { declareErrors } from '../../../base/errors/index.ts';

export const issuerErrors = declareErrors({
  'login-client-unknown': {
    status: 400,
    fault: 'user',
    meaning: 'A login was asked for by a client that the issuer does not know.',
    fix: 'Use a `client_id` of the configuration, or add the client to `staticClients`.',
  },
  'login-redirect-unknown': {
    status: 400,
    fault: 'user',
    meaning: 'A login was to lead to an address that the client has not registered, so nobody is sent there.',
    fix: 'Send a `redirect_uri` that is, letter by letter, one of the client’s `redirectURIs`.',
  },
  'login-parameter-invalid': {
    status: 400,
    fault: 'user',
    meaning: 'A parameter of a login is missing, comes twice, is too long or is not well encoded.',
    fix: 'Send each parameter once, percent-encoded.',
  },
  'login-ended': {
    status: 400,
    fault: 'user',
    meaning: 'The login is not known: it has been finished, has taken too long, or was never begun.',
    fix: 'Begin again with the address that led to the login; each step of it works once.',
  },
  'login-unfinished': {
    status: 400,
    fault: 'user',
    meaning: 'An approval was asked for before the password was given.',
    fix: 'Post name and password to the login form first.',
  },
  'login-approval-unauthorized': {
    status: 401,
    fault: 'user',
    meaning: 'An approval was asked for by somebody other than the one who gave the password.',
    fix: 'Go on in the browser, or from the address, where the password was given; or begin again.',
  },
  'login-foreign-form': {
    status: 403,
    fault: 'user',
    meaning: 'A browser posted a form of a login that stands on another site.',
    fix: 'Open the login page itself and use its form.',
  },
  'login-path-unknown': {
    status: 404,
    fault: 'user',
    meaning: 'The issuer has nothing at the path.',
    fix: 'See `/.well-known/openid-configuration` below the issuer’s address.',
  },
  'login-method-refused': {
    status: 405,
    fault: 'user',
    meaning: 'The path of the issuer does not have the method.',
    fix: 'Use a method of the answer’s Allow header.',
  },
  'login-body-large': {
    status: 413,
    fault: 'user',
    meaning: 'A form sent to the issuer is larger than any it takes.',
    fix: 'Send only the parameters that the form has.',
  },
  'login-body-form': {
    status: 415,
    fault: 'user',
    meaning: 'A body was sent to the issuer in a form other than application/x-www-form-urlencoded.',
    fix: 'Send the parameters as a form: `curl --data name=value`.',
  },
  'login-attempts': {
    status: 429,
    fault: 'user',
    meaning: 'Too many passwords were wrong, for the account or from the address.',
    fix: 'Wait as long as the Retry-After header says.',
  },
  'oauth-invalid-request': {
    status: 400,
    fault: 'user',
    meaning: 'A request of a client lacks a parameter, has one twice, or has one that is not understood.',
    fix: 'Mend the parameter that the answer names.',
  },
  'oauth-invalid-client': {
    status: 401,
    fault: 'user',
    meaning: 'A client did not show that it is the one it says.',
    fix: 'Send the client’s id and secret, by Basic authentication or in the form.',
  },
  'oauth-invalid-grant': {
    status: 400,
    fault: 'user',
    meaning: 'A code or refresh token is not good: used before, too old, of another client, or never given.',
    fix: 'Log in again; each code and each refresh token works once.',
  },
  'oauth-unsupported-grant-type': {
    status: 400,
    fault: 'user',
    meaning: 'A client asked for tokens in a way that the issuer does not have.',
    fix: 'Use `authorization_code` or `refresh_token`.',
  },
  'oauth-invalid-scope': {
    status: 400,
    fault: 'user',
    meaning: 'A client asked for a scope that was not granted at the login.',
    fix: 'Ask for scopes of the login only.',
  },
  'oauth-invalid-token': {
    status: 401,
    fault: 'user',
    meaning: 'An access token is missing, or is not good any more.',
    fix: 'Send `Authorization: Bearer` with a token of this issuer that has not expired.',
  },
  'issuer-config-invalid': {
    status: 400,
    fault: 'user',
    meaning: 'A configuration of Dex has a field that is not understood.',
    fix: 'Mend the field that the message names.',
  },
});

/** What an error of a client’s request is called in OAuth; undefined for those that people see. */
export function oauthName(code: string): string | undefined {
  return code.startsWith('oauth-') ? code.slice('oauth-'.length).replaceAll('-', '_') : undefined;
}
