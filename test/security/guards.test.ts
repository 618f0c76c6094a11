import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gatewaySections } from '../logins/gatewayrows.ts';
import { issuerSections } from '../logins/issuerrows.ts';
import { countOf, root, sections } from './guards.ts';
import { files, type GuardRow } from './table.ts';

const rows = sections.flatMap(section => section.rows);
const requests = [...gatewaySections, ...issuerSections].flatMap(section =>
  section.rows.map(({ request }) => request),
);

/** Whether a file has a test whose name begins so: names of tables have parts that stand elsewhere. */
function isThere([file, name]: GuardRow['test']): boolean {
  if (file === files.logins) return requests.includes(name);
  const text = readFileSync(join(root, file), 'utf8');
  const written = [...text.matchAll(/\btest\(\s*(['"`])(.*?)\1,/g)].map(([, , one = '']) => one);
  return written.some(one => {
    if (!one.includes('${')) return one.replaceAll("\\'", "'").startsWith(name);
    const [before = '', ...after] = one.split(/\$\{.*?\}/);
    return (
      (name.startsWith(before) || before.startsWith(name)) &&
      (before !== '' || after.some(part => name.includes(part.slice(0, 12))))
    );
  });
}

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
