import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  characterItems,
  encodeTexts,
  tokenOps,
  type PlanBuilder,
  type Attribute,
} from '../../../plan/index.ts';
import { murmurHash } from '../terms/murmur.ts';
import { compute, planOf, testCases, words, wordSet, type Arrays } from './kernel.contract.ts';

function count(
  terms: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  arrays: Arrays = wordSet,
): (builder: PlanBuilder, x: number) => number {
  return (builder, x) =>
    builder.add(
      'countTerms',
      [x],
      { ...words, width: terms.length, ...attributes },
      {
        ...arrays,
        ...encodeTexts('vocabulary', terms),
        columns: Int32Array.from(terms.keys()),
      },
    );
}

/** Finds `a+` and `b`, in a program. */
const program = {
  setItems: Int32Array.of(characterItems.range, 97, 97, characterItems.range, 98, 98),
  setStarts: Int32Array.of(0, 1, 2),
  program: Int32Array.from(
    [
      [tokenOps.fork, 1, 4],
      [tokenOps.set, 0, 0],
      [tokenOps.fork, 1, 3],
      [tokenOps.match, 0, 0],
      [tokenOps.set, 1, 0],
      [tokenOps.match, 0, 0],
    ].flat(),
  ),
};

testCases('terms', [
  {
    operator: 'countTerms',
    name: 'words',
    rows: [['Sea, river; SEA a sea-ÉTÉ'], ['']],
    expected: [
      [3, 1, 1],
      [0, 0, 0],
    ],
    build: count(['sea', 'river', 'été']),
  },
  {
    operator: 'countTerms',
    name: 'pairs without stop words, whether they stand there',
    rows: [['the sea the river the sea the river'], ['sea']],
    expected: [
      [1, 1, 0],
      [0, 0, 0],
    ],
    build: count(
      ['sea river', 'river sea', 'the sea'],
      { least: 2, most: 2, binary: true },
      { ...wordSet, ...encodeTexts('stops', ['the']) },
    ),
  },
  {
    operator: 'countTerms',
    name: 'a program',
    rows: [['aab caab'], ['xyz']],
    expected: [
      [2, 2, 0],
      [0, 0, 0],
    ],
    build: count(['aa', 'b', 'a'], { analyzer: 'program' }, program),
  },
  {
    operator: 'countTerms',
    name: 'characters of a text, white ones collapsed',
    rows: [['ab \n b'], ['\u{1F6A2}b']],
    expected: [
      [1, 1, 0],
      [0, 0, 1],
    ],
    build: count(['ab', 'b ', '\u{1F6A2}b'], { analyzer: 'char', least: 2, most: 2 }, {}),
  },
  {
    operator: 'countTerms',
    name: 'characters inside words, short words whole',
    rows: [['a sea']],
    expected: [[1, 1, 1, 0]],
    build: count([' a ', ' sea', 'sea ', 'sea s'], { analyzer: 'char_wb', least: 4, most: 5 }, {}),
  },
  {
    operator: 'countTerms',
    name: 'accents off',
    rows: [['École ﬁne']],
    expected: [[1, 1]],
    build: count(['ecole', 'fine'], { accents: 'unicode' }),
  },
  {
    operator: 'hashTerms',
    rows: [['hello hello world']],
    // The hashes are 613153351 and -74040069.
    expected: [[0, 0, 0, 0, 0, -1, 0, 2]],
    build: (builder, x) =>
      builder.add('hashTerms', [x], { ...words, width: 8, signs: true, absolute: false }, wordSet),
  },
  {
    operator: 'logCounts',
    rows: [[0, 1, Math.E]],
    expected: [[0, 1, 2]],
    build: (builder, x) => builder.add('logCounts', [x]),
  },
  {
    operator: 'logCounts',
    name: 'of sparse rows',
    rows: [['sea sea river']],
    expected: [[1 + Math.log(2), 1, 0]],
    build: (builder, x) => builder.add('logCounts', [count(['sea', 'river', 'boat'])(builder, x)]),
  },
]);

test('a missing text is named with its row', async () => {
  const plan = planOf({ operator: 'countTerms', rows: [['a']], expected: [], build: count(['sea']) });
  await assert.rejects(compute(plan, [['sea'], [null]]), { code: 'text-missing', message: /row 1/ });
});

test('hashes are those of MurmurHash3', () => {
  // Of sklearn.utils.murmurhash3_32 with seed 0.
  const known: readonly (readonly [string, number])[] = [
    ['', 0],
    ['hello', 613_153_351],
    ['hello, world', 345_750_399],
    ['19 Jan 2038 at 3:14:07 AM', -484_537_744],
    ['The quick brown fox jumps over the lazy dog.', -708_539_396],
  ];
  for (const [text, hash] of known) {
    const bytes = Buffer.from(text);
    assert.equal(murmurHash(bytes, bytes.length), hash, text);
  }
});
