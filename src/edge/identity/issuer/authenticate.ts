import type { Client } from './contract.ts';
import { issuerErrors } from './errors.ts';
import type { Visit } from './visit.ts';

interface Shown {
  readonly id: string;
  readonly secret: string | undefined;
}

/** The client that asks, by Basic authentication or in the form, not both (RFC 6749 section 2.3). */
export function authenticatedClient({ site, form, authorization }: Visit): { readonly client: Client } {
  const basic = authorization === undefined ? undefined : readBasic(authorization);
  const id = form.get('client_id');
  if (basic !== undefined && form.has('client_secret')) {
    throw issuerErrors.make['oauth-invalid-request'](
      'The client shows its secret twice, in Authorization and in client_secret; expected once.',
    );
  }
  if (basic !== undefined && id !== undefined && id !== basic.id) {
    throw issuerErrors.make['oauth-invalid-request']('client_id is not the client of Authorization.');
  }
  const { id: name, secret } = basic ?? { id: id ?? '', secret: form.get('client_secret') };
  const client = site.clients.authenticated(name, secret);
  if (client === undefined) throw issuerErrors.make['oauth-invalid-client']('Invalid client credentials.');
  return { client };
}

/** @throws `oauth-invalid-client` for anything but `Basic` with base64 of `id:secret`, both percent-encoded */
function readBasic(authorization: string): Shown {
  const [, encoded = ''] = /^basic +([a-z\d+/]+={0,2})$/i.exec(authorization) ?? [];
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  try {
    if (encoded !== '' && colon > 0) {
      return { id: decoded(text.slice(0, colon)), secret: decoded(text.slice(colon + 1)) };
    }
  } catch {
    // Not percent-encoded: told below.
  }
  throw issuerErrors.make['oauth-invalid-client'](
    'Authorization is not Basic authentication; expected base64 of id:secret, each percent-encoded.',
  );
}

function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
