import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { declaredErrors } from '../scripts/docs/errors.ts';
import { refusalsIn, translations } from '../scripts/docs/parameters.ts';
import { drifted } from '../scripts/docs.ts';

const root = dirname(import.meta.dirname);

test('generated pages are what the code says (npm run docs writes them)', async () => {
  assert.deepEqual(await drifted(), []);
});

test('an error code is declared once, in kebab case, with a status that fits whose fault it is', async () => {
  const errors = await declaredErrors();
  assert.ok(errors.length > 20, `found ${errors.length} errors`);
  const codes = errors.map(({ code }) => code);
  assert.deepEqual(
    codes.filter((code, at) => codes.indexOf(code) !== at),
    [],
  );
  assert.deepEqual(
    codes.filter(code => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code)),
    [],
  );
  const misfits = errors.filter(
    ({ status, fault }) => status < 400 || status > 599 || (fault === 'server' && status < 500),
  );
  assert.deepEqual(
    misfits.map(({ code }) => code),
    [],
  );
});

test('every parameter that is refused has a row, whichever way the code says it', () => {
  const sources = translations();
  const calls = sources.flatMap(([file, source]) =>
    Array.from(source.matchAll(/\.\s*unsupported\s*\(/g), () => file),
  );
  assert.ok(calls.length > 80, `found ${calls.length} calls`);
  const rows = sources.flatMap(([file, source]) => refusalsIn(file, source).map(() => file));
  assert.deepEqual(rows, calls);
});

/** The name that a heading has in links: as GitHub makes it, without the numbers for those that come twice. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

test('links of the pages lead to files that are there, and to headings of them', () => {
  const pages = ['README.md', 'ARCHITECTURE.md', ...globSync('docs/**/*.md', { cwd: root })];
  const textOf = (page: string): string =>
    readFileSync(join(root, page), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
  let links = 0;
  const broken = pages.flatMap(page =>
    Array.from(textOf(page).matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]*))?\)/g)).flatMap(
      ([link, target = '', anchor]) => {
        links++;
        const file = target === '' ? page : join(dirname(page), target);
        if (!existsSync(join(root, file))) return [`${page}: ${link}`];
        if (anchor === undefined) return [];
        const headings = Array.from(textOf(file).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
          anchorOf(heading),
        );
        return headings.includes(anchor) ? [] : [`${page}: ${link}`];
      },
    ),
  );
  assert.ok(links > 50, `found ${links} links in ${pages.length} pages`);
  assert.deepEqual(broken, []);
});
