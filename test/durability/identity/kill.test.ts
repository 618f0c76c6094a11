import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { keeperOver } from './keeping.ts';

/** What a process said that was killed once it had said so many lines. */
async function killedAfter(path: string, round: number, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), path, `${round}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.split('\n').length > lines) child.kill('SIGKILL');
  });
  await new Promise(resolve => child.on('close', resolve));
  return text.split('\n').slice(0, -1);
}

/** By secret what was said of it last. */
type Ledger = Map<string, string>;

async function differences(path: string, ledger: Ledger): Promise<string[]> {
  const { keeper, records } = keeperOver(path);
  const wrong: string[] = [];
  for (const [secret, said] of ledger) {
    // It may or may not have come to it.
    if (said === 'ending') continue;
    const until = Date.now() + 3_600_000;
    const isThere =
      said === 'spent' ? !(await keeper.spend(secret, until)) : (await keeper.who(secret)) !== undefined;
    if (isThere !== (said !== 'ended')) wrong.push(`${said} ${secret}`);
  }
  records.close();
  return wrong;
}

function fileOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'davit-identity-kill-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'identity.db');
}

function heard(ledger: Ledger, lines: readonly string[]): void {
  for (const line of lines) {
    const [what = '', secret = ''] = line.split(' ');
    ledger.set(secret, what);
  }
}

test('sessions, tokens, revocations and marks that were acknowledged are there after each kill', async context => {
  const path = fileOf(context);
  const ledger: Ledger = new Map();
  for (const [round, lines] of [1, 2, 5, 20, 60, 200].entries()) {
    heard(ledger, await killedAfter(path, round, lines));
    assert.deepEqual(await differences(path, ledger), []);
  }
  assert.ok(ledger.size > 100);
});

test('what is lost is found', async context => {
  const path = fileOf(context);
  const ledger: Ledger = new Map();
  heard(ledger, await killedAfter(path, 0, 20));
  const database = new DatabaseSync(path);
  database.exec("DELETE FROM rows WHERE kind = 'session'");
  database.close();
  assert.notDeepEqual(await differences(path, ledger), []);
});
