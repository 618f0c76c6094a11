import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../../../../base/errors/index.ts';
import { readIssuerConfig } from './read.ts';

const hash = '$2y$12$4K/VkmDd1q1Orb3xAt82zu8gk7Ad6ReFR4LCP9UeYE90NLiN9Df72';

/** What Kubeflow installs, in the field order of its ConfigMap. */
const kubeflow = `
issuer: http://dex.auth.svc.cluster.local:5556/dex
storage:
  type: kubernetes
  config:
    inCluster: true
web:
  http: 0.0.0.0:5556
logger:
  level: "debug"
  format: text
oauth2:
  skipApprovalScreen: true
enablePasswordDB: true
staticPasswords:
- email: User@example.com
  hashFromEnv: DEX_USER_PASSWORD
  username: user
  userID: "15841185641784"
staticClients:
- idEnv: OIDC_CLIENT_ID
  redirectURIs: ["/oauth2/callback"]
  name: 'Dex Login Application'
  secretEnv: OIDC_CLIENT_SECRET
`;
const env = { DEX_USER_PASSWORD: hash, OIDC_CLIENT_ID: 'kubeflow', OIDC_CLIENT_SECRET: 'secret' };

test('the configuration of Kubeflow is read', () => {
  const { warnings, ...config } = readIssuerConfig(kubeflow, env);
  assert.deepEqual(config, {
    issuer: 'http://dex.auth.svc.cluster.local:5556/dex',
    clients: [
      {
        id: 'kubeflow',
        name: 'Dex Login Application',
        secret: 'secret',
        redirectUris: ['/oauth2/callback'],
        isPublic: false,
      },
    ],
    people: [{ email: 'user@example.com', userId: '15841185641784', username: 'user', groups: [], hash }],
    skipApproval: true,
    enforcePkce: false,
    lifetimes: {},
  });
  assert.deepEqual(
    warnings.map(text => text.split(':', 1)[0]),
    ['storage', 'web', 'logger'],
  );
});

const minimal = 'issuer: http://localhost:8080/dex\n';

test('a hash may be written in base64', () => {
  const text = `${minimal}enablePasswordDB: true\nstaticPasswords: [{email: a@b, userID: "1", hash: ${Buffer.from(hash).toString('base64')}}]`;
  assert.equal(readIssuerConfig(text, {}).people[0]?.hash, hash);
});

test('lifetimes are read as Go writes durations', () => {
  const text = `${minimal}expiry: {idTokens: 1h30m, signingKeys: 90s, authRequests: 1.5h, refreshTokens: {reuseInterval: 3s, validIfNotUsedFor: 2160h, absoluteLifetime: 500ms}}`;
  assert.deepEqual(readIssuerConfig(text, {}).lifetimes, {
    idToken: 5_400_000,
    signingKey: 90_000,
    request: 5_400_000,
    refreshReuse: 3000,
    refreshUnused: 7_776_000_000,
    refreshAbsolute: 500,
  });
});

test('what is not served is said', () => {
  const text = `${minimal}
connectors: [{type: ldap, id: ldap, name: LDAP, config: {host: x}}]
oauth2: {responseTypes: [code, token, id_token], passwordConnector: local, grantTypes: [implicit], pkce: {codeChallengeMethodsSupported: [S256, plain]}}
expiry: {deviceRequests: 5m, refreshTokens: {disableRotation: true}}
staticClients: [{id: a, secret: b, redirectURIs: [http://x/cb], trustedPeers: [c]}]`;
  assert.deepEqual(readIssuerConfig(text, {}).warnings, [
    'connectors: not served yet; name another issuer with --oidc-issuer, or use passwords.',
    'staticClients[0].trustedPeers: not served.',
    'expiry.deviceRequests: logging in from a device is not served.',
    'expiry.refreshTokens.disableRotation: each refresh token is good once all the same.',
    'oauth2.responseTypes: token, id_token are not served; code is.',
    'oauth2.grantTypes: implicit is not served; authorization_code, refresh_token are.',
    'oauth2.pkce.codeChallengeMethodsSupported: plain is not served; S256 is.',
    'oauth2.passwordConnector: passwords are typed into the login page alone.',
  ]);
});

