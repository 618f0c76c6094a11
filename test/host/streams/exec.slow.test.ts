import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { text as textOf } from 'node:stream/consumers';
import { Session, type Stream } from '../../../src/base/spdy/index.ts';
import { get, Remote, upgrade, websocketHeaders } from './clients.ts';
import { Platform, script } from './platform.ts';

let platform: Platform;
before(async () => {
  platform = await Platform.open();
  await platform.pod('shell', {
    containers: [script('sleep 1000', { env: [{ name: 'SECRET', value: 'x' }] })],
  });
});
after(() => platform.close());

const pods = '/api/v1/namespaces/default/pods';

function path(command: readonly string[], more = '&stdout=true&stderr=true', pod = 'shell'): string {
  return `${pods}/${pod}/exec?${command.map(word => `command=${encodeURIComponent(word)}`).join('&')}${more}`;
}

test('a command runs in the environment of its container', async () => {
  const remote = await Remote.open(platform, path(['sh', '-c', 'echo $SECRET; echo wrong >&2']));
  await remote.ended;
  assert.deepEqual([remote.out, remote.errors], ['x\n', 'wrong\n']);
  assert.deepEqual(remote.outcome, { metadata: {}, status: 'Success' });
});

test('exit codes are told as clients read them', async () => {
  const remote = await Remote.open(platform, path(['sh', '-c', 'exit 3']));
  await remote.ended;
  assert.deepEqual(remote.outcome, {
    metadata: {},
    status: 'Failure',
    message:
      'command terminated with non-zero exit code: error executing command [sh -c exit 3], exit code 3',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '3' }] },
  });
  const killed = await Remote.open(platform, path(['sh', '-c', 'kill -TERM $$']), 'v4.channel.k8s.io');
  await killed.ended;
  assert.deepEqual(killed.outcome.details, { causes: [{ reason: 'ExitCode', message: '143' }] });
});

test('a command that is not there is told in the words of a container runtime', async () => {
  for (const more of ['&stdout=true', '&stdout=true&stdin=true&tty=true']) {
    const remote = await Remote.open(platform, path(['nosuch'], more));
    await remote.ended;
    assert.equal(
      remote.outcome.message,
      'Internal error occurred: error executing command in container: exec: "nosuch": executable file not found in $PATH',
    );
  }
});

test('input is given, and its end', async () => {
  const remote = await Remote.open(platform, path(['sort'], '&stdin=true&stdout=true'));
  remote.write('b\na\n');
  remote.closeInput();
  await remote.ended;
  assert.equal(remote.out, 'a\nb\n');
});

test('input that nobody reads holds back whoever sends it, and goes nowhere when the command ends', async () => {
  const flag = join(platform.folder, 'read');
  const waiting = `while [ ! -e ${flag} ]; do sleep 0.05; done; wc -c`;
  const remote = await Remote.open(platform, path(['sh', '-c', waiting], '&stdin=true&stdout=true'));
  let sent = 0;
  for (; sent < 2000; sent++) {
    if (remote.write(Buffer.alloc(64 * 1024))) continue;
    const late = new Promise(resolve => setTimeout(resolve, 300, 'late'));
    if ((await Promise.race([remote.socket.drained(), late])) === 'late') break;
  }
  assert.ok(sent < 1000, `${sent * 64} KiB were taken though nobody reads`);
  appendFileSync(flag, '');
  await remote.socket.drained();
  remote.closeInput();
  await remote.ended;
  assert.equal(Number(remote.out), (sent + 1) * 64 * 1024);

  const deaf = await Remote.open(platform, path(['true'], '&stdin=true&stdout=true'));
  deaf.write(Buffer.alloc(1_000_000));
  await deaf.ended;
  assert.equal(deaf.outcome.status, 'Success');
});

