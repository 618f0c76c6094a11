import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { freePort, readTranscript } from './transcript.ts';

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

/** What is printed, as a pattern: `…` stands for anything on a line. */
function patternOf(expected: string): RegExp {
  const escaped = expected.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('…', '[^\n]*')}$`);
}

suite('the guide to the login', () => {
  test('every line of it prints what it says', async () => {
    const port = String(await freePort());
    const child = await up(['--gateway-port', port, '-f', 'sklearn-iris.yaml'], /✓ sklearn-iris: ready/);
    try {
      const steps = readTranscript(join(root, 'docs', 'guides', 'login.md'));
      assert.ok(steps.length > 15, String(steps.length));
      const mark = '\u0001end of step\u0001';
      const script = steps.map(
        ({ command }) => `${command.replaceAll('8080', port)}\nprintf '%s' '${mark}'\n`,
      );
      const options = { env, cwd: join(folder, 'iris'), timeout: 120_000 };
      const { stdout } = await promisify(execFile)('bash', ['-c', script.join('')], options);
      const printed = stdout.replaceAll('\r', '').split(mark);
      for (const [at, { command, expected }] of steps.entries()) {
        assert.match((printed[at] ?? '').replaceAll(port, '8080'), patternOf(expected), command);
      }
    } finally {
      await stop(child);
    }
  });
});

suite('beyond this machine', () => {
  const refused = async (...words: string[]): Promise<string> => {
    const options = { env, timeout: 60_000 };
    const up = promisify(execFile)(launcher, ['up', ...places, '--gateway-port=0', ...words], options);
    return up.then(
      () => assert.fail('it started'),
      (thrown: unknown) => (thrown as { stderr: string }).stderr,
    );
  };

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
