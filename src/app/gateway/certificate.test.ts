import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { connect } from 'node:tls';
import { createListener, type Described, prepareHead } from '../../base/net/index.ts';
import { type Identity, issue } from '../../cluster/access/index.ts';
import { type CertificateFiles, certificateIn, watchCertificate } from './certificate.ts';

const day = 86_400_000;
const span = { from: Date.now() - day, until: Date.now() + day };
const authority = issue({ commonName: 'authority', use: 'authority', ...span });
const [first, second] = ['first', 'second'].map(commonName =>
  issue({ commonName, hosts: ['localhost'], use: 'server', ...span }, authority),
) as [Identity, Identity];

interface Files {
  readonly tlsCert: string;
  readonly tlsKey: string;
}

function filesOf(context: TestContext, { certificate, key }: Identity): Files {
  const folder = mkdtempSync(join(tmpdir(), 'davit-certificate-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = { tlsCert: join(folder, 'tls.crt'), tlsKey: join(folder, 'tls.key') };
  writeFileSync(files.tlsCert, certificate);
  writeFileSync(files.tlsKey, key);
  return files;
}

test('certificate and key are read where both are whole and belong together', context => {
  const files = filesOf(context, first);
  const { certificate, key } = certificateIn(files) ?? assert.fail('none');
  assert.deepEqual({ certificate, key }, first);
  assert.equal(certificateIn({ tlsCert: undefined, tlsKey: undefined }), undefined);
});

test('what is missing, is no certificate, or belongs to another is named', context => {
  const good = filesOf(context, first);
  const other = filesOf(context, second);
  const broken = filesOf(context, { certificate: first.certificate.slice(0, 200), key: first.key });
  const rows: readonly [files: CertificateFiles, message: RegExp][] = [
    [{ ...good, tlsKey: undefined }, /^--tls-key is missing/],
    [{ ...good, tlsCert: undefined }, /^--tls-cert is missing/],
    [{ ...good, tlsKey: other.tlsKey }, /tls\.crt and .*tls\.key: the key is that of another certificate/],
    [{ ...good, tlsCert: `${good.tlsCert}.gone` }, /ENOENT.*tls\.crt\.gone/],
    [broken, /tls\.crt and .*tls\.key: /],
    [{ tlsCert: good.tlsKey, tlsKey: good.tlsKey }, /tls\.key and .*tls\.key: /],
  ];
  for (const [files, message] of rows) {
    assert.throws(() => certificateIn(files), { code: 'gateway-certificate', message });
  }
});

function describe({ message }: Error): Described {
  return { fields: [], body: Buffer.from(message) };
}

/** The name in the certificate that a new connection is shown. */
async function shownAt(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: authority.certificate });
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

const orders: readonly (readonly ['certificate' | 'key', 'certificate' | 'key'])[] = [
  ['certificate', 'key'],
  ['key', 'certificate'],
];

for (const [one, other] of orders) {
  test(`a renewal is taken once it is whole, when the ${other} comes last`, async context => {
    const files = filesOf(context, first);
    const listener = createListener({ describe }, (_method, _target, _head, _body, sink) =>
      sink.send(prepareHead(200, []), ''),
    );
    context.after(() => listener.close());
    const now = certificateIn(files) ?? assert.fail('none');
    const { port } = await listener.listen({ host: '127.0.0.1', port: 0 }, now);
    const refused: string[] = [];
    const events = { refused: Promise.withResolvers<void>(), renewed: Promise.withResolvers<void>() };
    const unwatch = watchCertificate(files, {
      now,
      interval: 5,
      refused: reason => {
        refused.push(reason);
        events.refused.resolve();
      },
      renewed: secure => {
        listener.renew(secure);
        events.renewed.resolve();
      },
    });
    context.after(unwatch);
    const paths = { certificate: files.tlsCert, key: files.tlsKey };
    writeFileSync(paths[one], second[one]);
    await events.refused.promise;
    assert.equal(await shownAt(port), 'first');
    writeFileSync(paths[other], second[other]);
    await events.renewed.promise;
    assert.equal(await shownAt(port), 'second');
    assert.equal(refused.length, 1);
    assert.match(refused[0] ?? '', /tls\.crt and .*tls\.key: the key is that of another certificate/);
  });
}
