import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { cookieOf, fetched } from '../edge/login/client.ts';
import { freePort, patternOf, play, readTranscript } from './transcript.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'davit-login-'));
const path = `${join(root, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`;
const env = {
  ...process.env,
  PATH: path,
  DAVIT_DATA_DIR: join(folder, 'data'),
  KUBECONFIG: '',
  NO_COLOR: '1',
};
const launcher = join(root, 'bin', 'davit');
/** Blocks that no other cluster of this machine is likely to use. */
const part = process.pid % 250;
const places = ['--port=0', `--service-addresses=127.99.${part}.0/24`, `--pod-addresses=127.83.${part}.0/24`];

after(() => rmSync(folder, { recursive: true, force: true }));

/** `davit up` in the folder of the examples; comes back when it has said something. */
async function up(words: readonly string[], says: RegExp): Promise<ChildProcess> {
  const iris = join(folder, 'iris');
  if (!existsSync(iris)) cpSync(join(root, 'examples', 'iris'), iris, { recursive: true });
  const child = spawn(launcher, ['up', ...places, ...words], {
    env,
    cwd: iris,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (says.test(text)) resolve();
    });
  }
  child.once('close', () => reject(new Error(`davit up ended: ${text}`)));
  const late = setTimeout(() => reject(new Error(`davit up never said ${says}: ${text}`)), 120_000);
  await promise.finally(() => clearTimeout(late));
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'close');
}

suite('the guide to the login', () => {
  test('every line of it prints what it says', async () => {
    const port = await freePort();
    const child = await up(
      ['--gateway-port', String(port), '-f', 'sklearn-iris.yaml'],
      /✓ sklearn-iris: ready/,
    );
    try {
      const steps = readTranscript(join(root, 'docs', 'guides', 'login.md'));
      assert.ok(steps.length > 15, String(steps.length));
      const printed = await play(steps, join(folder, 'iris'), env, port);
      for (const [at, { command, expected }] of steps.entries()) {
        assert.match(printed[at] ?? '', patternOf(expected), command);
      }
    } finally {
      await stop(child);
    }
  });
});

/** What `davit up` says against what it was told, where it does not start. */
async function refused(...words: string[]): Promise<string> {
  const options = { env, timeout: 60_000 };
  const up = promisify(execFile)(launcher, ['up', ...places, '--gateway-port=0', ...words], options);
  return up.then(
    () => assert.fail('it started'),
    (thrown: unknown) => (thrown as { stderr: string }).stderr,
  );
}

suite('beyond this machine', () => {
  test('nothing is served in the clear, or without a login, unless that is said', async () => {
    assert.match(await refused('--host', '0.0.0.0'), /0\.0\.0\.0 without TLS: passwords/);
    assert.match(
      await refused('--gateway-host', '0.0.0.0', '--no-auth', '--tls-generate'),
      /--no-auth lets everybody in/,
    );
    assert.match(await refused('--tls-cert', '/nowhere.crt'), /--tls-key is missing/);
    assert.match(await refused('--tls-cert', '/nowhere.crt', '--tls-key', '/nowhere.key'), /nowhere\.crt/);
  });

  test('with a certificate of the cluster the gateway is https, and its cookies are for https alone', async () => {
    const port = await freePort();
    const child = await up(
      ['--gateway-port', String(port), '--gateway-host', '0.0.0.0', '--tls-generate'],
      /gateway is up/,
    );
    try {
      const ca = readFileSync(join(folder, 'data', 'pki', 'ca.crt'));
      const headers = { 'upgrade-insecure-requests': '1', accept: 'text/html' };
      const sent = request({ host: 'localhost', port, path: '/', ca, headers, agent: false }).end();
      const [answer] = (await once(sent, 'response')) as [
        { statusCode: number; headers: Record<string, string[]>; resume(): void },
      ];
      answer.resume();
      assert.equal(answer.statusCode, 302);
      assert.match(answer.headers['set-cookie']?.[0] ?? '', /^__Host-davit_login_.*; Secure$/);
    } finally {
      await stop(child);
    }
  });
});

/** As Kubeflow has it, with the password 12341234. */
const dexFile = `issuer: http://dex.auth.svc.cluster.local:5556/dex
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
  secret: pUBnBOY80SnXgjibTYM9ZWNzY2xreNGQok
`;

suite('whom people log in with', () => {
  let files = 0;
  const dexConfig = (text: string): string => {
    const file = join(folder, `dex-${files++}.yaml`);
    writeFileSync(file, text);
    return `--dex-config=${file}`;
  };

  test('people and clients of a file of Dex, who are asked before a client knows who they are; what is not served is told', async () => {
    const port = await freePort();
    const connector = 'connectors: [{type: teleport, id: teleport, name: Teleport, config: {}}]\n';
    const words = [`--data-dir=${join(folder, 'dex')}`, dexConfig(dexFile + connector)];
    const child = await up(
      ['--gateway-port', String(port), ...words],
      /the file of --dex-config.*"connectors: not served yet[^]*the gateway is up/,
    );
    try {
      const form = new URLSearchParams({ login: 'user@example.com', password: '12341234' }).toString();
      const login = async (): Promise<string> => {
        const begun = await fetched(port, '/');
        return (await fetched(port, begun.headers.location ?? '')).headers.location ?? '';
      };
      const wrong = await fetched(port, await login(), { body: form.replace('12341234', '12341235') });
      assert.equal(wrong.status, 401, wrong.text);
      const posted = await fetched(port, await login(), { body: form });
      const asked = await fetched(port, posted.headers.location ?? '');
      assert.deepEqual([asked.status, /Dex Login Application wants to know/.test(asked.text)], [200, true]);
      const approved = await fetched(port, posted.headers.location ?? '', { body: 'approval=approve' });
      const back = await fetched(port, approved.headers.location ?? '');
      const cookie = cookieOf(back, 'authservice_session');
      assert.equal((await fetched(port, '/', { headers: { cookie } })).status, 200);
    } finally {
      await stop(child);
    }
  });

  test('what cannot be meant is refused, with field, what was found and what was expected', async () => {
    const rows: readonly (readonly [said: RegExp, ...words: string[]])[] = [
      [/--dex-config: ENOENT.*nowhere\.yaml/, '--dex-config=/nowhere.yaml'],
      [/The configuration is no YAML/, dexConfig('issuer: [')],
      [/issuer: found "http:\/\/x\/other", expected \/dex/, dexConfig('issuer: http://x/other')],
      [/\bcolour\b/, dexConfig(`${dexFile}colour: red\n`)],
      [/staticPasswords\[0\]\.hash: found/, dexConfig(dexFile.replace('$2y$12$', '$2y$09$'))],
      [/enablePasswordDB: found false; expected true/, dexConfig(dexFile.replace('DB: true', 'DB: false'))],
      [/--oidc-issuer: found "login\.example\.com", expected an address/, '--oidc-issuer=login.example.com'],
      [/--oidc-issuer needs --oidc-client-id/, '--oidc-issuer=https://login.example.com'],
      [
        /--oidc-client-secret-file: ENOENT/,
        '--oidc-issuer=https://login.example.com',
        '--oidc-client-id=davit',
        '--oidc-client-secret-file=/nowhere',
      ],
      [/--oidc-issuer names none/, '--oidc-client-id=davit'],
    ];
    for (const [said, ...words] of rows) assert.match(await refused(...words), said, words.join(' '));
  });
});
