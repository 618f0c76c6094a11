import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { compute, planOf, testCases, type CaseRow } from './kernel.contract.ts';

/** How many texts fall into each column, by OpenSSL. */
function counted(rows: readonly (readonly (string | null)[])[], width: number): readonly CaseRow[] {
  return rows.map(row => {
    const counts = Array.from({ length: width }, () => 0);
    for (const text of row) {
      if (text === null) continue;
      const digest = BigInt(`0x${createHash('md5').update(text).digest('hex')}`);
      const column = Number(digest % BigInt(width));
      counts[column] = (counts[column] as number) + 1;
    }
    return counts;
  });
}

const texts = [
  ['red', 'red', 'Zürich'],
  ['', null, '한글'],
  [null, null, null],
  ['🙂', 'a'.repeat(300), 'b'.repeat(55)],
];

testCases(
  'digests of texts',
  [1, 8, 19].map(width => ({
    operator: 'digestTexts' as const,
    name: `${width} columns`,
    rows: texts,
    expected: counted(texts, width),
    build: (builder, x) => builder.add('digestTexts', [x], { width }),
  })),
);

test('more rows than a block has', async () => {
  const rows = Array.from({ length: 3000 }, (_, row) => [`row ${row}`, row % 7 === 0 ? null : `${row % 13}`]);
  const plan = planOf({
    operator: 'digestTexts',
    rows: [rows[1] as string[]],
    expected: [],
    build: (builder, x) => builder.add('digestTexts', [x], { width: 64 }),
  });
  assert.deepEqual(await compute(plan, rows), counted(rows, 64));
});
