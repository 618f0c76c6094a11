/** What people meet at the built-in issuer. The client that they log in to is a page that says what came back. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homePage, logoutPage, noticePage, sendPage } from '../../../src/edge/identity/pages/index.ts';
import { createListener } from '../../../src/base/net/index.ts';
import { commandsFor } from '../../../src/edge/gateway/login/commands.ts';
import { describeError } from '../../../src/edge/identity/issuer/index.ts';
import { type Issuing, issuing, kubeflow, password, user } from '../../identity/issuing.ts';
import { axeSource, type Browser, type ContextOptions, type Page } from './chromium.ts';

export interface Given {
  readonly browser: Browser;
  /** A folder for them, when they are wanted. */
  readonly screenshots: string | undefined;
  /** Registers what is to be done after the check. */
  readonly after: (step: () => unknown) => void;
}

interface Started {
  readonly running: Issuing;
  /** Where a login begins. */
  readonly begin: string;
  readonly page: Page;
  readonly another: () => Promise<Page>;
  /** What the client was told, in order. */
  readonly told: URLSearchParams[];
  /** What the browser complained of, and asked of others. */
  readonly complaints: string[];
}

/** A client on a port of its own: another origin than the issuer’s. */
async function startClient({ after }: Given): Promise<{ origin: string; told: URLSearchParams[] }> {
  const told: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (pathname === '/callback') told.push(searchParams);
    response.setHeader('content-type', 'text/html');
    response.end(`<title>client</title><h1>${pathname === '/callback' ? 'back' : 'nothing here'}</h1>`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, told };
}

async function start(given: Given, more = '', options: ContextOptions = {}): Promise<Started> {
  const { origin, told } = await startClient(given);
  const client = { ...kubeflow, redirectUris: [`${origin}/callback`] };
  const running = await issuing(given, { clients: [client] });
  const context = await given.browser.newContext(options);
  given.after(() => context.close());
  const complaints: string[] = [];
  const another = async (): Promise<Page> => {
    const page = await context.newPage();
    page.on('console', message => {
      // A browser reports each answer that is an error; those are the point here.
      if (!message.text().startsWith('Failed to load resource')) complaints.push(message.text());
    });
    page.on('request', request => {
      const { protocol, origin: asked } = new URL(request.url());
      const here = asked === `http://localhost:${running.port}` || asked === origin || protocol === 'data:';
      if (!here) complaints.push(`asked ${request.url()}`);
    });
    return page;
  };
  const query = new URLSearchParams({
    client_id: client.id,
    redirect_uri: `${origin}/callback`,
    response_type: 'code',
    scope: 'openid email profile groups offline_access',
    state: 'abc',
  });
  const begin = `http://localhost:${running.port}/dex/auth?${query.toString()}${more}`;
  return { running, begin, page: await another(), another, told, complaints };
}

async function logIn(page: Page, typed = password): Promise<void> {
  await page.fill('#login', user.email);
  await page.fill('#password', typed);
  await page.click('#submit-login');
}

const forced = '&approval_prompt=force';
const focused = 'document.activeElement.id || document.activeElement.textContent.trim()';

