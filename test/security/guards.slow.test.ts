import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { suite, test } from 'node:test';
import { type Guard, sections, without } from './guards.ts';
import type { GuardRow } from './table.ts';

const rows = sections.flatMap(section => section.rows);
const removable = rows.filter((row): row is GuardRow & { guard: Guard } => typeof row.guard !== 'string');

suite('without its guard a test fails', { concurrency: availableParallelism() }, () => {
  for (const { rule, guard, test: named } of removable) {
    test(rule, async () => {
      const { tests, failed, text } = await without(guard, named);
      assert.ok(tests > 0, `no test was run: ${text.slice(-2000)}`);
      assert.ok(failed > 0, `${named[0]}, ${JSON.stringify(named[1])} passes without ${guard[1]}`);
      assert.doesNotMatch(
        text,
        /SyntaxError|ERR_MODULE_NOT_FOUND|ReferenceError/,
        'it fails for another reason',
      );
    });
  }
});
