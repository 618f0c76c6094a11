import assert from 'node:assert/strict';
import {
  type Answered,
  browser,
  claimsIn,
  codeOf,
  credentials,
  exchange,
  get,
  type Headers,
  post,
  type Tokens,
} from '../../identity/issuing.ts';
import { type Running, startProxy } from './proxy.ts';

const [, , program = ''] = process.argv;

/** A caller that keeps cookies, as a browser does. */
class Visitor {
  readonly #port: number;
  readonly #headers: Headers;
  readonly #cookies = new Map<string, string>();

  constructor(port: number, headers: Headers) {
    this.#port = port;
    this.#headers = headers;
  }

  get(path: string): Promise<Answered> {
    return this.#kept(get(this.#port, path, this.#all()));
  }

  post(path: string, form: string): Promise<Answered> {
    return this.#kept(post(this.#port, path, form, this.#all()));
  }

  #all(): Headers {
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return {
      ...this.#headers,
      Host: `localhost:${this.#port}`,
      ...this.#origin(),
      ...(cookies === '' ? {} : { Cookie: cookies }),
    };
  }

  #origin(): Headers {
    return this.#headers['Origin'] === undefined ? {} : { Origin: `http://localhost:${this.#port}` };
  }

  async #kept(sent: Promise<Answered>): Promise<Answered> {
    const answer = await sent;
    for (const cookie of answer.cookies) {
      const [pair = '', ...attributes] = cookie.split(';');
      const name = pair.slice(0, pair.indexOf('='));
      const isGone =
        attributes.some(one => /max-age=0|expires=.*(1970|0001)/i.test(one)) || pair === `${name}=`;
      if (isGone) this.#cookies.delete(name);
      else this.#cookies.set(name, pair.slice(name.length + 1));
    }
    return answer;
  }
}

function relative(location: string): string {
  const { pathname, search } = new URL(location, 'http://x');
  return pathname + search;
}

/** From a page that needs a login to the address that the issuer sends back to. */
async function toCallback(visitor: Visitor, page: string): Promise<string> {
  const started = await visitor.get(`/oauth2/start?rd=${encodeURIComponent(page)}`);
  assert.equal(started.status, 302, started.body);
  const form = await visitor.get(relative(started.location));
  assert.match(form.location, /^\/dex\/auth\/local\?req=/, form.body);
  const posted = await visitor.post(form.location, credentials);
  assert.equal(posted.status, 303, posted.body);
  const approval = await visitor.get(posted.location);
  const back = approval.status === 200 ? await visitor.post(posted.location, 'approval=approve') : approval;
  assert.equal(back.status, 303, back.body);
  return relative(back.location);
}

async function loggedIn({ port, log }: Running, headers: Headers = browser): Promise<Visitor> {
  const visitor = new Visitor(port, headers);
  const callback = await toCallback(visitor, '/models?a=b');
  const back = await visitor.get(callback);
  assert.deepEqual([back.status, back.location], [302, '/models?a=b'], `${back.body}\n${log()}`);
  return visitor;
}

const ways = ['kubeflow', 'discovery'] as const;

/** What is looked at, once for each way that the proxy is configured. */
const checks: Readonly<Record<string, (running: Running) => Promise<void>>> = {
  'a login ends where it began, and the proxy knows who it is': async running => {
    const visitor = await loggedIn(running);
    assert.equal((await visitor.get('/models?a=b')).status, 200);
    const { user, email, groups } = JSON.parse((await visitor.get('/oauth2/userinfo')).body) as Record<
      string,
      unknown
    >;
    assert.deepEqual({ email, groups }, { email: 'user@example.com', groups: ['team-a'] });
    assert.equal(user, 'Cg4xNTg0MTE4NTY0MTc4NBIFbG9jYWw');
    const asked = await visitor.get('/oauth2/auth');
    assert.deepEqual([asked.status, asked.headers.get('x-auth-request-email')], [202, 'user@example.com']);
  },

  'so it does for what is no browser and keeps cookies': async running => {
    const visitor = await loggedIn(running, {});
    assert.equal((await visitor.get('/')).status, 200);
  },

  'without a login there is a way to it, not a page': async ({ port }) => {
    const { status, location } = await get(port, '/models', { Accept: 'text/html' });
    assert.equal(status, 302);
    assert.match(relative(location), /^\/dex\/auth\?/);
  },

  'a callback does not work twice': async running => {
    const visitor = new Visitor(running.port, browser);
    const callback = await toCallback(visitor, '/');
    assert.equal((await visitor.get(callback)).status, 302);
    assert.notEqual((await visitor.get(callback)).status, 302);
  },

  'nor for somebody else': async running => {
    const callback = await toCallback(new Visitor(running.port, browser), '/');
    assert.equal((await new Visitor(running.port, browser).get(callback)).status, 403);
  },

  'who cancels is not logged in': async running => {
    const visitor = new Visitor(running.port, browser);
    const started = await visitor.get('/oauth2/start?rd=/');
    const form = await visitor.get(relative(started.location));
    const posted = await visitor.post(form.location, credentials);
    const back = await visitor.post(posted.location, 'approval=rejected');
    assert.match(back.location, /error=access_denied/);
    assert.equal((await visitor.get(relative(back.location))).status, 403);
  },

  'an ID token is taken as it is; a spoilt one is not': async ({ port, issuer, redirect }) => {
    const asked = `/dex/auth?client_id=kubeflow-oidc-authservice&redirect_uri=${encodeURIComponent(redirect)}&response_type=code&scope=openid+email`;
    const { body } = await exchange(issuer.port, await codeOf(issuer.port, asked), '', redirect);
    const { id_token: token } = JSON.parse(body) as Tokens;
    assert.equal(claimsIn(token)['email'], 'user@example.com');
    assert.equal((await get(port, '/models', { Authorization: `Bearer ${token}` })).status, 200);
    const spoilt = `${token.slice(0, -8)}AAAAAAAA`;
    assert.notEqual((await get(port, '/models', { Authorization: `Bearer ${spoilt}` })).status, 200);
  },

  'who logs out is logged out': async running => {
    const visitor = await loggedIn(running);
    assert.equal((await visitor.get('/oauth2/sign_out?rd=/')).status, 302);
    assert.notEqual((await visitor.get('/oauth2/userinfo')).status, 200);
  },
};

let [passed, failed] = [0, 0];
for (const way of ways) {
  const after: (() => unknown)[] = [];
  try {
    const running = await startProxy(program, way, { after: step => void after.push(step) });
    for (const [name, check] of Object.entries(checks)) {
      try {
        await check(running);
        passed++;
        process.stdout.write(`✔ ${way}: ${name}\n`);
      } catch (error) {
        failed++;
        process.stdout.write(`✖ ${way}: ${name}\n${error instanceof Error ? error.stack : String(error)}\n`);
      }
    }
  } finally {
    for (const step of after.toReversed()) await step();
  }
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
