import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../../base/errors/index.ts';
import type { Setting } from '../../base/settings/index.ts';
import { serveSettings } from './serve.ts';

const numeric = Object.entries<Setting<unknown>>(serveSettings).filter(
  ([, row]) => typeof row.default === 'number',
);

/** Zero says something here: any free port; nothing listens for gRPC; end at once; begin to end at once. */
const zeroMeans = new Set(['httpPort', 'grpcPort', 'grace', 'linger']);

function refuses(row: Setting<unknown>, text: string): boolean {
  try {
    row.parse(text, '--flag');
    return false;
  } catch (error) {
    assert.ok(error instanceof CodedError && error.code === 'setting-invalid', String(error));
    assert.match(error.message, new RegExp(`^--flag: found "${text}", expected .+`));
    return true;
  }
}

test('zero is refused where it would serve nobody, or mean the opposite of what it says', () => {
  for (const [name, row] of numeric) assert.equal(refuses(row, '0'), !zeroMeans.has(name), name);
});

test('a quantity that rounds to zero is refused as zero is', () => {
  for (const [name, row] of numeric.filter(([, { placeholder }]) => placeholder === 'BYTES'))
    assert.ok(refuses(row, '0.4'), name);
  for (const name of ['headTimeout', 'requestTimeout', 'keepAlive'] as const)
    assert.ok(refuses(serveSettings[name], '0.4ms'), name);
});

test('a head limit has to leave room for a head, and to be one that both protocols can keep', () => {
  const { maxHead } = serveSettings;
  assert.ok(refuses(maxHead, '1023'));
  assert.equal(maxHead.parse('1KiB', ''), 1024);
  assert.equal(maxHead.parse('1MiB', ''), 1024 ** 2);
  assert.ok(refuses(maxHead, '1.1MiB'));
});

test('every default is a value that its flag would take, or says in words what it stands for', () => {
  for (const [name, row] of numeric) {
    if (row.default === 0 && row.defaultText !== '0') continue;
    const text = row.placeholder === 'TIME' ? `${String(row.default)}ms` : String(row.default);
    assert.equal(row.parse(text, name), row.default, name);
  }
});
