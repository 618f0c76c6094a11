import assert from 'node:assert/strict';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { get, open } from './clients.ts';
import { Platform, type RunningPod, script } from './platform.ts';

let platform: Platform;
before(async () => {
  platform = await Platform.open();
  await platform.pod('talker', {
    containers: [script('echo one; echo two; echo three >&2; printf four; sleep 1000')],
  });
  await begins('talker', 'four');
});
after(() => platform.close());

const pods = '/api/v1/namespaces/default/pods';

async function log(pod: string, query = ''): Promise<string> {
  const { status, text } = await get(platform, `${pods}/${pod}/log${query}`);
  assert.equal(status, 200, text);
  return text;
}

/** A log as far as it is once a text is in it. */
async function begins(pod: string, part: string, query = ''): Promise<string> {
  const answer = await open(platform, `${pods}/${pod}/log?follow=true${query}`);
  let text = '';
  for await (const chunk of answer) if ((text += (chunk as Buffer).toString()).includes(part)) break;
  return text;
}

async function refused(pod: string, query = ''): Promise<{ code: number; reason: string; message: string }> {
  const { status, text } = await get(platform, `${pods}/${pod}/log${query}`);
  assert.ok(status >= 400, text);
  return JSON.parse(text);
}

test('a log is what a container wrote, with its errors', async () => {
  assert.equal(await log('talker'), 'one\ntwo\nthree\nfour');
});

const cuts: readonly [query: string, text: string][] = [
  ['?tailLines=0', ''],
  ['?tailLines=1', 'four'],
  ['?tailLines=2', 'three\nfour'],
  ['?tailLines=99', 'one\ntwo\nthree\nfour'],
  ['?limitBytes=5', 'one\nt'],
  ['?tailLines=2&limitBytes=3', 'thr'],
  ['?sinceTime=2999-01-01T00:00:00Z', ''],
  ['?sinceTime=2000-01-01T00:00:00Z', 'one\ntwo\nthree\nfour'],
  ['?sinceSeconds=3600&tailLines=1', 'four'],
  ['?container=main', 'one\ntwo\nthree\nfour'],
];

for (const [query, text] of cuts) {
  test(`a log is cut: ${query}`, async () => assert.equal(await log('talker', query), text));
}

test('lines may be given their times', async () => {
  const lines = (await log('talker', '?timestamps=true')).split('\n');
  assert.deepEqual(
    lines.map(line => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /, '(time) ')),
    ['(time) one', '(time) two', '(time) three', '(time) four'],
  );
  const time = Date.parse((lines[0] ?? '').slice(0, 30));
  assert.ok(Math.abs(Date.now() - time) < 60_000);
});

test('a log is followed until the container ends', async () => {
  const flag = join(platform.folder, 'go-on');
  await platform.pod('follower', {
    restartPolicy: 'Never',
    containers: [script(`echo begin; while [ ! -e ${flag} ]; do sleep 0.05; done; echo end; exit 3`)],
  });
  const answer = await open(platform, `${pods}/follower/log?follow=true`);
  let text = '';
  for await (const chunk of answer) {
    text += (chunk as Buffer).toString();
    if (text === 'begin\n' && !existsSync(flag)) appendFileSync(flag, '');
  }
  assert.equal(text, 'begin\nend\n');
});

test('a follower that goes is let go of', async () => {
  const answer = await open(platform, `${pods}/talker/log?follow=true`);
  await new Promise(resolve => answer.once('data', resolve));
  answer.destroy();
  assert.equal(await log('talker', '?tailLines=1'), 'four');
});

test('the log of the attempt before, and what is said when there is none', async () => {
  const restarted = ({ status }: RunningPod): boolean =>
    (status.containerStatuses?.[0]?.restartCount ?? 0) > 0;
  const mark = join(platform.folder, 'attempt');
  const text = `if [ -e ${mark} ]; then echo second; sleep 1000; else touch ${mark}; echo first; exit 1; fi`;
  await platform.pod('restarter', { containers: [script(text)] }, restarted);
  assert.equal(await log('restarter', '?previous=true'), 'first\n');
  assert.deepEqual(await refused('talker', '?previous=true'), {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'previous terminated container "main" in pod "talker" not found',
    reason: 'BadRequest',
    code: 400,
  });
});

test('a container that waits has no log yet, an init container has one', async () => {
  await platform.pod(
    'starting',
    {
      initContainers: [{ ...script('echo preparing; sleep 1000'), name: 'init' }],
      containers: [script('true')],
    },
    ({ status }) => JSON.stringify(status).includes('"running"'),
  );
  const { code, message } = await refused('starting');
  assert.equal(code, 400);
  assert.equal(message, 'container "main" in pod "starting" is waiting to start: PodInitializing');
  assert.equal(await begins('starting', 'preparing', '&container=init'), 'preparing\n');
});

const wrong: readonly [pod: string, query: string, code: number, message: RegExp][] = [
  ['nobody', '', 404, /^pods "nobody" not found$/],
  ['talker', '?container=x', 400, /^container x is not valid for pod talker$/],
  ['talker', '?tailLines=-1', 422, /tailLines: Invalid value: -1: must be greater than or equal to 0/],
  ['talker', '?limitBytes=0', 422, /limitBytes: Invalid value: 0: must be greater than 0/],
  ['talker', '?sinceSeconds=0', 422, /sinceSeconds: Invalid value: 0: must be greater than 0/],
  ['talker', '?sinceSeconds=1&sinceTime=2020-01-01T00:00:00Z', 422, /at most one of/],
  ['talker', '?tailLines=x', 400, /invalid syntax/],
];

for (const [pod, query, code, message] of wrong) {
  test(`a log is refused: ${pod}${query}`, async () => {
    const status = await refused(pod, query);
    assert.equal(status.code, code);
    assert.match(status.message, message);
  });
}

test('a log is read in the process of the server, too', async () => {
  const user = { name: 'admin', groups: ['system:masters'] };
  const transport = platform.cluster.api.transport(user, 'tests/1');
  const { status, body } = await transport.ask({ method: 'GET', path: `${pods}/talker/log?tailLines=2` });
  assert.deepEqual([status, body], [200, 'three\nfour']);
});

test('whoever may not read logs does not', async () => {
  const { status } = await get(platform, `${pods}/talker/log`, { token: 'alice' });
  assert.equal(status, 403);
});

test('a pod of several containers asks for one', async () => {
  const second = { ...script('sleep 1000'), name: 'side' };
  await platform.pod('pair', { containers: [script('sleep 1000'), second] });
  const { message } = await refused('pair');
  assert.equal(message, 'a container name must be specified for pod pair, choose one of: [main side]');
});
