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

/** A request for a certificate, for a key, signed by a key; its subject has organizations alone. */
function request(of: KeyObject, by: KeyObject, organizations: readonly Buffer[] = []): Buffer {
  const key = createPublicKey(of).export({ type: 'spki', format: 'der' });
  const organization = Buffer.from('060355040a', 'hex');
  const subject = organizations.map(text => der(0x31, der(0x30, organization, text)));
  const about = der(0x30, Buffer.from('020100', 'hex'), der(0x30, ...subject), key, der(0xa0));
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

/** Lets alice do what rules say, and nothing else. */
async function allow(rules: readonly object[]): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const [apiGroup, name] = ['rbac.authorization.k8s.io', fresh('role')];
  const head = { apiVersion: `${apiGroup}/v1`, metadata: { name } };
  const role = await cluster.ask('POST', `${rbac}/clusterroles`, {
    body: { ...head, kind: 'ClusterRole', rules },
  });
  assert.equal(role.status, 201, role.text);
  const binding = await cluster.ask('POST', `${rbac}/clusterrolebindings`, {
    body: {
      ...head,
      kind: 'ClusterRoleBinding',
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects: [{ apiGroup, kind: 'User', name: 'alice' }],
    },
  });
  assert.equal(binding.status, 201, binding.text);
}

const apiGroups = ['certificates.k8s.io'];
const signer = (verb: string, name: string): object => ({
  apiGroups,
  resources: ['signers'],
  verbs: [verb],
  resourceNames: [name],
});

test('whoever may write a status but not sign says nothing of a request', async () => {
  await allow([
    { apiGroups, resources: ['certificatesigningrequests/status'], verbs: ['patch', 'update'] },
    signer('sign', 'mine.example.com/*'),
  ]);
  for (const [signerName, expected] of [
    ['theirs.example.com/signer', 403],
    ['mine.example.com/signer', 200],
  ] as const) {
    const name = fresh('csr');
    await cluster.ask('POST', requests, { body: signingRequest(name, { signerName }) });
    const patched = (status: object) =>
      cluster.ask('PATCH', `${requests}/${name}/status`, { type: merge, body: { status }, token: 'alice' });
    const nothing = await patched({ conditions: [] });
    assert.equal(nothing.status, 200, nothing.text);
    const failed = await patched({ conditions: [{ type: 'Failed', status: 'True', reason: 'Mine' }] });
    assert.equal(failed.status, expected, failed.text);
    const refused = `user not permitted to sign requests with signerName "${signerName}"`;
    if (expected === 403) assert.ok(failed.body.message.endsWith(refused), failed.body.message);
  }
});

test('a bundle of a signer is published by whoever may attest for it', async () => {
  await allow([
    { apiGroups, resources: ['clustertrustbundles'], verbs: ['create', 'patch', 'update'] },
    signer('attest', 'attested.example.com/signer'),
  ]);
  const bundle = (name: string, spec: object): object => ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'ClusterTrustBundle',
    metadata: { name },
    spec: { trustBundle: authority.certificate, ...spec },
  });
  const post = (name: string, spec: object, token = 'alice') =>
    cluster.ask('POST', bundles, { body: bundle(name, spec), token });
  const theirs = { signerName: 'theirs.example.com/signer' };
  const refused = await post('theirs.example.com:signer:a', theirs);
  assert.equal(refused.status, 403, refused.text);
  assert.match(
    refused.body.message,
    /user not permitted to attest for signerName "theirs\.example\.com\/signer"$/,
  );
  const mine = await post('attested.example.com:signer:a', { signerName: 'attested.example.com/signer' });
  assert.equal(mine.status, 201, mine.text);
  const nobodys = await post(fresh('bundle'), {});
  assert.equal(nobodys.status, 201, nobodys.text);
  assert.equal((await post('theirs.example.com:signer:b', theirs, 'admin')).status, 201);
  const patched = (body: object) =>
    cluster.ask('PATCH', `${bundles}/theirs.example.com:signer:b`, { type: merge, body, token: 'alice' });
  const other = issue({ commonName: 'other', use: 'authority', ...times }).certificate;
  assert.equal((await patched({ spec: { trustBundle: other } })).status, 403);
  assert.equal((await patched({ metadata: { labels: { a: 'b' } } })).status, 403);
  const kept = await patched({ metadata: { finalizers: ['example.com/kept'] } });
  assert.equal(kept.status, 200, kept.text);
});

test('nobody asks the signer of clients for a certificate of the group that may do everything', async () => {
  const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text));
  const bmp = der(0x1e, Buffer.from('system:masters', 'utf16le').swap16());
  const client = 'kubernetes.io/kube-apiserver-client';
  for (const [organizations, signerName, expected] of [
    [[utf8('a'), utf8('system:masters')], client, 403],
    [[bmp], client, 403],
    [[utf8('system:masters-not')], client, 201],
    [[utf8('system:masters')], 'example.com/signer', 201],
  ] as const) {
    const key = newKey();
    const asked = Buffer.from(pem(request(key, key, organizations))).toString('base64');
    const body = signingRequest(fresh('csr'), { request: asked, signerName });
    const answer = await cluster.ask('POST', requests, { body });
    assert.equal(answer.status, expected, answer.text);
    if (expected === 403) {
      assert.match(answer.body.message, /signer with system:masters group is not allowed$/);
    }
  }
});
