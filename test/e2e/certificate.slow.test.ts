import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { after, suite, test } from 'node:test';
import { type Identity, issue } from '../../src/cluster/access/index.ts';
import { Cluster } from './cluster.ts';
import { outputOf, root } from './program.ts';

const trusted = mkdtempSync(join(tmpdir(), 'davit-trusted-'));
const cluster = new Cluster(131, { NODE_EXTRA_CA_CERTS: join(trusted, 'ca.crt') });
after(() => {
  cluster.remove();
  rmSync(trusted, { recursive: true });
});

const day = 86_400_000;
const span = { from: Date.now() - day, until: Date.now() + day };
const authority = issue({ commonName: 'authority', use: 'authority', ...span });
writeFileSync(join(trusted, 'ca.crt'), authority.certificate);

function named(commonName: string, host = 'localhost'): Identity {
  return issue({ commonName, hosts: [host], use: 'server', ...span }, authority);
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

  test('that is good for a name alone is what commands see who come by an address', async () => {
    const files = { certificate: join(cluster.folder, 'ml.crt'), key: join(cluster.folder, 'ml.key') };
    const { certificate, key } = named('ml', 'ml.example.com');
    writeFileSync(files.certificate, certificate);
    writeFileSync(files.key, key);
    const input = join(root, 'examples', 'iris', 'iris-input.json');
    const words = ['-f', cluster.file, '--try', input, '--gateway-url', 'https://ml.example.com'];
    const up = cluster.up(...words, '--tls-cert', files.certificate, '--tls-key', files.key);
    try {
      const [, line = '', answer = ''] = await up.says(/^(curl .*)\n(\{.*\})\n/m);
      assert.match(line, / --connect-to ::[\d.]+:\d+ .* https:\/\/ml\.example\.com:\d+\//);
      assert.deepEqual(outputOf(JSON.parse(answer)), [1, 1]);
      const { status, out, err } = await cluster.davit('predict', 'iris', '-f', input);
      assert.deepEqual([status, err], [0, '']);
      assert.deepEqual(outputOf(JSON.parse(out)), [1, 1]);
      // Of no other name, whoever may have signed it.
      const other = named('other', 'other.example.com');
      writeFileSync(files.certificate, other.certificate);
      writeFileSync(files.key, other.key);
      await up.says(/the gateway has another certificate.*CN=other/);
      const refused = await cluster.davit('predict', 'iris', '-f', input);
      assert.notEqual(refused.status, 0);
      assert.match(refused.err, /ml\.example\.com/);
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