test('a terminal: its name, its size, its changes', async () => {
  const remote = await Remote.open(platform, path(['sh'], '&stdin=true&stdout=true&tty=true'));
  remote.resize(101, 33);
  remote.write('tty; stty size; echo $TERM\n');
  await remote.until(/\/dev\/pts\/\d+\r\n33 101\r\nxterm\r\n/);
  remote.resize(50, 20);
  remote.write('stty size\n');
  // The prompt may come after the echo of what was typed before it.
  await remote.until(/(?:\r\n|# )20 50\r\n/);
  remote.write('exit 5\n');
  await remote.ended;
  assert.deepEqual(remote.outcome.details?.causes, [{ reason: 'ExitCode', message: '5' }]);
});

test('Ctrl-C at a terminal interrupts', async () => {
  const waiting = "trap 'echo caught; exit 7' INT; echo ready; while :; do sleep 0.05; done";
  const remote = await Remote.open(platform, path(['sh', '-c', waiting], '&stdin=true&stdout=true&tty=true'));
  await remote.until(/ready/);
  remote.write('\u0003');
  await remote.ended;
  assert.match(remote.out, /\^Ccaught/);
  assert.deepEqual(remote.outcome.details?.causes, [{ reason: 'ExitCode', message: '7' }]);
});

for (const terminal of ['', '&tty=true']) {
  test(`a client that goes ends its command${terminal === '' ? '' : ' at a terminal'}`, async () => {
    const query = `&stdin=true&stdout=true${terminal}`;
    const remote = await Remote.open(platform, path(['sh', '-c', 'echo pid=$$; sleep 1000'], query));
    await remote.until(/pid=\d+\r?\n/);
    const pid = Number(/\d+/.exec(remote.out)?.[0]);
    assert.ok(isAlive(pid));
    remote.connection.destroy();
    const end = performance.now() + 5000;
    while (isAlive(pid) && performance.now() < end) await new Promise(resolve => setTimeout(resolve, 10));
    assert.ok(!isAlive(pid));
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('output goes to a client as fast as it reads, whole', async () => {
  const remote = await Remote.open(
    platform,
    path(['sh', '-c', 'head -c 20000000 /dev/zero | tr "\\0" x'], '&stdout=true'),
  );
  await remote.ended;
  assert.equal(remote.out.length, 20_000_000);
});

test('over SPDY: streams for each, and a version that both speak', async () => {
  const command = ['sh', '-c', 'cat; echo wrong >&2; exit 4'];
  const upgraded = await upgrade(
    platform,
    path(command, '&stdin=true&stdout=true&stderr=true'),
    { Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': 'v5.channel.k8s.io, v4.channel.k8s.io' },
    { method: 'POST' },
  );
  assert.ok('connection' in upgraded);
  assert.equal(upgraded.headers['x-stream-protocol-version'], 'v4.channel.k8s.io');
  const session = new Session(upgraded.connection, { side: 'client', onStream: () => {} });
  void session.run();
  const [errors, stdin, stdout, stderr] = ['error', 'stdin', 'stdout', 'stderr'].map(name =>
    session.open(new Map([['streamType', name]])),
  ) as [Stream, Stream, Stream, Stream];
  const large = 'x'.repeat(1_000_000);
  stdin.end(large);
  const [outcome, out, wrong] = await Promise.all([errors, stdout, stderr].map(stream => textOf(stream)));
  assert.equal(out, large);
  assert.equal(wrong, 'wrong\n');
  assert.match(outcome ?? '', /"reason":"ExitCode","message":"4"/);
});

test('attach: what a container writes from now on, and its input', async () => {
  const read = 'while read line; do echo "got $line"; done; echo done';
  const spec = { restartPolicy: 'Never', containers: [script(read, { stdin: true, stdinOnce: true })] };
  await platform.pod('reader', spec);
  const remote = await Remote.open(platform, `${pods}/reader/attach?stdin=true&stdout=true`);
  remote.write('a\n');
  await remote.until(/got a\n/);
  remote.write('b\n');
  await remote.until(/got a\ngot b\n/);
  remote.connection.destroy();
});

test('attach to a container at a terminal: its size, Ctrl-C, and nothing left when its pod is deleted', async () => {
  const waiting = "trap 'echo caught' INT; while :; do read line && eval $line; done";
  await platform.pod('terminal', { containers: [script(waiting, { stdin: true, tty: true })] });
  const remote = await Remote.open(platform, `${pods}/terminal/attach?stdin=true&stdout=true&tty=true`);
  remote.resize(90, 30);
  remote.write('until [ "$(stty size)" = "30 90" ]; do sleep 0.05; done; tty; echo pid=$$\n');
  await remote.until(/\/dev\/pts\/\d+\r\npid=\d+\r\n/);
  remote.write('\u0003');
  await remote.until(/caught/);
  const pid = Number(/pid=(\d+)\r\n/.exec(remote.out)?.[1]);
  assert.ok(isAlive(pid));
  await platform.cluster.ask('DELETE', `${pods}/terminal`);
  await remote.ended;
  const end = performance.now() + 5000;
  while (isAlive(pid) && performance.now() < end) await new Promise(resolve => setTimeout(resolve, 10));
  assert.ok(!isAlive(pid));
});

const refusals: readonly [target: string, status: number, text: RegExp][] = [
  [`${pods}/nobody/exec?command=ls&stdout=true`, 404, /pods \\"nobody\\" not found/],
  [`${pods}/shell/exec?command=ls&stdout=true&container=x`, 400, /container x is not valid for pod shell/],
  [`${pods}/shell/exec?command=ls`, 400, /you must specify at least 1 of stdin, stdout, stderr/],
  [`${pods}/shell/exec?stdout=true`, 400, /a command must be specified/],
];

for (const [target, status, text] of refusals) {
  test(`refused: ${target.slice(pods.length)}`, async () => {
    const answer = await upgrade(platform, target, websocketHeaders('v5.channel.k8s.io'));
    assert.ok('status' in answer);
    assert.equal(answer.status, status);
    assert.match(answer.text, text);
  });
}

test('refused: without another protocol, with one that nobody speaks, to whoever may not', async () => {
  const plain = await get(platform, path(['ls']));
  assert.deepEqual([plain.status, JSON.parse(plain.text).message], [400, 'Upgrade request required']);
  const unknown = await upgrade(platform, path(['ls']), websocketHeaders('v9.channel.k8s.io'));
  assert.ok('status' in unknown && unknown.status === 400, 'v9');
  const alice = await upgrade(platform, path(['ls']), websocketHeaders('v5.channel.k8s.io'), {
    token: 'alice',
  });
  assert.ok('status' in alice && alice.status === 403, 'alice');
});

test('whoever may only read pods/exec may not open a WebSocket to it', async () => {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const group = `/apis/${apiVersion}`;
  const rules = [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['get'] }];
  const role = { apiVersion, kind: 'ClusterRole', metadata: { name: 'looker' }, rules };
  await platform.cluster.ask('POST', `${group}/clusterroles`, { body: role });
  const binding = {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'looker' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'looker' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }],
  };
  await platform.cluster.ask('POST', `${group}/clusterrolebindings`, { body: binding });
  const answer = await upgrade(platform, path(['ls']), websocketHeaders('v5.channel.k8s.io'), {
    token: 'alice',
  });
  assert.ok('status' in answer && answer.status === 403);
  assert.match(answer.text, /cannot create resource \\"pods\/exec\\"/);
});
