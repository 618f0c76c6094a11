import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { IssuerFacts } from '../../../src/edge/identity/index.ts';

interface Provider {
  callback(): Parameters<typeof createServer>[1];
}

type ProviderMaker = new (issuer: string, options: object) => Provider;

/** What an account of the provider says. */
export type Claims = Readonly<Record<string, unknown>>;

/** An issuer that takes the place of the one that the guide names, with one client, `davit`. */
export interface Counterpart {
  readonly url: string;
  /** Of the client. */
  readonly secret: string;
  /** Logs somebody in who may call the example's model, from where a login begins; the address that it sends back to. */
  approved(location: string): Promise<string>;
  /** An ID token that the client is given for him; undefined where it can be had by a login alone. */
  idToken?: () => Promise<string>;
  close(): unknown;
}

/** oidc-provider on a port that is given or of its own, with one client; every login succeeds, as the account that is typed. */
export async function openProvider(
  callback: string,
  accounts: Readonly<Record<string, Claims>>,
  port = 0,
): Promise<{ readonly facts: IssuerFacts; close(): void }> {
  const server = createServer();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [clientId, clientSecret] = ['davit', 'a secret of at least thirty-two letters'];
  const Maker = await load();
  const provider = new Maker(url, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [callback],
        post_logout_redirect_uris: [new URL('/', callback).href],
      },
    ],
    claims: { email: ['email', 'email_verified'], groups: ['groups'], profile: ['name'] },
    scopes: ['openid', 'email', 'groups', 'profile'],
    pkce: { required: () => true },
    cookies: { keys: ['k'] },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...accounts[id] }),
    }),
  });
  server.on('request', provider.callback() as (...words: unknown[]) => void);
  const scopes = ['openid', 'email', 'groups', 'profile'];
  const facts = {
    url,
    inside: undefined,
    clientId,
    clientSecret,
    scopes,
    userClaim: 'email',
    groupsClaim: 'groups',
  };
  return {
    facts,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function load(): Promise<ProviderMaker> {
  const from = createRequire(join(process.env['LOGIN_PACKAGES'] ?? '', 'package.json'));
  const module = (await import(pathToFileURL(from.resolve('oidc-provider')).href)) as {
    default: ProviderMaker;
  };
  return module.default;
}

/** Cookies that a browser keeps. */
export type Jar = Map<string, string>;

/** Logs in at the provider as its own forms do; the address that it sends back to. */
export async function approvedBy(location: string, account: string, jar: Jar = new Map()): Promise<string> {
  let at = location;
  let prompt: string | undefined;
  for (let step = 0; step < 12; step++) {
    const body =
      prompt === undefined ? undefined : new URLSearchParams({ prompt, login: account, password: 'x' });
    const answer = await browsed(at, jar, body);
    const to = answer.headers.get('location');
    if (to !== null) {
      prompt = undefined;
      at = new URL(to, at).href;
      if (at.includes('/login/oidc')) return at;
      continue;
    }
    const page = await answer.text();
    prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (prompt === undefined) throw new Error(`${answer.status} at ${at}: ${page.slice(0, 500)}`);
  }
  throw new Error(`no end, at ${at}`);
}

export async function browsed(at: string, jar: Jar, body?: URLSearchParams): Promise<Response> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await fetch(at, {
    headers: { cookie },
    redirect: 'manual',
    ...(body && { method: 'POST', body }),
  });
  for (const set of answer.headers.getSetCookie()) {
    const [pair = ''] = set.split(';', 1);
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    if (value === '') jar.delete(name);
    else jar.set(name, value);
  }
  return answer;
}

/** Whether the provider lets somebody in again without asking. */
export async function isRemembered(location: string, jar: Jar): Promise<boolean> {
  const answer = await browsed(location, new Map(jar));
  return answer.headers.get('location')?.includes('code=') === true;
}

/** Ends a login at the provider as its own page does; the address that it sends back to. */
export async function endedBy(location: string, jar: Jar): Promise<string> {
  const asked = await browsed(location, jar);
  const page = await asked.text();
  const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1];
  if (action === undefined || xsrf === undefined) throw new Error(`${asked.status}: ${page.slice(0, 500)}`);
  const answer = await browsed(action, jar, new URLSearchParams({ xsrf, logout: 'yes' }));
  return answer.headers.get('location') ?? '';
}
