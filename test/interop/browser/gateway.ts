/** What people meet at the gateway: from a page that asks for a login to the page after it, and back. */
import assert from 'node:assert/strict';
import { House, password, people } from '../../edge/login/house.ts';
import type { Context, ContextOptions, Page } from './chromium.ts';
import { type Given, lookAt } from './issuer.ts';

const [user = ''] = people;

async function start(
  given: Given,
  options: ContextOptions = {},
): Promise<{ house: House; at: string; context: Context; page: Page }> {
  const house = await House.open();
  given.after(() => house.close());
  await house.serve('mine', 'iris');
  const context = await given.browser.newContext(options);
  given.after(() => context.close());
  return { house, at: `http://localhost:${house.port}`, context, page: await context.newPage() };
}

async function logIn(page: Page, typed = password): Promise<void> {
  await page.fill('#login', user);
  await page.fill('#password', typed);
  await page.click('#submit-login');
}

/** What the gateway says to the page’s own origin of who is known. */
async function status(page: Page, path: string): Promise<unknown> {
  return page.evaluate(`fetch(${JSON.stringify(path)}, {redirect: 'manual'}).then(answer => answer.status)`);
}

export const gatewayChecks: Readonly<Record<string, (given: Given) => Promise<void>>> = {
  'gateway: a login ends at the page that was asked for, a logout with the login': async given => {
    const { at, page } = await start(given);
    await page.goto(`${at}/pipeline?x=1`);
    await logIn(page, 'wrong');
    assert.equal(await page.textContent('#login-error'), 'Invalid Email Address and password.');
    await logIn(page);
    await page.waitForURL(/\/pipeline\?x=1$/);
    assert.equal(await page.textContent('h1'), user);
    assert.equal(await page.evaluate('document.cookie'), '');
    if (given.screenshots !== undefined) {
      await page.screenshot({ path: `${given.screenshots}/gateway-home.png`, fullPage: true });
    }
    await page.goto(`${at}/logout`);
    assert.equal(await page.textContent('h1'), 'Log out?');
    await page.click('button');
    await page.waitForURL(/\/dex\/auth\/local/);
    await page.goto(`${at}/`);
    await page.waitForURL(/\/dex\/auth\/local/);
  },

  'gateway: two tabs, and the button that goes back': async given => {
    const { at, context, page } = await start(given);
    const other = await context.newPage();
    await page.goto(`${at}/?one`);
    await other.goto(`${at}/?two`);
    await logIn(page);
    await page.waitForURL(/\?one$/);
    await logIn(other);
    await other.waitForURL(/\?two$/);
    await other.goBack();
    await other.goto(`${at}/`);
    assert.equal(await other.textContent('h1'), user);
  },

  'gateway: a login that took too long says so, and begins again': async given => {
    const { house, at, page } = await start(given);
    await page.goto(`${at}/`);
    house.ahead = 31 * 60_000;
    await logIn(page);
    assert.match((await page.textContent('main')) ?? '', /expired/i);
    await page.goto(`${at}/`);
    await logIn(page);
    await page.waitForURL(/\/$/);
    assert.equal(await page.textContent('h1'), user);
  },

  'gateway: with the keyboard alone': async given => {
    const { at, page } = await start(given);
    await page.goto(`${at}/`);
    await page.waitForSelector('#login:focus');
    await page.keyboard.type(user);
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`^${at}/$`));
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent.trim()'), 'Log out');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/dex\/auth\/local/);
  },

  'gateway: a page calls models of its own host, and is told when it may not': async given => {
    const { house, at, page } = await start(given);
    await page.goto(`${at}/`);
    await logIn(page);
    await page.waitForURL(new RegExp(`^${at}/$`));
    const policy = await page.evaluate('document.contentType');
    assert.equal(policy, 'text/html');
    // The page of the gateway lets no script ask anything: what is asked is navigated to.
    await page.goto(`${at}/v2/models/iris`);
    assert.equal(house.received.at(-1)?.headers['kubeflow-userid'], user);
    assert.equal(await status(page, '/v2/models/iris'), 200);
    const session = await page.evaluate('document.cookie');
    assert.equal(session, '');
  },

  'gateway: what goes wrong is told on a page that fits, in the light and in the dark': async given => {
    for (const width of [360, 1280]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const { at, page } = await start(given, { viewport: { width, height: 760 }, colorScheme });
        const options = { viewport: { width, height: 760 }, colorScheme };
        await page.goto(`${at}/login/oidc?code=x&state=y`);
        assert.equal(await page.textContent('h1'), 'No login of ours');
        await lookAt(given, page, 'gateway-state', options);
        await page.goto(`${at}/`);
        await logIn(page);
        await page.waitForURL(new RegExp(`^${at}/$`));
        await lookAt(given, page, 'gateway-home', options);
        await page.goto(`${at}/nothing/here`);
        assert.equal(await page.textContent('h1'), 'Nothing is here');
        await lookAt(given, page, 'gateway-nothing', options);
        await page.click('a:has-text("Home")');
        await page.waitForURL(new RegExp(`^${at}/$`));
      }
    }
  },

  'gateway: another page cannot use the cookie': async given => {
    const { house, at, page } = await start(given);
    await page.goto(`${at}/`);
    await logIn(page);
    await page.waitForURL(new RegExp(`^${at}/$`));
    const other = await House.open();
    given.after(() => other.close());
    // Another port of the same name is the same site: the cookie is sent, and is not to count.
    await page.goto(`http://localhost:${other.port}/dex/healthz`);
    const form = `const form = document.createElement('form'); form.method = 'POST'; form.action = '${at}/v2/models/iris/infer'; document.documentElement.append(form); form.submit();`;
    await page.evaluate(form);
    await page.waitForURL(/infer$/);
    assert.match((await page.textContent('body')) ?? '', /only pages of this host/);
    assert.deepEqual(house.received, []);
  },
};
