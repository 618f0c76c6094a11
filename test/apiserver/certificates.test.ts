import assert from 'node:assert/strict';
import { createPublicKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { after, before, test } from 'node:test';
import { issue } from '../../src/cluster/access/index.ts';
import { Cluster, fresh } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
});
after(() => cluster.close());

const group = '/apis/certificates.k8s.io/v1';
const requests = `${group}/certificatesigningrequests`;
const bundles = `${group}/clustertrustbundles`;
const podRequests = `${group}/namespaces/default/podcertificaterequests`;
const merge = 'application/merge-patch+json';

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 0x80 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

/** ecdsa-with-SHA256. */
const algorithm = Buffer.from('300a06082a8648ce3d040302', 'hex');

/** A request for a certificate with an empty subject, for a key, signed by a key. */
function request(of: KeyObject, by: KeyObject): Buffer {
  const key = createPublicKey(of).export({ type: 'spki', format: 'der' });
  const about = der(0x30, Buffer.from('020100', 'hex'), der(0x30), key, der(0xa0));
  const signature = createSign('sha256').update(about).sign(by);
  return der(0x30, about, algorithm, der(0x03, Buffer.from([0]), signature));
}

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').replaceAll(/(.{64})/g, '$1\n');
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines}\n-----END CERTIFICATE REQUEST-----\n`;
}

function signingRequest(name: string, spec: object = {}): object {
  const key = newKey();
  return {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name },
    spec: {
      request: Buffer.from(pem(request(key, key))).toString('base64'),
      signerName: 'example.com/signer',
      usages: ['client auth'],
      ...spec,
    },
  };
}

const times = { from: Date.now() - 60_000, until: Date.now() + 3_600_000 };
const authority = issue({ commonName: 'a', use: 'authority', ...times });

test('a request for a certificate says who made it, and is approved and signed apart', async () => {
  const name = fresh('csr');
  const made = await cluster.ask('POST', requests, {
    body: signingRequest(name, { username: 'somebody-else', groups: ['system:masters', 'mine'] }),
  });
  assert.equal(made.status, 201, made.text);
  assert.notEqual(made.body.spec.username, 'somebody-else');
  assert.ok(!made.body.spec.groups.includes('mine'));
  assert.deepEqual(made.body.status, {});

  const patched = (part: string, status: object) =>
    cluster.ask('PATCH', `${requests}/${name}${part}`, { type: merge, body: { status } });
  const approved = { type: 'Approved', status: 'True', reason: 'Mine' };
  const early = await patched('/status', { conditions: [approved] });
  assert.equal(early.status, 422, early.text);
  assert.match(early.body.message, /updates may not add a condition of type "Approved"/);
  const approval = await patched('/approval', { conditions: [approved], certificate: 'eA==' });
  assert.equal(approval.status, 200, approval.text);
  assert.equal(approval.body.status.certificate, undefined);
  assert.ok(approval.body.status.conditions[0].lastTransitionTime);

  const certificate = Buffer.from(authority.certificate).toString('base64');
  const signed = await patched('/status', { certificate });
  assert.equal(signed.status, 200, signed.text);
  const other = await patched('/status', { certificate: Buffer.from('x').toString('base64') });
  assert.equal(other.status, 422);
  const both = await patched('/approval', {
    conditions: [approved, { type: 'Denied', status: 'True' }],
  });
  assert.match(both.body.message, /Approved and Denied conditions are mutually exclusive/);

  const { body } = await cluster.ask('GET', `${requests}?fieldSelector=spec.signerName%3Dexample.com/signer`);
  assert.ok(body.items.some((one: { metadata: { name: string } }) => one.metadata.name === name));
});

test('a request that is none, or that another key has signed, is refused by its field', async () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ request: '' }, /spec\.request: .*PEM block type must be CERTIFICATE REQUEST/],
    [{ request: Buffer.from(pem(Buffer.from('30', 'hex'))).toString('base64') }, /spec\.request: .*PKCS #10/],
    [
      { request: Buffer.from(pem(request(newKey(), newKey()))).toString('base64') },
      /spec\.request: .*signed by the key that it names/,
    ],
    [{ usages: [] }, /spec\.usages: Required/],
    [{ usages: ['dancing'] }, /spec\.usages\[0\]: Unsupported value: "dancing"/],
    [{ signerName: 'nodomain/x' }, /spec\.signerName: .*at least two segments/],
    [{ signerName: 'a.b' }, /spec\.signerName: .*domain and path/],
    [{ expirationSeconds: 5 }, /spec\.expirationSeconds: Invalid value: 5/],
  ];
  for (const [spec, expected] of cases) {
    const { status, body } = await cluster.ask('POST', requests, {
      body: signingRequest(fresh('bad'), spec),
    });
    assert.equal(status, 422);
    assert.match(body.message, expected);
  }
});

test('a bundle holds certificates of authorities and is named after its signer', async () => {
  const bundle = (name: string, spec: object): object => ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'ClusterTrustBundle',
    metadata: { name },
    spec,
  });
  const leaf = issue({ commonName: 'l', use: 'server', hosts: ['l'], ...times }, authority).certificate;
  const trustBundle = authority.certificate;
  const post = (name: string, spec: object) => cluster.ask('POST', bundles, { body: bundle(name, spec) });
  assert.equal(
    (await post('example.com:signer:mine', { signerName: 'example.com/signer', trustBundle })).status,
    201,
  );
  assert.equal((await post('mine', { trustBundle })).status, 201);
  const cases: readonly (readonly [string, object, RegExp])[] = [
    [
      'other',
      { signerName: 'example.com/signer', trustBundle },
      /must be named with prefix example.com:signer:/,
    ],
    ['a:b', { trustBundle }, /must not have ":" in its name/],
    ['leaf', { trustBundle: leaf }, /entry 0 does not have the CA bit set/],
    ['twice', { trustBundle: trustBundle + trustBundle }, /duplicate trust anchor \(indices \[0 1\]\)/],
    ['none', { trustBundle: 'x' }, /at least one trust anchor/],
  ];
  for (const [name, spec, expected] of cases) {
    const { status, body } = await post(name, spec);
    assert.equal(status, 422, name);
    assert.match(body.message, expected);
  }
});

test('a request of a pod is answered once, with a certificate for its key', async () => {
  const key = newKey();
  const body = (more: object = {}): object => ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'PodCertificateRequest',
    metadata: { name: fresh('pcr') },
    spec: {
      signerName: 'example.com/signer',
      podName: 'p',
      podUID: 'u',
      serviceAccountName: 's',
      serviceAccountUID: 'u',
      nodeName: 'n',
      nodeUID: 'u',
      maxExpirationSeconds: 3600,
      stubPKCS10Request: request(key, key).toString('base64'),
      ...more,
    },
  });
  const short = await cluster.ask('POST', podRequests, { body: body({ maxExpirationSeconds: 60 }) });
  assert.match(short.body.message, /spec\.maxExpirationSeconds: Invalid value: 60: must be in the range/);
  const made = await cluster.ask('POST', podRequests, { body: body() });
  assert.equal(made.status, 201, made.text);
  const path = `${podRequests}/${made.body.metadata.name}`;
  const outcome = (status: object) =>
    cluster.ask('PATCH', `${path}/status`, { type: merge, body: { status } });
  const lastTransitionTime = new Date().toISOString();
  const condition = (type: string): object => ({
    type,
    status: 'True',
    reason: 'Mine',
    message: '',
    lastTransitionTime,
  });
  const wrong = await outcome({ conditions: [condition('Issued')], certificateChain: authority.certificate });
  assert.match(wrong.body.message, /leaf certificate was not issued to the requested public key/);
  const denied = await outcome({ conditions: [condition('Denied')] });
  assert.equal(denied.status, 200, denied.text);
  const late = await outcome({ conditions: [condition('Failed')] });
  assert.match(late.body.message, /immutable after PodCertificateRequest is issued, denied, or failed/);
  const changed = await cluster.ask('PATCH', path, { type: merge, body: { spec: { podName: 'q' } } });
  assert.match(changed.body.message, /spec: Invalid value/);
});
