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
import { killedOverHttp } from './overhttp.ts';

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

test('what was answered over HTTP is there after each of six kills', async context => {
  const file = stateFile(context);
  const ledger = new Ledger();
  for (const [round, answers] of [0, 3, 30, 100, 300, 600].entries()) {
    assert.deepEqual(await ledger.check(file, await killedOverHttp(file, round, answers)), []);
  }
  assert.ok(ledger.acknowledged >= 1033);
});

test('a removal that is lost is found', async context => {
  const file = stateFile(context);
  const ledger = new Ledger();
  const lines = await killedOverHttp(file, 0, 200);
  const isRemoved = (line: string): boolean => line.startsWith('>');
  const kept = lines.filter(line => !isRemoved(line));
  assert.deepEqual(await ledger.check(file, lines), []);
  const [, name = '', value] = (kept.at(-1) as string).split(' ');
  const [revision] = (kept.at(-1) as string).split(' ');
  assert.notDeepEqual(await ledger.check(file, ['open', `>${revision} ${name} -`]), [], value);
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
