import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fields, Log } from '../../base/log/index.ts';
import { StatusError } from '../../cluster/meta/index.ts';
import { complaints } from './complaints.ts';

function kept(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const at =
    (level: string) =>
    (_: string, fields: Fields = {}) =>
      void lines.push(`${level} ${String(fields['key'])}: ${String(fields['reason'])}`);
  return { lines, log: { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') } };
}

test('a complaint is told once, and again when it is another one or some time has gone', () => {
  const { log, lines } = kept();
  let now = 0;
  const complain = complaints(log, () => now);
  const quota = new Error('exceeded quota');
  complain('a', 'x', quota);
  complain('a', 'x', quota);
  complain('a', 'y', quota);
  complain('a', 'x', new Error('no such thing'));
  now = 600_000;
  complain('a', 'y', quota);
  assert.deepEqual(lines, [
    'warning x: exceeded quota',
    'debug x: exceeded quota',
    'warning y: exceeded quota',
    'warning x: no such thing',
    'warning y: exceeded quota',
  ]);
});

test('what the next try settles is not for people', () => {
  const { log, lines } = kept();
  complaints(log, () => 0)('a', 'x', new StatusError(409, 'Conflict', 'the object has been modified'));
  assert.deepEqual(lines, ['debug x: the object has been modified']);
});

test('a reason is one line, and no longer than a few of them', () => {
  const { log, lines } = kept();
  complaints(log, () => 0)('a', 'x', new Error(`invalid:\n  ${'v'.repeat(5000)}`));
  assert.equal(lines[0], `warning x: invalid: ${'v'.repeat(291)}…`);
});
