import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longestReturn, returnPath } from './returning.ts';

const kept = [
  '/',
  '/v2/models/iris',
  '/v2/models/iris/infer?x=1&y=https://a.test//b',
  '/a%20b',
  `/${'a'.repeat(longestReturn - 1)}`,
];

test('paths of this origin stay as they are, letter by letter', () => {
  for (const path of kept) assert.equal(returnPath(path), path);
  assert.equal(returnPath('/a#b'), '/a');
  assert.equal(returnPath('/ä'), '/%C3%A4');
});

/** Those of lists of open redirects that begin like a path, and those that do not. */
const refused = [
  '',
  'a',
  '//a.test',
  '///a.test',
  '/\\a.test',
  '\\\\a.test',
  '/\t/a.test',
  '/\n/a.test',
  '/ /a.test',
  '/./\\a.test',
  '/.//a.test',
  '/../\\a.test',
  '/a/../b',
  '/a/..//b',
  '/%2f/a.test',
  '/%2F%2Fa.test',
  '/%5c%5ca.test',
  '/%09/a.test',
  '/%0d%0a/a.test',
  '/x%2f\n../a.test',
  '/\t%2e\r%2f a.test',
  '/%',
  'http://a.test',
  'https:a.test',
  'https:/a.test',
  'javascript:alert(1)',
  'data:text/html,x',
  '@a.test',
  '/@\\a.test',
  '?/a',
  '*',
  `/${'a'.repeat(longestReturn)}`,
];

test('whatever could lead elsewhere leads to the beginning', () => {
  for (const path of refused) assert.equal(returnPath(path), '/', JSON.stringify(path));
});

test('whatever is made of pieces of addresses stays in its origin', () => {
  const pieces = [
    '/',
    '\\',
    '.',
    '..',
    '%2f',
    '%5C',
    '%09',
    '\t',
    ' ',
    '@',
    ':',
    'a.test',
    '?',
    '#',
    'http:',
    'ä',
    '%',
  ];
  let seed = 7;
  const draw = (): string => pieces[(seed = (seed * 48_271) % 2_147_483_647) % pieces.length] ?? '';
  for (let round = 0; round < 20_000; round++) {
    const text = `/${draw()}${draw()}${draw()}${draw()}${draw()}`;
    const path = returnPath(text);
    const to = new URL(path, 'https://here.test');
    assert.equal(to.origin, 'https://here.test', JSON.stringify(text));
    assert.match(path, /^\/(?![/\\])[\x21-\x7e]*$/, JSON.stringify(text));
  }
});
