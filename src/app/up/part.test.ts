import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, suite, test } from 'node:test';

const program = join(import.meta.dirname, '..', 'main.ts');
const scratch = mkdtempSync(join(tmpdir(), 'davit-part-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

function started(kubeconfig: string): ChildProcess {
  const words = ['gateway', '--tied', '--kubeconfig', kubeconfig, '--data-dir', scratch];
  return spawn(process.execPath, [program, ...words], { stdio: ['pipe', 'ignore', 'pipe'] });
}

/** How a part ends whose starter says something, and goes. */
async function endOf(said: string, kubeconfig: string): Promise<{ status: unknown; told: string }> {
  const child = started(kubeconfig);
  child.stdin?.end(said);
  const [told, [status]] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
  return { status, told };
}

/** A kubeconfig of an API that takes connections and says nothing; a part waits for it as long as it runs. */
async function silentApi(): Promise<{ kubeconfig: string; connected: Promise<unknown>; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => void sockets.add(socket.on('error', () => {})));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const kubeconfig = join(scratch, 'kubeconfig');
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'silent',
      contexts: [{ name: 'silent', context: { cluster: 'silent', user: 'somebody' } }],
      clusters: [{ name: 'silent', cluster: { server: `https://127.0.0.1:${port}` } }],
      users: [{ name: 'somebody', user: { token: 'token' } }],
    }),
  );
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { kubeconfig, connected: once(server, 'connection'), close };
}

suite('a part that another process has started', () => {
  test('does nothing until it may begin', async () => {
    assert.deepEqual(await endOf('', '/no/such/kubeconfig'), { status: 1, told: '' });
  });

  test('begins when it is told', async () => {
    const { status, told } = await endOf('\n', '/no/such/kubeconfig');
    assert.equal(status, 1);
    assert.match(told, /\/no\/such\/kubeconfig/);
  });

  test('ends with its starter, also with one that goes as soon as he has said that it may begin', async () => {
    const api = await silentApi();
    try {
      assert.deepEqual(await endOf('\n', api.kubeconfig), { status: 0, told: '' });
    } finally {
      api.close();
    }
  });

  test('ends with a starter that goes later', async () => {
    const api = await silentApi();
    const child = started(api.kubeconfig);
    const ended = once(child, 'exit');
    try {
      child.stdin?.write('\n');
      await api.connected;
      child.stdin?.end();
      assert.deepEqual(await ended, [0, null]);
    } finally {
      child.kill('SIGKILL');
      api.close();
    }
  });
});
