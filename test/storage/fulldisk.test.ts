import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const program = join(import.meta.dirname, 'fulldisk.ts');

test('a disk that is full is told as that, and nothing half-written is left on it', t => {
  const folder = mkdtempSync(join(tmpdir(), 'davit-full-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // A disk of one mebibyte, seen by this process alone.
  const mounted = `mount -t tmpfs -o size=1m none "$1" && exec "$2" "$3" "$1"`;
  const words = ['-Urm', 'sh', '-c', mounted, 'sh', folder, process.execPath, program];
  if (spawnSync('unshare', ['-Urm', 'true']).status !== 0) {
    t.skip('this user may not mount a disk of his own');
    return;
  }
  const { status, stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8', timeout: 60_000 });
  assert.equal(status, 0, stderr);
  const left = [['cache', 'model'], [], []];
  assert.deepEqual(JSON.parse(stdout), [
    { name: 'large.bin', code: 'storage-disk-full', left },
    { name: 'large.tar.gz', code: 'storage-disk-full', left },
  ]);
});
