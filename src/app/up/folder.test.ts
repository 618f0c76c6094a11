import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { TokenIssuer } from '../../cluster/access/index.ts';
import { Folder, type Running } from './folder.ts';

function folderOf(context: TestContext, now = Date.now): Folder {
  const path = mkdtempSync(join(tmpdir(), 'davit-folder-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return new Folder(path, now);
}

const about = {
  server: 'https://127.0.0.1:6443',
  gateway: 'http://localhost:8080',
  since: '2026-01-01T00:00:00Z',
  showing: { tlsGenerate: false },
};

function noteOf({ path }: Folder): string {
  return join(path, 'daemon.json');
}

test('who runs a cluster is known until he says that he no longer does', context => {
  const folder = folderOf(context);
  assert.equal(folder.running(), undefined);
  folder.claim(about);
  const { pid, start: _, ...told } = folder.running() ?? assert.fail('nobody');
  assert.equal(pid, process.pid);
  assert.deepEqual(told, about);
  folder.release();
  assert.equal(folder.running(), undefined);
});

test('a number that is another process’ by now is not taken for who ran the cluster', async context => {
  const folder = folderOf(context);
  folder.claim(about);
  const note = JSON.parse(readFileSync(noteOf(folder), 'utf8')) as Running;
  const other = spawn('sleep', ['1000']);
  context.after(() => other.kill());
  await once(other, 'spawn');
  writeFileSync(noteOf(folder), JSON.stringify({ ...note, pid: other.pid }));
  assert.equal(folder.running(), undefined);
});

test('what nobody wrote whole names nobody', context => {
  const folder = folderOf(context);
  folder.claim(about);
  const whole = readFileSync(noteOf(folder), 'utf8');
  for (const text of ['', whole.slice(0, 20), 'null', '[]', '{}', '{"pid":0}', '{"start":"1"}']) {
    writeFileSync(noteOf(folder), text);
    assert.equal(folder.running(), undefined, text);
  }
});

test('who has not said when he began, as in earlier releases, runs the cluster as long as he lives', async context => {
  const folder = folderOf(context);
  const other = spawn('sleep', ['1000']);
  context.after(() => other.kill('SIGKILL'));
  const gone = once(other, 'exit');
  await once(other, 'spawn');
  const { server, since } = about;
  writeFileSync(noteOf(folder), JSON.stringify({ pid: other.pid, server, since }));
  const { start: _, ...found } = folder.running() ?? assert.fail('nobody');
  assert.deepEqual(found, { pid: other.pid, server, since, showing: { tlsGenerate: false } });
  other.kill('SIGKILL');
  await gone;
  assert.equal(folder.running(), undefined);
});

const day = 86_400_000;

test('tokens are signed by another key each month, and none outlives its key', async context => {
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
  const folder = folderOf(context, () => clock.now);
  folder.make();
  const issuer = new TokenIssuer(
    'us',
    () => folder.signingKeys(),
    () => clock.now,
  );
  const issued = (days: number): ReturnType<TokenIssuer['issue']> =>
    issuer.issue({ namespace: 'n', name: 'a', uid: 'u', audiences: ['us'], lifetime: (days * day) / 1000 });
  const keys = (): readonly unknown[] => issuer.keySet().keys.map(key => key['kid']);
  const first = await issued(365);
  assert.equal(first.expires * 1000, clock.now + 120 * day);
  const [old] = keys();
  clock.now += 29 * day;
  assert.deepEqual(keys(), [old]);
  clock.now += 2 * day;
  const second = await issued(1);
  assert.equal(keys().length, 2);
  assert.notEqual(keys()[0], old);
  const header = JSON.parse(Buffer.from(second.token.split('.')[0] ?? '', 'base64url').toString()) as object;
  assert.deepEqual(header, { alg: 'RS256', kid: keys()[0] });
  // What has been signed before is good until its own end.
  clock.now = first.expires * 1000 - 1000;
  assert.equal((await issuer.read(first.token))?.name, 'a');
  assert.ok(keys().includes(old));
  clock.now += 1000;
  assert.equal(await issuer.read(first.token), undefined);
  assert.ok(!keys().includes(old));
});
