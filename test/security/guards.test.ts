import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gatewaySections } from '../logins/gatewayrows.ts';
import { issuerSections } from '../logins/issuerrows.ts';
import { countOf, root, sections } from './guards.ts';
import { advisories, files, type GuardRow } from './table.ts';

const rows = sections.flatMap(section => section.rows);
const requests = [...gatewaySections, ...issuerSections].flatMap(section =>
  section.rows.map(({ request }) => request),
);

/** Whether a file has a test whose name begins so. */
function isThere([file, name]: GuardRow['test']): boolean {
  if (file === files.logins) return requests.includes(name);
  return hasTest(readFileSync(join(root, file), 'utf8'), name);
}

/** Names of tests of a table have parts that stand elsewhere in the file: as a text of its own, or as the key of a row. */
function hasTest(text: string, name: string): boolean {
  const parts = new Set([...textsIn(text), ...[...text.matchAll(/\b\w+(?=:)/g)].map(([key]) => key)]);
  const written = [...text.matchAll(/\btest\(\s*(['"`])(.*?)(?<!\\)\1,/gs)];
  return written.some(([, quote, one = '']) =>
    begins(quote === '`' ? one.split(/\$\{.*?\}/s) : [plain(one)], name, [...parts]),
  );
}

function textsIn(text: string): string[] {
  return [...text.matchAll(/(['"])((?:\\.|(?!\1).)+)\1/g)].map(([, , one = '']) => plain(one));
}

function plain(written: string): string {
  return written.replaceAll(/\\(['"])/g, '$1');
}

/** Whether some text begins with a name that is made of what stands written, with one of some parts at each gap. */
function begins([written = '', ...more]: readonly string[], name: string, parts: readonly string[]): boolean {
  if (written.startsWith(name)) return true;
  if (!name.startsWith(written) || more.length === 0) return false;
  const rest = name.slice(written.length);
  return parts.some(
    part => part.startsWith(rest) || (rest.startsWith(part) && begins(more, rest.slice(part.length), parts)),
  );
}

test('a test of a table is there by the parts of its name, and no other', () => {
  const file = [
    "const rows = { login: 1, 'a form': 2, \"another's form\": 3 };",
    'test(`a ${what} is no ${other}, and ends`, () => {});',
    "test('what isn\\'t there', () => {});",
  ].join('\n');
  for (const name of ["a another's form is no login", 'a login is no', 'a lo', "what isn't"]) {
    assert.ok(hasTest(file, name), name);
  }
  for (const name of ['a fault is no login', 'a login is no fault', 'a login is a', 'what is there', 'b']) {
    assert.ok(!hasTest(file, name), name);
  }
});

test('every rule has a test that is there, and a guard that stands in the source once', () => {
  assert.ok(rows.length > 75, `${rows.length} rules`);
  const missing = rows.flatMap(({ rule, test: named, guard }) => [
    ...(isThere(named) ? [] : [`${rule} There is no test ${JSON.stringify(named[1])} in ${named[0]}.`]),
    ...(typeof guard === 'string' || countOf(guard) === 1
      ? []
      : [`${rule} ${guard[0]} does not hold once: ${guard[1]}`]),
  ]);
  assert.deepEqual(missing, []);
});

test('every advisory has a rule that was learned from it', () => {
  const learned = rows.map(row => row.learned ?? '').join(' ');
  const missing = advisories.filter(one => !learned.includes(one.replace(/^GHSA/, '')));
  assert.deepEqual(missing, []);
});
