import { type Answer, Ended, redirect, withQuery } from './answers.ts';
import { mayLeadTo } from './clients.ts';
import type { Client } from './contract.ts';
import { issuerErrors } from './errors.ts';
import { writeParameters } from './parameters.ts';
import type { Wanted } from './pending.ts';
import { parameter, type Visit } from './visit.ts';
import { Steps } from './way.ts';

/** Scopes that may be asked for; `federated:id` tells the user’s id and the way he logged in. */
export const scopes = ['openid', 'email', 'groups', 'profile', 'offline_access', 'federated:id'] as const;

function knownClient(visit: Visit): { readonly client: Client } {
  const id = parameter(visit, 'client_id') ?? '';
  const client = visit.site.clients.find(id);
  if (client === undefined) {
    throw issuerErrors.make['login-client-unknown'](
      `Invalid client_id (${JSON.stringify(id.slice(0, 100))}).`,
    );
  }
  return { client };
}

function registeredRedirect(visit: Visit & { client: Client }): { readonly redirectUri: string } {
  const redirectUri = parameter(visit, 'redirect_uri') ?? '';
  if (!mayLeadTo(visit.client, redirectUri)) {
    const found = JSON.stringify(redirectUri.slice(0, 200));
    throw issuerErrors.make['login-redirect-unknown'](
      `Unregistered redirect_uri (${found}): the client ${JSON.stringify(visit.client.id)} does not have it.`,
    );
  }
  return { redirectUri };
}

type Asking = Visit & { readonly client: Client; readonly redirectUri: string };

/** From here on what is wrong is told to the client, by way of whoever is to log in. */
function sendBack(visit: Asking, error: string, description: string): never {
  const state = parameter(visit, 'state');
  const query = writeParameters({ error, error_description: description, state });
  throw new Ended(redirect(303, withQuery(visit.redirectUri, query), visit.method));
}

const unsupported = {
  request: 'request_not_supported',
  request_uri: 'request_uri_not_supported',
  registration: 'registration_not_supported',
} as const;

function understood(visit: Asking): void {
  for (const [name, error] of Object.entries(unsupported)) {
    if (parameter(visit, name) !== undefined) sendBack(visit, error, `Server does not support ${name}.`);
  }
  const type = parameter(visit, 'response_type') ?? '';
  if (type === '') sendBack(visit, 'invalid_request', 'No response_type provided.');
  if (type !== 'code') {
    sendBack(visit, 'unsupported_response_type', `Unsupported response type ${shown(type)}; expected code.`);
  }
  const mode = parameter(visit, 'response_mode') ?? 'query';
  if (mode !== 'query') {
    sendBack(visit, 'invalid_request', `Unsupported response mode ${shown(mode)}; expected query.`);
  }
}

function askedScopes(visit: Asking): { readonly asked: readonly string[] } {
  const asked = [...new Set((parameter(visit, 'scope') ?? '').split(' ').filter(scope => scope !== ''))];
  const unknown = asked.filter(scope => !(scopes as readonly string[]).includes(scope));
  if (!asked.includes('openid')) {
    sendBack(visit, 'invalid_scope', 'Missing required scope(s) ["openid"].');
  }
  if (unknown.length > 0) {
    sendBack(visit, 'invalid_scope', `Unrecognized scope(s) [${unknown.slice(0, 5).map(shown).join(' ')}].`);
  }
  return { asked };
}

function challenged(visit: Asking): { readonly challenge: string | undefined } {
  const challenge = parameter(visit, 'code_challenge');
  const method = parameter(visit, 'code_challenge_method');
  if (challenge === undefined && method === undefined) {
    if (!visit.site.enforcePkce && !visit.client.isPublic) return { challenge };
    sendBack(
      visit,
      'invalid_request',
      'PKCE is required: send code_challenge with code_challenge_method S256.',
    );
  }
  if (method !== 'S256') {
    sendBack(
      visit,
      'invalid_request',
      `Unsupported PKCE challenge method (${shown(method ?? 'plain')}); expected S256.`,
    );
  }
  if (!/^[\w-]{43}$/.test(challenge ?? '')) {
    sendBack(
      visit,
      'invalid_request',
      'code_challenge is not a SHA-256 digest in base64url of 43 characters.',
    );
  }
  return { challenge };
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}

/** `prompt=none` is taken as if it were not there, as Dex does: Kubeflow’s oauth2-proxy sends it always. */
function wanted(visit: Asking & { asked: readonly string[]; challenge: string | undefined }): {
  readonly wanted: Wanted;
} {
  const force =
    parameter(visit, 'approval_prompt') === 'force' ||
    (parameter(visit, 'prompt') ?? '').split(' ').includes('consent');
  const { client, redirectUri, asked, challenge } = visit;
  const state = parameter(visit, 'state');
  const nonce = parameter(visit, 'nonce');
  return { wanted: { clientId: client.id, redirectUri, scopes: asked, state, nonce, challenge, force } };
}

function begin({ site, wanted, method, caller }: Visit & { wanted: Wanted }): Answer {
  const req = site.pending.begin(wanted, caller.network);
  return redirect(302, `${site.root}/auth/local?req=${req}`, method);
}

/** A client sends somebody to log in. */
export const authorize = Steps.from<Visit>()
  .find(knownClient)
  .find(registeredRedirect)
  .check(understood)
  .find(askedScopes)
  .find(challenged)
  .find(wanted)
  .answer(begin);
