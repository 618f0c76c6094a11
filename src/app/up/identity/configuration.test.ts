import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CodedError } from '../../../base/errors/index.ts';
import { type IdentitySettings, issuerOf } from './configuration.ts';

const folder = mkdtempSync(join(tmpdir(), 'davit-configuration-'));
after(() => rmSync(folder, { recursive: true }));

const secretFile = join(folder, 'secret');
writeFileSync(secretFile, 'the secret\n');
const dexFile = join(folder, 'config.yaml');
writeFileSync(
  dexFile,
  `issuer: http://dex.auth.svc.cluster.local:5556/dex
enablePasswordDB: true
staticPasswords:
- email: user@example.com
  hash: $2y$12$4K/VkmDd1q1Orb3xAt82zu8gk7Ad6ReFR4LCP9UeYE90NLiN9Df72
  username: user
  userID: "15841185641784"
staticClients:
- id: kubeflow-oidc-authservice
  redirectURIs: [/login/oidc]
  name: Dex Login Application
  secret: of-the-file
`,
);

const elsewhereFile = join(folder, 'elsewhere.yaml');
writeFileSync(elsewhereFile, 'issuer: http://localhost:8080/auth/dex\n');

const none: IdentitySettings = {
  dexConfig: undefined,
  oidcIssuer: undefined,
  oidcClientId: undefined,
  oidcClientSecretFile: undefined,
  oidcProgramClientId: undefined,
  oidcUserClaim: 'email',
  oidcGroupsClaim: 'groups',
  sessionIdle: 86_400_000,
};
const other = {
  oidcIssuer: 'https://login.example.com',
  oidcClientId: 'davit',
  oidcClientSecretFile: secretFile,
};

function chosen(more: Partial<IdentitySettings>): ReturnType<typeof issuerOf> {
  return issuerOf({ ...none, ...more }, 'http://localhost:8080', 'made up', {});
}

test('without settings there is an issuer of our own, with the clients of Kubeflow and of our commands', () => {
  const found = chosen({});
  assert.ok(found.kind === 'own');
  assert.deepEqual([found.facts.url, found.facts.clientSecret], ['http://localhost:8080/dex', 'made up']);
  assert.deepEqual(
    found.config.clients.map(({ id, isPublic }) => [id, isPublic]),
    [
      ['kubeflow-oidc-authservice', false],
      ['davit-cli', true],
    ],
  );
});

test('a file of Dex names people, and the client with its secret', () => {
  const found = chosen({ dexConfig: dexFile });
  assert.ok(found.kind === 'own');
  assert.equal(found.facts.url, 'http://dex.auth.svc.cluster.local:5556/dex');
  assert.equal(found.facts.clientSecret, 'of-the-file');
  assert.deepEqual(
    found.config.people.map(({ email }) => email),
    ['user@example.com'],
  );
  assert.ok(found.config.clients.some(({ id }) => id === 'davit-cli'));
});

test('an issuer elsewhere is what it is said to be', () => {
  const found = chosen({ ...other, oidcUserClaim: 'upn' });
  assert.ok(found.kind === 'other');
  const { url, clientId, clientSecret, userClaim, inside } = found.facts;
  assert.deepEqual(
    [url, clientId, clientSecret, userClaim, inside],
    ['https://login.example.com', 'davit', 'the secret', 'upn', undefined],
  );
});

for (const [what, settings, words] of [
  ['an issuer without a client', { oidcIssuer: other.oidcIssuer }, /needs --oidc-client-id/],
  ['a client without an issuer', { oidcClientId: 'davit' }, /--oidc-issuer names none/],
  ['an issuer and a file of Dex', { ...other, dexConfig: dexFile }, /names another/],
  ['an issuer that is no address', { ...other, oidcIssuer: 'login.example.com' }, /expected an address/],
  ['an issuer with a query', { ...other, oidcIssuer: 'https://a/?b' }, /expected an address/],
  [
    'a secret that is not there',
    { ...other, oidcClientSecretFile: '/nowhere' },
    /--oidc-client-secret-file: ENOENT/,
  ],
  [
    'an issuer of a file that the gateway would not find',
    { dexConfig: elsewhereFile },
    /issuer: found "http:\/\/localhost:8080\/auth\/dex", expected \/dex as its path/,
  ],
  ['a file of Dex that is not there', { dexConfig: '/nowhere' }, /--dex-config: ENOENT/],
] as const) {
  test(`${what} is refused`, () => {
    assert.throws(
      () => chosen(settings),
      error => error instanceof CodedError && error.code === 'identity-settings' && words.test(error.message),
    );
  });
}
