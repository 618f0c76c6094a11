import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cookieOf, fetched } from '../../edge/login/client.ts';
import { House, password, people } from '../../edge/login/house.ts';
import { dex, guide } from './guide.ts';
import { starts } from './starts.ts';
import { approvedBy, endedBy, isRemembered, type Jar, openProvider } from './provider.ts';

const [user = ''] = people;
const publicUrl = 'http://ml.test:8080';
const results: [name: string, problem: string | undefined][] = [];

function tell(name: string, problem?: string): void {
  results.push([name, problem]);
  process.stdout.write(problem === undefined ? `✔ ${name}\n` : `✖ ${name}: ${problem}\n`);
}

/** The snippets, each a line of its own. */
async function python(): Promise<void> {
  const house = await House.open();
  try {
    await house.serve('mine', 'iris');
    const program = join(process.env['LOGIN_PACKAGES'] ?? '', 'python/bin/python');
    const words = [
      join(import.meta.dirname, 'snippets.py'),
      `http://127.0.0.1:${house.port}`,
      user,
      password,
    ];
    const { stdout } = await promisify(execFile)(program, words, { timeout: 120_000 });
    const lines = stdout.trim().split('\n');
    assert.equal(lines.length, 6, stdout);
    for (const line of lines) {
      const [, bad, name = '', problem] = /^(not )?ok ([^:]*)(?:: (.*))?$/.exec(line) ?? [];
      tell(name, bad === undefined ? undefined : problem);
    }
  } finally {
    await house.close();
  }
}

const accounts = {
  ada: { email: user, email_verified: true, groups: ['developers', 'system:masters'] },
  eve: { email: user, email_verified: false },
  sys: { email: 'system:admin', email_verified: true },
  nobody: {},
};

async function otherIssuer(): Promise<void> {
  const provider = await openProvider(`${publicUrl}/login/oidc`, accounts);
  const house = await House.open({ issuer: provider.facts, publicUrl });
  const login = async (account: string): Promise<Awaited<ReturnType<typeof fetched>>> => {
    const begun = await fetched(house.port, '/v2/models/iris');
    const back = new URL(await approvedBy(begun.headers.location ?? '', account));
    assert.equal(back.origin, publicUrl);
    return fetched(house.port, `${back.pathname}${back.search}`);
  };
  try {
    await house.serve('mine', 'iris');
    await check('oidc-provider: a login with PKCE, state, nonce and userinfo', async () => {
      const answer = await login('ada');
      assert.deepEqual([answer.status, answer.headers.location], [302, '/v2/models/iris'], answer.text);
      const cookie = cookieOf(answer, 'authservice_session');
      assert.equal((await fetched(house.port, '/v2/models/iris', { headers: { cookie } })).status, 200);
      const { headers } = house.received.at(-1) ?? assert.fail();
      assert.deepEqual([headers['kubeflow-userid'], headers['kubeflow-groups']], [user, 'developers']);
    });
    for (const account of ['eve', 'sys', 'nobody']) {
      await check(`oidc-provider: ${account} is nobody here`, async () => {
        const { status, text, headers } = await login(account);
        assert.deepEqual([status, headers['set-cookie']], [403, undefined], text);
      });
    }
    await check('oidc-provider: a code is good once', async () => {
      const begun = await fetched(house.port, '/');
      const { pathname, search } = new URL(await approvedBy(begun.headers.location ?? '', 'ada'));
      assert.equal((await fetched(house.port, `${pathname}${search}`)).status, 302);
      assert.equal((await fetched(house.port, `${pathname}${search}`)).status, 400);
    });
    await check('oidc-provider: logging out ends the login there, too', async () => {
      const jar: Jar = new Map();
      const begun = await fetched(house.port, '/');
      const back = new URL(await approvedBy(begun.headers.location ?? '', 'ada', jar));
      const cookie = cookieOf(
        await fetched(house.port, `${back.pathname}${back.search}`),
        'authservice_session',
      );
      const next = async (): Promise<string> => (await fetched(house.port, '/')).headers.location ?? '';
      assert.equal(await isRemembered(await next(), jar), true, 'the provider remembers nobody');
      const home = await fetched(house.port, '/', { headers: { cookie } });
      const policy = String(home.headers['content-security-policy']);
      assert.ok(policy.includes(`form-action 'self' ${provider.facts.url};`), policy);
      const left = await fetched(house.port, '/logout', { method: 'POST', headers: { cookie } });
      assert.equal(left.status, 303);
      const to = new URL(left.headers.location ?? '');
      assert.equal(`${to.origin}${to.pathname}`, `${provider.facts.url}/session/end`);
      assert.equal(to.searchParams.get('client_id'), 'davit');
      assert.match(to.searchParams.get('id_token_hint') ?? '', /^eyJ[^.]+\.[^.]+\.[^.]+$/);
      assert.equal(await endedBy(to.href, jar), `${publicUrl}/`);
      assert.equal(await isRemembered(await next(), jar), false, 'the provider goes on to remember');
      assert.equal((await fetched(house.port, '/', { headers: { cookie } })).status, 302);
    });
    await check('oidc-provider: a program is told where to go after its logout', async () => {
      const bearer = cookieOf(await login('ada'), 'authservice_session').split('=')[1] ?? '';
      const headers = { authorization: `Bearer ${bearer}` };
      const left = await fetched(house.port, '/authservice/logout', { method: 'POST', headers });
      const { afterLogoutURL } = JSON.parse(left.text) as { afterLogoutURL: string };
      assert.equal(left.status, 201);
      assert.ok(afterLogoutURL.startsWith(`${provider.facts.url}/session/end?`), afterLogoutURL);
    });
    await check('nobody’s ID token can be read where sessions are kept', async () => {
      await login('ada');
      const rows = house.records.list('session');
      assert.ok(rows.length > 0);
      for (const { value } of rows) {
        assert.doesNotMatch(value, /eyJ/);
        assert.match(value, /"idToken":"/);
      }
    });
    const [open, session] = [await login('ada'), await login('ada')].map(answer =>
      cookieOf(answer, 'authservice_session'),
    );
    provider.close();
    await check('an issuer that has gone holds up no logout', async () => {
      house.ahead += 2 * 3_600_000;
      const began = performance.now();
      for (const path of ['/logout', '/']) {
        const shown = await fetched(house.port, path, { headers: { cookie: open ?? '' } });
        assert.equal(shown.status, 200, path);
      }
      const left = await fetched(house.port, '/logout', {
        method: 'POST',
        headers: { cookie: session ?? '' },
      });
      assert.equal(left.status, 303);
      assert.ok(performance.now() - began < 5000);
      house.ahead = 0;
    });
    await check('an issuer that has gone is told as such', async () => {
      const begun = await fetched(house.port, '/');
      const state = new URL(begun.headers.location ?? '').searchParams.get('state');
      const { status, text } = await fetched(
        house.port,
        `/login/oidc?code=x&state=${state}&iss=${provider.facts.url}`,
      );
      assert.equal(status, 503, text);
    });
  } finally {
    await house.close();
  }
}

async function check(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    tell(name);
  } catch (error) {
    tell(name, error instanceof Error ? error.message : String(error));
  }
}

const suites = {
  python,
  otherIssuer,
  starts: () => starts(check),
  guide: () => guide(check),
  dex: () => dex(check),
};
const only = process.argv.slice(2);
for (const [name, suite] of Object.entries(suites)) {
  if (only.length === 0 || only.includes(name)) await check(`${name}, as a whole`, suite);
}
const failed = results.filter(([, problem]) => problem !== undefined).length;
process.stdout.write(`\n${results.length - failed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
