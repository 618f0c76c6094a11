import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { approvalPage, homePage, loginPage, logoutPage, noticePage, type Page } from './index.ts';
import { style } from './style.ts';

const evil = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&`;
const leadsTo = ['http://localhost:8000'];

const pages: Readonly<Record<string, Page>> = {
  login: loginPage({
    status: 401,
    action: `/dex/auth/local?req=${evil}`,
    login: evil,
    error: evil,
    client: evil,
    leadsTo,
  }),
  approval: approvalPage({
    action: evil,
    client: evil,
    user: evil,
    scopes: ['openid', 'email', evil],
    leadsTo,
  }),
  notice: noticePage({ status: 400, title: evil, text: evil, next: { label: evil, href: evil } }),
  home: homePage({
    user: evil,
    groups: [evil],
    ends: 1_790_000_000_000,
    logout: { action: evil, fields: [[evil, evil]] },
    commands: [{ title: evil, text: evil }],
    models: [{ namespace: evil, name: evil, url: evil, ready: false }],
  }),
  logout: logoutPage(evil, { action: evil, fields: [[evil, evil]] }),
};

for (const [name, { fields, body }] of Object.entries(pages)) {
  const text = Buffer.from(body).toString();

  test(`${name}: whatever is shown is text`, () => {
    assert.doesNotMatch(text, /<script|<img/);
    const shown = text.split(
      '&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&#39;alert(2)&#39;&gt;&amp;',
    );
    assert.ok(shown.length > 1, 'what was given is shown');
    assert.doesNotMatch(shown.join(''), /alert\(/);
  });

  test(`${name}: loads nothing, runs nothing, is in no frame and is not kept`, () => {
    const header = new Map(fields);
    const policy = header.get('Content-Security-Policy') ?? '';
    assert.match(policy, /^default-src 'none'; /);
    assert.match(policy, /; frame-ancestors 'none'$/);
    assert.doesNotMatch(policy, /unsafe|script-src|\*/);
    assert.equal(header.get('Cache-Control'), 'no-store');
    const inline = /<style>([^]*?)<\/style>/.exec(text)?.[1] ?? '';
    const digest = createHash('sha256').update(inline).digest('base64');
    assert.ok(policy.includes(`style-src 'sha256-${digest}';`), 'the style is the one that may be used');
    const elsewhere = text.replace(/xmlns='[^']*'/g, '').match(/(?:src|href|url)\s*[=(]\s*["']?https?:/g);
    assert.equal(elsewhere, null);
    assert.doesNotMatch(text, / style="/);
  });
}

test('a form may lead to where the client is, and nowhere else', () => {
  const policy = new Map(pages['login']?.fields).get('Content-Security-Policy') ?? '';
  assert.match(policy, /; form-action 'self' http:\/\/localhost:8000; /);
});

/** Colours of the page by name, light and dark. */
const schemes = [...style.matchAll(/:root \{([^}]*)\}/g)].map(
  ([, block = '']) =>
    new Map(
      [...block.matchAll(/(--[\w-]+): (#[\da-f]{6})/g)].map(([, name = '', value = '']) => [name, value]),
    ),
);

/** Contrast as WCAG 2.2 computes it. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const pairs = [
  ['--ink', '--paper', 7],
  ['--ink', '--card', 7],
  ['--ink', '--code', 7],
  ['--soft', '--card', 4.5],
  ['--soft', '--paper', 4.5],
  ['--accent', '--card', 4.5],
  ['--on-accent', '--accent', 4.5],
  ['--on-accent', '--accent-over', 4.5],
  ['--bad', '--bad-back', 4.5],
  ['--edge', '--card', 3],
  ['--ring', '--card', 3],
  ['--ring', '--paper', 3],
] as const;

test('text and edges stand out enough, in the light and in the dark', () => {
  assert.equal(schemes.length, 2);
  for (const scheme of schemes) {
    for (const [front, back, least] of pairs) {
      const ratio = contrast(scheme.get(front) ?? '', scheme.get(back) ?? '');
      assert.ok(ratio >= least, `${front} on ${back}: ${ratio.toFixed(2)}`);
    }
  }
});
