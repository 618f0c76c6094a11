import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { after, suite, test } from 'node:test';
import { type Identity, issue } from '../../src/cluster/access/index.ts';
import { Cluster } from './cluster.ts';

const cluster = new Cluster(131);
after(() => cluster.remove());

const day = 86_400_000;
const span = { from: Date.now() - day, until: Date.now() + day };
const authority = issue({ commonName: 'authority', use: 'authority', ...span });

function named(commonName: string): Identity {
  return issue({ commonName, hosts: ['localhost'], use: 'server', ...span }, authority);
}

/** The status of the gateway's first page over a connection of its own, and the name in the certificate. */
async function asked(port: number): Promise<string> {
  const ca = authority.certificate;
  const sent = request({ host: 'localhost', port, path: '/dex/healthz', ca, agent: false }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const { subject } = (answer.socket as TLSSocket).getPeerCertificate();
  answer.resume();
  return `${answer.statusCode} ${String(subject.CN)}`;
}

suite('a certificate of one’s own', () => {
  test('is served to the network, and a renewal is taken without a restart', async () => {
    const files = { certificate: join(cluster.folder, 'tls.crt'), key: join(cluster.folder, 'tls.key') };
    const put = ({ certificate, key }: Identity): void => {
      writeFileSync(files.certificate, certificate);
      writeFileSync(files.key, key);
    };
    put(named('first'));
    const words = ['--gateway-host=0.0.0.0', '--log-format=json'];
    const up = cluster.up(...words, '--tls-cert', files.certificate, '--tls-key', files.key);
    try {
      const [, found] = await up.says(/the gateway is up.*https:[^"]*:(\d+)/);
      const port = Number(found);
      assert.equal(await asked(port), '200 first');
      const second = named('second');
      writeFileSync(files.certificate, second.certificate);
      await up.says(/keeps the certificate that it has.*the key is that of another certificate/);
      assert.equal(await asked(port), '200 first');
      put(second);
      await up.says(/the gateway has another certificate.*CN=second/);
      assert.equal(await asked(port), '200 second');
      assert.doesNotMatch(up.text, /in the clear/);
    } finally {
      await up.stop();
    }
  });

  test('where something else encrypts, whoever starts it is warned of what that rests on', async () => {
    const words = ['--gateway-host=0.0.0.0', '--allow-plain-http', '--log-format=json'];
    const up = cluster.up(...words);
    try {
      const [line] = await up.says(/.*passwords and tokens reach the gateway in the clear.*/);
      const told = JSON.parse(line) as Record<string, string>;
      assert.equal(told['level'], 'warning');
      assert.match(told['url'] ?? '', /^http:\/\/0\.0\.0\.0:\d+$/);
    } finally {
      await up.stop();
    }
  });
});
