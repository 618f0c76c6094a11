import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openAudit } from '../../src/app/up/audit.ts';
import { createLog } from '../../src/base/log/index.ts';
import { Cluster, until } from './serving.ts';

interface Line {
  readonly [field: string]: unknown;
  readonly path: string;
}

/** A cluster that keeps an audit log, and what stands in it once a path does. */
async function audited(
  t: TestContext,
): Promise<{ cluster: Cluster; upTo: (path: string) => Promise<string> }> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-audit-'));
  const file = join(folder, 'audit');
  const silent = createLog({ level: 'error', format: 'json', colour: false, now: Date.now, write: () => {} });
  const { onAnswered } = openAudit(file, silent);
  const cluster = await Cluster.open('10.96.0.0/28', onAnswered && { onAnswered });
  t.after(async () => {
    await cluster.close();
    await rm(folder, { recursive: true });
  });
  const upTo = async (path: string): Promise<string> => {
    await cluster.ask('GET', path);
    let text = '';
    await until(
      async () => (text = await readFile(file, 'utf8')).includes(`"path":"${path}"`),
      `a line about ${path}`,
    );
    return text;
  };
  return { cluster, upTo };
}

const linesOf = (text: string): readonly Line[] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Line);

test('a line says who has done what to which object, for whom, and what came of it', async t => {
  const { cluster, upTo } = await audited(t);
  const secrets = '/api/v1/namespaces/default/secrets';
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { k: 'v' } };
  const headers = {
    'user-agent': 'kubectl/v1.37.2',
    'impersonate-user': 'bob',
    'impersonate-group': 'system:masters',
  };
  await cluster.ask('POST', secrets, { body: secret, headers, peer: { address: '192.0.2.7' } });
  await cluster.ask('POST', secrets, { body: secret, token: 'alice' });
  await cluster.ask('GET', `${secrets}/s`, { token: 'wrong' });
  await cluster.ask('PATCH', '/apis/apps/v1/namespaces/default/deployments/none/scale', {
    body: { spec: { replicas: 2 } },
    type: 'application/merge-patch+json',
  });
  await cluster.ask('DELETE', `${secrets}?labelSelector=a%3Db`);
  (await cluster.watch(`${secrets}?watch=true&fieldSelector=metadata.name%3Ds`)).abort();
  const found = linesOf(await upTo('/version'))
    .filter(({ path }) => path.includes('/default/secrets') || path.includes('/deployments/'))
    .map(({ user, as, verb, method, resource, status, agent, from }) => [
      user,
      (as as { user?: string } | undefined)?.user,
      verb,
      method,
      resource,
      status,
      agent,
      from,
    ]);
  const tests = 'tests/1';
  const secretIn = (name?: string): object => ({
    resource: 'secrets',
    namespace: 'default',
    ...(name !== undefined && { name }),
  });
  const scale = { resource: 'deployments.apps', subresource: 'scale', namespace: 'default', name: 'none' };
  assert.deepEqual(found, [
    ['admin', 'bob', 'create', 'POST', secretIn(), 201, 'kubectl/v1.37.2', '192.0.2.7'],
    ['alice', undefined, 'create', 'POST', secretIn(), 403, tests, undefined],
    ['system:anonymous', undefined, 'get', 'GET', secretIn('s'), 401, tests, undefined],
    ['admin', undefined, 'patch', 'PATCH', scale, 404, tests, undefined],
    ['admin', undefined, 'deletecollection', 'DELETE', secretIn(), 200, tests, undefined],
    ['admin', undefined, 'watch', 'GET', secretIn('s'), 200, tests, undefined],
  ]);
});

test('nothing of what is sent, answered or shown by a credential stands in it', async t => {
  const { cluster, upTo } = await audited(t);
  const mark = 'hunter2hunter2';
  const encoded = Buffer.from(mark).toString('base64');
  const secrets = '/api/v1/namespaces/default/secrets';
  const data = { k: encoded };
  const metadata = { name: 's', annotations: { note: mark } };
  await cluster.ask('POST', secrets, { body: { apiVersion: 'v1', kind: 'Secret', metadata, data } });
  await cluster.ask('POST', secrets, { bytes: `{"kind":"Secret","stringData":{"k":"${mark}"` });
  await cluster.ask('PATCH', `${secrets}/s`, {
    body: { data: { other: encoded } },
    type: 'application/merge-patch+json',
  });
  await cluster.ask('GET', `${secrets}/s`, { headers: { 'x-note': mark } });
  await cluster.ask('GET', `${secrets}?labelSelector=k%3D${mark}`);
  await cluster.ask('GET', secrets, { token: mark });
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  await cluster.ask('POST', accounts, {
    body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'a' } },
  });
  const { body } = await cluster.ask('POST', `${accounts}/a/token`, {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [] } },
  });
  const text = await upTo('/version');
  assert.ok(linesOf(text).some(({ path }) => path === `${accounts}/a/token`));
  for (const told of [mark, encoded, body.status.token as string]) assert.ok(!text.includes(told), told);
});
