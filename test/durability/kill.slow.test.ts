import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../src/cluster/store/index.ts';
import { killedAfter, Ledger } from './kill.ts';

function stateFile(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'davit-kill-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'state.db');
}

test('what was acknowledged is there after each of ten kills', async context => {
  const file = stateFile(context);
  const ledger = new Ledger();
  for (const [round, lines] of [0, 1, 3, 10, 30, 60, 100, 200, 400, 800].entries()) {
    assert.deepEqual(await ledger.check(file, await killedAfter(file, round, lines)), []);
  }
  assert.ok(ledger.acknowledged >= 1604);
});

test('a write that is lost is found', async context => {
  const file = stateFile(context);
  const lines = await killedAfter(file, 0, 50);
  const ledger = new Ledger();
  assert.deepEqual(await ledger.check(file, lines), []);
  const [revision] = (lines.at(-1) as string).split(' ');
  const database = new DatabaseSync(file);
  database.exec(`DELETE FROM log WHERE revision >= ${revision}`);
  database.close();
  assert.notDeepEqual(await ledger.check(file, []), []);
});

test('another process is told who has the folder, and gets it when that one is killed', async context => {
  const path = stateFile(context);
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), path, '0']);
  context.after(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  await assert.rejects(openStore({ path, now: Date.now }), ({ code, message }: Error & { code: string }) => {
    assert.equal(code, 'store-locked');
    assert.match(message, new RegExp(`by process ${holder.pid}`));
    return true;
  });
  holder.stdout.resume();
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await (await openStore({ path, now: Date.now })).close();
});
