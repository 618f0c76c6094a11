import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAudit } from '../../src/app/up/audit.ts';
import { createLog } from '../../src/base/log/index.ts';
import { Cluster, until } from './serving.ts';

interface Line {
  readonly path: string;
  readonly status: number;
  readonly user: string;
  readonly groups: readonly string[];
  readonly as?: { readonly user: string; readonly groups: readonly string[] };
}

test('the audit log names who has asked, and as whom', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-audit-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'audit');
  const { onAnswered } = openAudit(
    file,
    createLog({ level: 'error', format: 'json', colour: false, now: Date.now, write: () => {} }),
  );
  const cluster = await Cluster.open('10.96.0.0/28', onAnswered && { onAnswered });
  t.after(() => cluster.close());
  await cluster.ask('GET', '/version', { token: 'admin' });
  await cluster.ask('GET', '/api/v1/pods', { token: 'admin', headers: { 'impersonate-user': 'bob' } });
  await cluster.ask('GET', '/version', { token: 'alice', headers: { 'impersonate-user': 'bob' } });
  await cluster.ask('GET', '/version', { token: 'wrong' });
  const lines = async (): Promise<readonly Line[]> =>
    (await readFile(file, 'utf8'))
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Line);
  const wanted = ['/version', '/api/v1/pods', '/version', '/version'];
  let found: readonly Line[] = [];
  await until(async () => {
    found = await lines();
    return found.at(-1)?.status === 401;
  }, 'the last line of the audit log');
  const shown = found
    .slice(-wanted.length)
    .map(({ path, status, user, as }) => [path, status, user, as?.user]);
  assert.deepEqual(shown, [
    ['/version', 200, 'admin', undefined],
    ['/api/v1/pods', 403, 'admin', 'bob'],
    ['/version', 403, 'alice', undefined],
    ['/version', 401, 'system:anonymous', undefined],
  ]);
  const [, acting] = found.slice(-wanted.length);
  assert.deepEqual(acting?.groups, ['system:masters', 'system:authenticated']);
  assert.deepEqual(acting.as?.groups, ['system:authenticated']);
});
