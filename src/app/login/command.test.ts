import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { CodedError } from '../../base/errors/index.ts';
import { commands, parseCommandLine } from '../../cli/index.ts';
import { login } from './command.ts';
import { KeptLogins } from './kept.ts';

const folder = mkdtempSync(join(tmpdir(), 'davit-logins-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A port that nothing listens at any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Writes the kubeconfig of a cluster that is down. */
async function downCluster(): Promise<string> {
  const file = join(folder, 'kubeconfig');
  const server = `https://127.0.0.1:${await closedPort()}`;
  const text = `{apiVersion: v1, kind: Config, current-context: a, clusters: [{name: a, cluster: {server: "${server}"}}],
    contexts: [{name: a, context: {cluster: a, user: a}}], users: [{name: a, user: {token: x}}]}`;
  writeFileSync(file, text);
  return file;
}

function tokensOf(issuer: string): Parameters<KeptLogins['write']>[1] {
  const claims = Buffer.from(JSON.stringify({ iss: issuer })).toString('base64url');
  return { idToken: `e30.${claims}.x`, refreshToken: undefined, expires: 0, user: 'a' };
}

async function forget(cache: string, ...words: string[]): Promise<string> {
  const command = commands.find(({ name }) => name === 'login');
  assert.ok(command !== undefined);
  let out = '';
  const io = {
    out: (text: string) => void (out += text),
    err: () => {},
    colour: false,
    input: () => process.stdin,
    env: {},
    version: '0',
  };
  const all = ['--forget', '--cache', cache, '--kubeconfig', await downCluster(), ...words];
  assert.equal(await login(parseCommandLine(command, all), io), 0);
  return out;
}

suite('a login that is to be forgotten while the cluster is down', () => {
  const key = { issuer: 'http://one/dex', clientId: 'davit-cli', user: undefined };

  test('goes when there is no other of the same person', async () => {
    const cache = join(folder, 'one');
    mkdirSync(cache);
    const kept = new KeptLogins(cache);
    kept.write(key, tokensOf(key.issuer));
    const another = { ...key, issuer: 'http://two/dex', user: 'ada@example.com' };
    kept.write(another, tokensOf(another.issuer));
    writeFileSync(join(cache, 'junk.json'), '{');
    assert.match(await forget(cache), /forgotten/);
    assert.deepEqual([kept.read(key), kept.read(another)?.user], [undefined, 'a']);
    await forget(cache, '--user', 'Ada@example.com');
    assert.deepEqual(readdirSync(cache), ['junk.json']);
  });

  test('is to be named when there are several', async () => {
    const cache = join(folder, 'several');
    mkdirSync(cache);
    const kept = new KeptLogins(cache);
    for (const issuer of ['http://two/dex', 'http://one/dex']) {
      kept.write({ ...key, issuer }, tokensOf(issuer));
    }
    await assert.rejects(
      forget(cache),
      error =>
        error instanceof CodedError &&
        error.code === 'login-unclear' &&
        error.message.startsWith('Logins at http://one/dex, http://two/dex are kept'),
    );
    await forget(cache, '--issuer', 'http://two/dex');
    assert.equal(readdirSync(cache).length, 1);
  });

  test('that is none is told as the failure to reach the cluster', async () => {
    await assert.rejects(forget(join(folder, 'none')), /ECONNREFUSED/);
  });
});
