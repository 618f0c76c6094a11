/** Where `davit serve` listens, on how many sockets, and what it says there. */
import assert from 'node:assert/strict';
import { spawn as spawnProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { spawn as spawnAtTerminal } from '@lydell/node-pty';
import { ask, iris, irisRequest, outputOf, root, withProgram } from './program.ts';

const launcher = join(root, 'bin', 'davit');
const notLinux = process.platform !== 'linux' && 'the whole block of 127.0.0.0 is loopback on Linux only';

/** Whether somebody accepts connections there. */
async function isOpen(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  const opened = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return opened;
}

/** Sockets that listen on a port of IPv4, of all processes. */
function listenersOn(port: number): number {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(ending) === true && state === '0A').length;
}

suite('davit serve listens', () => {
  test('on this machine only, unless it is told otherwise', { skip: notLinux }, async () => {
    await withProgram([iris], async ({ url }) => {
      const port = Number(new URL(url).port);
      assert.deepEqual([await isOpen('127.0.0.1', port), await isOpen('127.0.0.2', port)], [true, false]);
    });
    await withProgram([iris, '--host', '0.0.0.0'], async ({ url }) => {
      assert.equal(new URL(url).hostname, '0.0.0.0');
      const there = `http://127.0.0.2:${new URL(url).port}/v2/models/iris-model/infer`;
      assert.deepEqual(outputOf((await ask(there, irisRequest)).body), [1, 1]);
    });
  });

  for (const workers of [1, 2, 3]) {
    test(`on a socket for each thread that serves (--workers ${workers})`, { skip: notLinux }, async () => {
      await withProgram([iris, '--workers', String(workers)], async ({ url }) => {
        assert.equal(listenersOn(Number(new URL(url).port)), workers);
      });
    });
  }
});

/** The environment without what a test or a terminal around it says of logs. */
function plainEnvironment(more: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(DAVIT_|NO_COLOR$|FORCE_COLOR$|NODE_TEST)/.test(name),
  );
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...more };
}

/** What is shown at a terminal until a server serves. */
async function shown(environment: Record<string, string>): Promise<string> {
  const words = ['serve', iris, '--http-port', '0'];
  const terminal = spawnAtTerminal(launcher, words, { cols: 200, env: environment });
  const { promise, resolve } = Promise.withResolvers<number>();
  let text = '';
  let told = false;
  terminal.onData(data => {
    text += data;
    // Told once: a second signal would end it at once.
    if (!told && /serving[^\n]*\n/.test(text)) {
      told = true;
      terminal.kill('SIGTERM');
    }
  });
  terminal.onExit(({ exitCode }) => resolve(exitCode));
  assert.equal(await promise, 0, text);
  return text;
}

suite('the log of davit serve', () => {
  test('is for people at a terminal, in colours unless they are not wanted', async () => {
    const coloured = await shown(plainEnvironment());
    assert.match(coloured, /\d\d:\d\d:\d\d\S* \S*info .*serving.*url=/);
    assert.ok(coloured.includes('\u001B[36minfo'), coloured);
    const plain = await shown(plainEnvironment({ NO_COLOR: '1' }));
    assert.match(plain, /^\d\d:\d\d:\d\d info {4}serving url=http:\/\/127\.0\.0\.1:\d+ workers=1\r$/m);
    assert.ok(!plain.includes('\u001B['), plain);
  });

  test('is JSON elsewhere, a line each, on standard error', async () => {
    const child = spawnProcess(launcher, ['serve', iris, '--http-port', '0'], {
      env: plainEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, log] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('"event":"serving"')) child.kill('SIGTERM');
    });
    await once(child, 'close');
    const lines = log
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { time: string; level: string; event: string });
    assert.equal(out, '');
    assert.equal(lines.at(-1)?.event, 'stopped');
    for (const { time, level } of lines) {
      assert.equal(new Date(time).toISOString(), time);
      assert.equal(level, 'info');
    }
  });
});
