import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request } from 'node:https';
import type { Duplex } from 'node:stream';
import { after, before, test } from 'node:test';
import { issue } from '../../../src/cluster/access/index.ts';
import { Remote, upgrade, websocketHeaders } from './clients.ts';
import { Platform, script } from './platform.ts';

let platform: Platform;
before(async () => {
  platform = await Platform.open();
  await platform.pod('shell', { containers: [script('echo up; sleep 1000')] });
});
after(() => platform.close());

const exec = '/api/v1/namespaces/default/pods/shell/exec?command=cat&stdin=true&stdout=true&tty=false';
const forward = '/api/v1/namespaces/default/pods/shell/portforward';

/** Status of a kubelet's answer to a client with a certificate of its own. */
function kubeletSays(path: string, commonName?: string): Promise<number> {
  const span = { from: Date.now() - 1000, until: Date.now() + 60_000 };
  const own = commonName && issue({ commonName, use: 'client', ...span }, platform.authority);
  return new Promise((resolve, reject) => {
    request({
      host: '127.0.0.1',
      port: platform.streams?.port,
      path,
      ca: platform.authority.certificate,
      agent: false,
      ...(typeof own === 'object' && { cert: own.certificate, key: own.key }),
    })
      .on('response', answer => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      })
      .on('error', reject)
      .end();
  });
}

test('a kubelet answers the API server and nobody else', async () => {
  assert.equal(await kubeletSays('/healthz', 'kube-apiserver-kubelet-client'), 200);
  assert.equal(await kubeletSays('/pods'), 401);
  assert.equal(await kubeletSays('/pods', 'davit-admin'), 401);
  assert.equal(await kubeletSays('/nothing', 'kube-apiserver-kubelet-client'), 404);
  assert.equal(
    await kubeletSays('/containerLogs/default/shell/%E0%A4%A', 'kube-apiserver-kubelet-client'),
    404,
  );
});

async function connections(): Promise<Duplex[]> {
  const spdy = { Upgrade: 'SPDY/3.1' };
  const opened = await Promise.all([
    upgrade(platform, exec, websocketHeaders('v5.channel.k8s.io')),
    upgrade(
      platform,
      exec,
      { ...spdy, 'X-Stream-Protocol-Version': 'v4.channel.k8s.io' },
      { method: 'POST' },
    ),
    upgrade(
      platform,
      forward,
      { ...spdy, 'X-Stream-Protocol-Version': 'portforward.k8s.io' },
      { method: 'POST' },
    ),
    upgrade(platform, forward, websocketHeaders('SPDY/3.1+portforward.k8s.io')),
  ]);
  return opened.map(one => {
    assert.ok('connection' in one);
    return one.connection;
  });
}

test('bytes that are no frames end their connection, and the next client finds everything as it was', async () => {
  for (let turn = 0; turn < 5; turn++) {
    for (const connection of await connections()) {
      connection.on('error', () => {}).resume();
      const closed = new Promise(resolve => connection.once('close', resolve));
      connection.write(randomBytes(1 + turn * 300));
      // A header that promises more than comes is no fault; a client that ends there is.
      connection.end();
      await closed;
    }
  }
  const remote = await Remote.open(platform, exec);
  remote.write('still here');
  remote.closeInput();
  await remote.ended;
  assert.equal(remote.out, 'still here');
});

test('messages of a WebSocket that mean nothing are passed over', async () => {
  const remote = await Remote.open(platform, exec);
  const odd = [[], [7, 1, 2], [3, 1], [4], [4, 123], [4, 123, 125], [255], [255, 9]];
  for (const message of odd) remote.socket.send(Buffer.from(message));
  remote.socket.send(Buffer.concat([Buffer.from([4]), Buffer.alloc(100_000, 'x')]));
  remote.write('fine');
  remote.closeInput();
  await remote.ended;
  assert.equal(remote.out, 'fine');
});