export const checks: Readonly<Record<string, (given: Given) => Promise<void>>> = {
  'a login leads back to the client': async given => {
    const { begin, page, told, complaints } = await start(given);
    await page.goto(begin);
    await logIn(page);
    await page.waitForURL(/callback/);
    assert.deepEqual([told.length, told[0]?.get('state'), told[0]?.get('code')?.length], [1, 'abc', 25]);
    assert.deepEqual(complaints, []);
  },

  'a wrong password is told, the name stays, the right one works then': async given => {
    const { begin, page, told } = await start(given);
    await page.goto(begin);
    await logIn(page, 'wrong');
    assert.equal(await page.textContent('#login-error'), 'Invalid Email Address and password.');
    assert.equal(await page.inputValue('#login'), user.email);
    assert.equal(await page.inputValue('#password'), '');
    await page.waitForSelector('#password:focus');
    await page.fill('#password', password);
    await page.click('#submit-login');
    await page.waitForURL(/callback/);
    assert.equal(told.length, 1);
  },

  'the keyboard is enough': async given => {
    const { begin, page, told } = await start(given, forced);
    await page.goto(begin);
    await page.waitForSelector('#login:focus');
    await page.keyboard.type(user.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(focused), 'submit-login');
    assert.notEqual(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'none');
    await page.keyboard.press('Enter');
    await page.waitForURL(/approval/);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(focused), 'Grant Access');
    await page.keyboard.press('Enter');
    await page.waitForURL(/callback/);
    assert.equal(told[0]?.has('code'), true);
  },

  'who cancels goes back without a code': async given => {
    const { begin, page, told, complaints } = await start(given, forced);
    await page.goto(begin);
    await logIn(page);
    await page.waitForURL(/approval/);
    await page.click('button:has-text("Cancel")');
    await page.waitForURL(/callback/);
    assert.deepEqual([told[0]?.get('error'), told[0]?.has('code')], ['access_denied', false]);
    assert.deepEqual(complaints, []);
  },

  'two tabs do not get into each other’s way': async given => {
    const { begin, page, another, told } = await start(given, forced);
    const other = await another();
    for (const tab of [page, other]) await tab.goto(begin);
    for (const tab of [page, other]) {
      await logIn(tab);
      await tab.waitForURL(/approval/);
    }
    for (const tab of [page, other]) {
      await tab.click('button:has-text("Grant Access")');
      await tab.waitForURL(/callback/);
    }
    assert.equal(new Set(told.map(query => query.get('code'))).size, 2);
  },

  'going back after a login shows that it is over': async given => {
    const { begin, page, told } = await start(given);
    await page.goto(begin);
    await logIn(page);
    await page.waitForURL(/callback/);
    await page.goBack();
    assert.match(page.url(), /\/dex\/auth\/local/);
    assert.match((await page.textContent('main')) ?? '', /Login session expired/);
    await page.goto(begin);
    await logIn(page);
    await page.waitForURL(/callback/);
    assert.equal(told.length, 2);
  },

  'an approval that has taken too long is told': async given => {
    const { running, begin, page, told } = await start(given, forced);
    await page.goto(begin);
    await logIn(page);
    await page.waitForURL(/approval/);
    running.pass(6 * 60_000);
    await page.click('button:has-text("Grant Access")');
    assert.match((await page.textContent('main')) ?? '', /Login session expired/);
    assert.deepEqual(told, []);
  },

  'a form of another site logs nobody in': async given => {
    const { running, begin, page, told } = await start(given);
    const location = await beginElsewhere(begin);
    await page.goto(`http://127.0.0.1:${running.port}/dex/healthz`);
    await page.evaluate(`(() => {
      const form = document.createElement('form');
      form.method = 'post';
      form.action = ${JSON.stringify(`http://localhost:${running.port}${location}`)};
      for (const [name, value] of [['login', ${JSON.stringify(user.email)}], ['password', ${JSON.stringify(password)}]]) {
        form.append(Object.assign(document.createElement('input'), { name, value }));
      }
      document.body.append(form);
      form.submit();
    })()`);
    await page.waitForURL(/localhost.*auth\/local/);
    assert.match((await page.textContent('main')) ?? '', /A page of another site has posted this form/);
    assert.deepEqual([told, running.events], [[], []]);
  },

  'every page fits narrow and wide, light and dark, and keeps nobody out': async given => {
    for (const width of [360, 768, 1280]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await lookAtAll(given, { viewport: { width, height: 760 }, colorScheme });
      }
    }
  },
};

/** `req` of a login that somebody else has begun. */
async function beginElsewhere(begin: string): Promise<string> {
  const answer = await fetch(begin, { redirect: 'manual' });
  return answer.headers.get('location') ?? '';
}

async function lookAtAll(given: Given, options: ContextOptions): Promise<void> {
  const { begin, page, complaints } = await start(given, forced, options);
  const pages = await servePages(given);
  await page.goto(begin);
  await lookAt(given, page, 'login', options);
  await logIn(page, 'wrong');
  await lookAt(given, page, 'login-wrong', options);
  await logIn(page);
  await page.waitForURL(/approval/);
  await lookAt(given, page, 'approval', options);
  for (const name of ['home', 'empty', 'logout', 'notice']) {
    await page.goto(`${pages}/${name}`);
    await lookAt(given, page, name, options);
  }
  assert.deepEqual(
    complaints.filter(text => !text.includes(pages)),
    [],
  );
}

/** Whether a page fits and keeps nobody out; a picture of it where those are wanted. */
export async function lookAt(
  { screenshots }: Given,
  page: Page,
  name: string,
  { viewport, colorScheme }: ContextOptions,
): Promise<void> {
  const where = `${name}, ${viewport?.width} pixels, ${colorScheme}`;
  if (screenshots !== undefined) {
    await page.screenshot({
      path: `${screenshots}/${name}-${viewport?.width}-${colorScheme}.png`,
      fullPage: true,
    });
  }
  assert.equal(
    await page.evaluate('document.documentElement.scrollWidth > innerWidth'),
    false,
    `${where} is too wide`,
  );
  await page.evaluate(axeSource());
  const found = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map(one => one.id + ": " + one.help))',
  );
  assert.deepEqual(found, [], where);
}

/** The pages that the gateway shows. */
async function servePages({ after }: Given): Promise<string> {
  const long = 'a-name-of-somebody-that-is-longer-than-most.and-has-many-parts@department.example.com';
  const logout = { action: '/logout', fields: [['token', 'x']] as const };
  const offered = [
    {
      namespace: 'default',
      name: 'x'.repeat(63),
      url: `http://${'x'.repeat(63)}.default.example.com`,
      ready: true,
    },
    {
      namespace: 'kubeflow-user-example-com',
      name: 'sklearn-irisv2',
      url: 'http://sklearn-irisv2.kubeflow-user-example-com.example.com',
      ready: false,
    },
  ];
  const pages = {
    home: homePage({
      user: long,
      groups: ['system:authenticated', 'data-science'],
      ends: Date.now() + 86_400_000,
      logout,
      commands: commandsFor('http://localhost:8080', offered),
      models: offered,
    }),
    empty: homePage({
      user: user.email,
      groups: [],
      ends: Date.now() + 86_400_000,
      logout,
      commands: commandsFor('http://localhost:8080', []),
      models: [],
    }),
    logout: logoutPage(long, logout),
    notice: noticePage({
      status: 403,
      title: 'Forbidden',
      text: 'You may not call this.',
      next: { label: 'Home', href: '/' },
    }),
  };
  const listener = createListener({ describe: describeError }, (_method, target, _head, _body, sink) => {
    sendPage(sink, pages[target.slice(1) as keyof typeof pages] ?? pages.notice);
  });
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  after(() => listener.close());
  return `http://localhost:${port}`;
}
