import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { folderBeside, moveInto } from './moving.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'davit-moving-'));
  mkdirSync(join(folder, 'model'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function built(...names: readonly string[]): Promise<string> {
  const beside = await folderBeside(join(folder, 'model'));
  for (const name of names) {
    mkdirSync(join(beside, name));
    writeFileSync(join(beside, name, 'file'), 'new');
  }
  return beside;
}

test('into a folder that is empty it comes in one step, and with its permissions', async () => {
  chmodSync(join(folder, 'model'), 0o755);
  const beside = await built('a', 'b');
  const { ino } = statSync(beside);
  symlinkSync(join(folder, 'model'), join(folder, 'link'));
  await moveInto(beside, join(folder, 'link'));
  const { ino: now, mode } = statSync(join(folder, 'model'));
  assert.deepEqual([now, mode & 0o777], [ino, 0o755]);
  assert.deepEqual(readdirSync(folder).toSorted(), ['link', 'model']);
});

test('what has the same name is replaced, and the rest stays', async () => {
  for (const name of ['a', 'other']) {
    mkdirSync(join(folder, 'model', name));
    writeFileSync(join(folder, 'model', name, 'file'), 'old');
  }
  const beside = await built('a', 'b');
  await moveInto(beside, join(folder, 'model'));
  const content = ['a', 'b', 'other'].map(name => readFileSync(join(folder, 'model', name, 'file'), 'utf8'));
  assert.deepEqual(content, ['new', 'new', 'old']);
  assert.deepEqual(readdirSync(beside), []);
});
