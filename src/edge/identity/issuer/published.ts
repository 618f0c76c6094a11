import { type Answer, json } from './answers.ts';
import { scopes } from './authorize.ts';
import { grantTypes } from './token.ts';
import type { Visit } from './visit.ts';

/** What clients need to know of the issuer (OpenID Connect Discovery). */
export async function discovery({ site: { url } }: Visit): Promise<Answer> {
  return json(
    200,
    {
      issuer: url,
      authorization_endpoint: `${url}/auth`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/keys`,
      userinfo_endpoint: `${url}/userinfo`,
      introspection_endpoint: `${url}/token/introspect`,
      grant_types_supported: Object.keys(grantTypes),
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      scopes_supported: scopes.filter(scope => scope !== 'federated:id'),
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      claims_supported: [
        'iss',
        'sub',
        'aud',
        'iat',
        'exp',
        'jti',
        'nonce',
        'at_hash',
        'c_hash',
        'email',
        'email_verified',
        'groups',
        'name',
      ],
      claims_parameter_supported: false,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
    },
    [],
  );
}

export async function keys({ site }: Visit): Promise<Answer> {
  await site.keys.rotate();
  const age = `max-age=${site.keys.freshFor()}, must-revalidate`;
  return json(200, { keys: site.keys.published() }, [['Cache-Control', age]]);
}

export async function health(): Promise<Answer> {
  const body = Buffer.from('Health check passed.\n');
  return { status: 200, fields: [['Content-Type', 'text/plain; charset=utf-8']], body };
}
