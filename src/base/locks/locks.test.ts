import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { processInfo } from '../detached/index.ts';
import { alone } from './locks.ts';

describe('locks', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'davit-locks-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const soon = (): AbortSignal => AbortSignal.timeout(300);

  test('a lock of a process whose number another one has now is taken over', async () => {
    const lock = join(folder, 'lock');
    mkdirSync(lock);
    writeFileSync(join(lock, 'owner'), `${process.pid} 1`);
    assert.equal(await alone(lock, soon(), () => Promise.resolve('done')), 'done');
    assert.deepEqual(readdirSync(folder), []);
  });

  test('a lock of a process that is there is kept', async () => {
    const lock = join(folder, 'lock');
    mkdirSync(lock);
    writeFileSync(join(lock, 'owner'), `${process.pid} ${processInfo(process.pid)?.start}`);
    await assert.rejects(
      alone(lock, soon(), () => Promise.resolve()),
      { name: 'TimeoutError' },
    );
    assert.deepEqual(readdirSync(folder), ['lock']);
  });

  test('a lock says whose it is, and is gone afterwards', async () => {
    const lock = join(folder, 'lock');
    const owner = await alone(lock, soon(), () => Promise.resolve(readFileSync(join(lock, 'owner'), 'utf8')));
    assert.equal(owner, `${process.pid} ${processInfo(process.pid)?.start}`);
    assert.deepEqual(readdirSync(folder), []);
  });
});