const person = (more: string): string => `${minimal}enablePasswordDB: true\nstaticPasswords: [{${more}}]`;
const client = (more: string): string => `${minimal}staticClients: [{${more}}]`;
const cheap = hash.replace('$12$', '$04$');

const wrong: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
  'no YAML': ['issuer: [', /^The configuration is no YAML: /],
  'a list': ['- a', /^The configuration: found \["a"\]; expected a mapping/],
  'a name twice': ['issuer: a\nissuer: b', /^The configuration is no YAML: [^]*"issuer"/],
  'a bomb of aliases': [
    `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]`,
    /^The configuration is no YAML: .*alias/i,
  ],
  'a slip of the pen': [
    `${minimal}staticClient: []`,
    /^staticClient: found \[\]; expected one of the fields issuer, /,
  ],
  'no issuer': ['web: {}', /^issuer: found nothing; expected an http or https address/],
  'a slash at the end': [
    'issuer: http://localhost/dex/',
    /^issuer: found "http:\/\/localhost\/dex\/"; expected/,
  ],
  'a number as text': [
    client('id: 1, secret: s'),
    /^staticClients\[0\]\.id: found 1; expected text, in quotes/,
  ],
  'no secret': [
    client('id: a, redirectURIs: [/x]'),
    /^staticClients\[0\]\.secret: found nothing; expected a secret, or public/,
  ],
  'nowhere to lead': [client('id: a, secret: b'), /^staticClients\[0\]\.redirectURIs: found nothing/],
  'a script to lead to': [
    client('id: a, secret: b, redirectURIs: ["javascript:alert(1)"]'),
    /^staticClients\[0\]\.redirectURIs\[0\]: found "javascript:alert\(1\)"/,
  ],
  'a host that looks like a path': [
    client('id: a, secret: b, redirectURIs: ["//evil.example/"]'),
    /^staticClients\[0\]\.redirectURIs\[0\]: found "\/\/evil\.example\/"/,
  ],
  'a variable that is not set': [
    client('idEnv: NONE'),
    /^staticClients\[0\]\.idEnv: found "NONE"; expected an environment variable/,
  ],
  'a client twice': [
    `${minimal}staticClients: [{id: a, secret: b, redirectURIs: [/x]}, {id: a, secret: b, redirectURIs: [/x]}]`,
    /^staticClients\[1\]\.id: found "a"; expected one that none before it has/,
  ],
  'passwords that are not enabled': [
    `${minimal}staticPasswords: [{email: a, userID: b, hash: ${hash}}]`,
    /^enablePasswordDB: found false; expected true/,
  ],
  'no hash': [
    person('email: a, userID: b'),
    /^staticPasswords\[0\]\.hash: found nothing; expected a bcrypt hash/,
  ],
  'a password for a hash': [
    person('email: a, userID: b, hash: geheim'),
    /^staticPasswords\[0\]\.hash: found "\(hidden\)"/,
  ],
  'a cheap hash': [
    person(`email: a, userID: b, hash: ${cheap}`),
    /^staticPasswords\[0\]\.hash: found "cost 4"; expected .* 10 to 16/,
  ],
  'no duration': [`${minimal}expiry: {idTokens: 24}`, /^expiry\.idTokens: found 24; expected text/],
  'a duration of days': [
    `${minimal}expiry: {idTokens: 1d}`,
    /^expiry\.idTokens: found "1d"; expected a duration/,
  ],
  'a duration of nothing': [
    `${minimal}expiry: {idTokens: 0s}`,
    /^expiry\.idTokens: found "0s"; expected a duration/,
  ],
};

for (const [what, [text, message]] of Object.entries(wrong)) {
  test(`a configuration with ${what} is refused`, () => {
    assert.throws(
      () => readIssuerConfig(text, {}),
      (thrown: unknown) => {
        assert.ok(thrown instanceof CodedError);
        assert.equal(thrown.code, 'issuer-config-invalid');
        assert.match(thrown.message, message);
        return true;
      },
    );
  });
}
