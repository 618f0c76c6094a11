import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { CodedError } from '../../base/errors/index.ts';
import { kubeconfigFiles, readContext } from './kubeconfig.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-kubeconfig-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(scratch, name);
  writeFileSync(path, text);
  return path;
}

mkdirSync(join(scratch, 'pki'));
file('pki/ca.crt', 'AUTHORITY');
file('token', 'secret\n');
const first = file(
  'first',
  `current-context: b
clusters:
- {name: one, cluster: {server: "https://127.0.0.1:1", certificate-authority: pki/ca.crt}}
users:
- {name: cert, user: {client-certificate-data: Q0VSVA==, client-key-data: S0VZ}}
contexts:
- {name: a, context: {cluster: one, user: cert, namespace: shop}}
`,
);
const second = file(
  'second',
  `current-context: a
clusters:
- {name: one, cluster: {server: "https://127.0.0.1:2"}}
- {name: two, cluster: {server: "https://127.0.0.1:2", insecure-skip-tls-verify: true}}
users:
- {name: file, user: {tokenFile: token}}
contexts:
- {name: b, context: {cluster: two, user: file}}
`,
);

test('the first file that names a thing wins; paths are those of the file', () => {
  assert.deepEqual(readContext({ files: [first, join(scratch, 'absent'), second] }), {
    server: 'https://127.0.0.1:2',
    namespace: 'default',
    ca: undefined,
    insecure: true,
    token: 'secret',
    certificate: undefined,
    key: undefined,
  });
  assert.deepEqual(readContext({ files: [first, second], context: 'a' }), {
    server: 'https://127.0.0.1:1',
    namespace: 'shop',
    ca: 'AUTHORITY',
    insecure: false,
    token: undefined,
    certificate: 'CERT',
    key: 'KEY',
  });
});

test('a named file wins over the variable, and that over the data folder unless that is named', () => {
  const env = { KUBECONFIG: [first, second].join(delimiter) };
  const data = { dataDir: '~/.davit', dataDirGiven: false };
  assert.deepEqual(kubeconfigFiles({ ...data, kubeconfig: second }, env), [second]);
  assert.deepEqual(kubeconfigFiles(data, env), [first, second]);
  assert.deepEqual(kubeconfigFiles(data, {}), [join(homedir(), '.davit', 'kubeconfig')]);
  const named = { dataDir: scratch, dataDirGiven: true };
  assert.deepEqual(kubeconfigFiles(named, env), [join(scratch, 'kubeconfig')]);
});

for (const [name, text, code, wanted] of [
  ['gone', undefined, 'kubeconfig-missing', /There is no .*gone/],
  ['text', 'just text', 'kubeconfig-invalid', /no context is current/],
  ['broken', 'a: b: c', 'kubeconfig-invalid', /mapping values are not allowed/],
  ['lost', 'current-context: x', 'kubeconfig-invalid', /there is no "x" among its contexts/],
  [
    'serverless',
    'current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: 5}}]\nusers: [{name: u, user: null}]',
    'kubeconfig-invalid',
    /no server with a URL/,
  ],
  [
    'unreadable',
    'current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: "https://h", certificate-authority: nope.crt}}]\nusers: [{name: u, user: {}}]',
    'kubeconfig-invalid',
    /nope\.crt/,
  ],
] as const) {
  test(`a kubeconfig that is ${name} says what is wrong`, () => {
    const path = text === undefined ? join(scratch, name) : file(name, text);
    assert.throws(
      () => readContext({ files: [path] }),
      (thrown: unknown) =>
        thrown instanceof CodedError && thrown.code === code && wanted.test(thrown.message),
    );
  });
}
