import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { type Answered, asked, get, type Issuing, issuing, kubeflow } from '../identity/issuing.ts';
import { Front } from './fronted.ts';
import { gatewayAsks } from './gateway.ts';
import { gatewaySections } from './gatewayrows.ts';
import { issuerAsks, local, other } from './issuer.ts';
import { issuerSections } from './issuerrows.ts';
import { thorough } from '../thorough.ts';
import type { LoginRow, LoginSection } from './table.ts';

const minutes = 60_000;
const clients = { clients: [kubeflow, other, local] };

/** A cell about Davit, taken apart. */
interface Expected {
  readonly status: number;
  /** Where the answer leads, or its code. */
  readonly more: string | undefined;
  /** How the cookies that it sets begin: one that is taken away has no value. */
  readonly cookies: readonly RegExp[];
}

function expectedOf(cell: string): Expected {
  const found = /^(\d{3})(?: `([^`]+)`)?((?:, (?:gives|takes) `[\w-]+`)*)$/.exec(cell);
  assert.ok(found, `a cell that nothing is compared with: ${cell}`);
  const [, status, more, set = ''] = found;
  const cookies = [...set.matchAll(/(gives|takes) `([\w-]+)`/g)].map(
    ([, way, name]) => new RegExp(`^${name}[\\w-]*=${way === 'takes' ? '' : '[^;]+'};`),
  );
  return { status: Number(status), more, cookies };
}

/** `…` stands for anything but the end of a parameter; after `?` or `&` for all the rest. */
function pattern(location: string): RegExp {
  const parts = location.split('…').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const rest = /[?&]…$/.test(location) ? `${parts.slice(0, -1).join('[^&]+')}.+` : parts.join('[^&]+');
  return new RegExp(`^${rest}$`);
}

function compare(answer: Answered, { status, more }: Expected): void {
  assert.equal(answer.status, status, answer.body);
  if (more?.includes('/') === true) assert.match(answer.location, pattern(more));
  else assert.equal(answer.headers.get('davit-error-code'), more);
}

function compareCookies({ cookies }: Answered, expected: Expected): void {
  assert.equal(cookies.length, expected.cookies.length, cookies.join('\n'));
  for (const [at, one] of expected.cookies.entries()) assert.match(cookies[at] ?? '', one);
}

/** Whether a recording says something else than Davit's answer. */
function differs(recorded: string, { davit }: LoginRow): boolean {
  if (recorded === '=' || recorded === '–' || recorded.startsWith('as ')) return false;
  const { status, more } = expectedOf(davit);
  const code = /`([^`/]+)`/.exec(recorded)?.[1]?.replaceAll('_', '-');
  return !recorded.startsWith(String(status)) || (code !== undefined && more?.endsWith(code) !== true);
}

const sections: readonly LoginSection[] = [...gatewaySections, ...issuerSections];

suite('the page of what a login answers', () => {
  test('has a request for each row, and a row for each request', () => {
    const told = sections.flatMap(({ title, rows }) => rows.map(({ request }) => `${title}: ${request}`));
    const tried = Object.entries({ ...issuerAsks, ...gatewayAsks }).flatMap(([title, of]) =>
      Object.keys(of).map(one => `${title}: ${one}`),
    );
    assert.deepEqual(told.toSorted(), tried.toSorted());
    assert.ok(told.length > 140, `${told.length} rows`);
  });

  test('gives a reason for each difference from a recording, and a cell for each column', () => {
    for (const { columns, rows } of sections) {
      for (const row of rows) {
        assert.equal(row.recorded.length, columns.length, row.request);
        const explained = row.why !== '' || !row.recorded.some(one => differs(one, row));
        assert.ok(explained, `${row.request}: ${row.davit}, recorded ${row.recorded.join(' and ')}`);
      }
    }
  });
});

let opening: Promise<Front> | undefined;

/** One gateway for all the rows; opened by the first that needs it. */
function front(): Promise<Front> {
  opening ??= opened();
  // One that did not open is not what the next row is about.
  opening.catch(() => (opening = undefined));
  return opening;
}

async function opened(): Promise<Front> {
  const made = await Front.open();
  await made.house.serve('mine', 'iris');
  await made.house.serve('other', 'secret');
  return made;
}

after(async () => (await opening)?.close());

/** Whatever happened, the next login works. */
async function goesOn(running: Issuing): Promise<void> {
  running.pass(60 * minutes);
  assert.equal((await get(running.port, asked)).status, 302);
}

for (const { title, of, rows } of sections) {
  suite(title, () => {
    for (const { request, davit, gateway = davit } of rows) {
      if (of === 'gateway') {
        test(request, async context => {
          const ask = gatewayAsks[title]?.[request];
          assert.ok(ask);
          const fronted = await (await front()).issuing(context, clients);
          const answer = await ask(fronted);
          compare(answer, expectedOf(davit));
          compareCookies(answer, expectedOf(davit));
          await goesOn(fronted);
        });
        continue;
      }
      test(`${request}, ${thorough ? 'the issuer and the gateway' : 'the issuer'}`, async context => {
        const ask = issuerAsks[title]?.[request];
        assert.ok(ask);
        const running = await issuing(context, clients);
        compare(await ask(running), expectedOf(davit));
        await goesOn(running);
        if (!thorough) return;
        const fronted = await (await front()).issuing(context, clients);
        compare(await ask(fronted), expectedOf(gateway));
        await goesOn(fronted);
      });
    }
  });
}
