import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { onThisMachine } from '../runners/index.ts';
import { archived } from './archived.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-archived-'));
after(() => rmSync(scratch, { recursive: true }));

/** Names in the archive that a command makes. */
function namesOf(words: readonly string[], mounts: Parameters<typeof archived>[2]): string[] {
  const here = words.map(word => onThisMachine(word, mounts));
  const [program = '', ...rest] = archived(words, here, mounts);
  const input = execFileSync(program, rest, { stdio: ['ignore', 'pipe', 'ignore'] });
  return execFileSync('tar', ['tf', '-'], { input, encoding: 'utf8' }).trim().split('\n').toSorted();
}

test('an archive names what is in a volume as its container does', () => {
  const source = join(scratch, 'a [b], c.d');
  mkdirSync(join(source, 'inner'), { recursive: true });
  writeFileSync(join(source, 'inner', 'file'), 'x');
  symlinkSync(join(source, 'inner', 'file'), join(source, 'link'));
  const mounts = [{ at: '/mnt/models', source }];
  assert.deepEqual(namesOf(['tar', 'cf', '-', '/mnt/models'], mounts), [
    'mnt/models/',
    'mnt/models/inner/',
    'mnt/models/inner/file',
    'mnt/models/link',
  ]);
  assert.deepEqual(namesOf(['tar', 'cf', '-', '/mnt/models/inner/file'], mounts), ['mnt/models/inner/file']);
});

test('other commands stay as they are', () => {
  const mounts = [{ at: '/mnt', source: '/data' }];
  for (const words of [['tar', 'cf', '-', '/tmp'], ['tar', '-xmf', '-', '-C', '/mnt'], ['ls', '/mnt'], []]) {
    const here = words.map(word => onThisMachine(word, mounts));
    assert.equal(archived(words, here, mounts), here);
  }
});
