import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Complaint } from '../failures.ts';
import { type Found, walk } from './listing.ts';
import { openFound } from './reading.ts';

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'davit-reading-')));
after(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;

/** A volume with `sub/model`, and a folder of the machine with another `model`. */
function world(): { readonly volume: string; readonly outside: string } {
  const [volume, outside] = [join(scratch, `${folders++}`), join(scratch, `${folders++}`)];
  mkdirSync(join(volume, 'sub'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(volume, 'sub', 'model'), 'weights');
  writeFileSync(join(outside, 'model'), 'secret');
  return { volume, outside };
}

async function modelOf(volume: string, root: string | undefined): Promise<Found> {
  for await (const one of walk(volume, root)) if (one.path === join('sub', 'model')) return one;
  throw new Error('there is no sub/model');
}

test('a file that is as it was found is read', async () => {
  const { volume } = world();
  const file = await openFound(await modelOf(volume, volume), volume);
  assert.equal(await file.readFile('utf8'), 'weights');
  await file.close();
});

for (const [what, change] of [
  [
    'a link to a file outside',
    (volume: string, outside: string) => {
      rmSync(join(volume, 'sub', 'model'));
      symlinkSync(join(outside, 'model'), join(volume, 'sub', 'model'));
    },
  ],
  [
    'below a link to a folder outside',
    (volume: string, outside: string) => {
      renameSync(join(volume, 'sub'), join(volume, 'old'));
      symlinkSync(outside, join(volume, 'sub'));
    },
  ],
  [
    'a pipe that nobody writes',
    (volume: string) => {
      rmSync(join(volume, 'sub', 'model'));
      assert.equal(spawnSync('mkfifo', [join(volume, 'sub', 'model')]).status, 0);
    },
  ],
] as const) {
  test(`a file that is ${what} by now is not read`, async () => {
    const { volume, outside } = world();
    const found = await modelOf(volume, volume);
    change(volume, outside);
    await assert.rejects(openFound(found, volume), Complaint);
  });
}

test(
  'a file that was outside when it was looked at is not read either',
  { skip: process.platform !== 'linux' && 'what is open tells where it lies on Linux alone' },
  async () => {
    const { volume, outside } = world();
    const found = await modelOf(volume, volume);
    const { dev, ino } = statSync(join(outside, 'model'), { bigint: true });
    renameSync(join(volume, 'sub'), join(volume, 'old'));
    symlinkSync(outside, join(volume, 'sub'));
    await assert.rejects(openFound({ ...found, device: dev, inode: ino }, volume), Complaint);
  },
);
