import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const program = join(import.meta.dirname, 'fulldisk.ts');

test('on a full disk writes are refused with a reason, reads and watches go on, and all is well once there is room', t => {
  const folder = mkdtempSync(join(tmpdir(), 'davit-full-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  if (spawnSync('unshare', ['-Urm', 'true']).status !== 0) {
    t.skip('this user may not mount a disk of his own');
    return;
  }
  // A disk of four mebibytes, seen by this process alone.
  const mounted = `mount -t tmpfs -o size=4m none "$1" && exec "$2" "$3" "$1"`;
  const words = ['-Urm', 'sh', '-c', mounted, 'sh', folder, process.execPath, program];
  const { status, stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8', timeout: 300_000 });
  assert.equal(status, 0, stderr);
  const { reason, patch, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual(rest, {
    statuses: [201, 503, 503, 200, 200, 404, 200, 201],
    value: 20_000,
    listed: true,
    isKept: true,
    isSeen: true,
    isUnseen: true,
  });
  assert.match(String(reason), /The disk does not take writes: .*full/);
  assert.equal(patch, 503);
});
