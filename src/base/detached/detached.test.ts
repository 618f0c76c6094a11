import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Detached, processInfo } from './index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-detached-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
let records = 0;

function record(): string {
  const folder = join(scratch, String(records++));
  mkdirSync(folder);
  return folder;
}

const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };

async function run(
  script: string,
  input: 'none' | 'pipe' | 'fifo' = 'none',
): ReturnType<typeof Detached.start> {
  return Detached.start({
    record: record(),
    argv: ['sh', '-c', script],
    folder: scratch,
    environment: { ...environment, WORD: 'from the environment' },
    input,
  });
}

/** Waits until a line is in the log. */
async function logged(one: Detached, line: string): Promise<string> {
  for (;;) {
    const text = readFileSync(join(one.record, 'log'), 'utf8');
    if (text.includes(line)) return text;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

test('a command has its folder and environment; its output and status are on record', async () => {
  const { process: one } = await run('pwd; echo "$WORD" >&2; exit 7');
  assert.equal((await one.ended).status, 7);
  assert.equal(readFileSync(join(one.record, 'log'), 'utf8'), `${scratch}\nfrom the environment\n`);
});

test('a signal reaches the command, which may end in its own way', async () => {
  const { process: one } = await run('trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.01; done');
  await logged(one, 'up');
  one.signal('SIGTERM');
  assert.equal((await one.ended).status, 3);
  assert.match(readFileSync(join(one.record, 'log'), 'utf8'), /bye/);
});

test('killing takes what the command started along', async () => {
  const { process: one } = await run('sleep 100 & echo child $!; wait');
  const child = Number(/child (\d+)/.exec(await logged(one, 'child '))?.[1]);
  one.kill();
  // Whoever writes the status down may be faster than its own end.
  assert.ok([undefined, 137].includes((await one.ended).status));
  assert.ok((processInfo(child)?.defunct ?? true) || (await goneSoon(child)));
});

test('what a command leaves running ends with it', async () => {
  const { process: one } = await run('sleep 100 & echo child $!');
  await one.ended;
  const child = Number(/child (\d+)/.exec(readFileSync(join(one.record, 'log'), 'utf8'))?.[1]);
  assert.ok(await goneSoon(child));
});

async function goneSoon(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 400; tries++) {
    if (processInfo(pid)?.defunct ?? true) return true;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  return false;
}

test('a record may be moved while the command runs', async () => {
  const { process: one, input } = await run('read line; exit "$line"', 'pipe');
  const moved = `${one.record}-moved`;
  await logged(one, '');
  while (processInfo(one.pid) === undefined) await new Promise(setImmediate);
  renameSync(one.record, moved);
  one.record = moved;
  input?.write('9\n');
  assert.equal((await one.ended).status, 9);
});

test('a named pipe stays open for whoever comes', async () => {
  const { process: one } = await run('echo up; read line; echo "got $line"', 'fifo');
  await logged(one, 'up');
  const writer = spawn('sh', ['-c', `echo hello > ${join(one.record, 'input')}`]);
  await once(writer, 'exit');
  await one.ended;
  assert.match(readFileSync(join(one.record, 'log'), 'utf8'), /got hello/);
});

test('a named pipe ends when it is said to, and nothing stays behind', async () => {
  const { process: one } = await run('echo up; cat; echo over', 'fifo');
  await logged(one, 'up');
  const writer = spawn('sh', ['-c', `echo hello > ${join(one.record, 'input')}`]);
  await once(writer, 'exit');
  await logged(one, 'hello');
  one.endInput();
  assert.equal((await one.ended).status, 0);
  assert.equal(readFileSync(join(one.record, 'log'), 'utf8'), 'up\nhello\nover\n');
  const { process: other } = await run('true', 'fifo');
  await other.ended;
  const holder = processInfo(Number(readFileSync(join(other.record, 'holder'), 'utf8')));
  assert.notEqual(holder?.defunct, false);
});

test('what was killed has let go of its port when it has ended, however long its memory takes to be given back', async () => {
  const large = `
    const all = Array.from({ length: 8 }, () => Buffer.alloc(32 * 2 ** 20, 1));
    const server = require('node:net').createServer();
    server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port + '.' + all.length));`;
  for (let times = 0; times < 5; times++) {
    const argv = [process.execPath, '-e', large];
    const { process: one } = await Detached.start({
      record: record(),
      argv,
      folder: scratch,
      environment,
      input: 'none',
    });
    const port = Number(/port (\d+)\./.exec(await logged(one, '.8'))?.[1]);
    one.kill();
    assert.equal((await one.ended).status, undefined);
    const next = createServer();
    next.listen(port, '127.0.0.1');
    await once(next, 'listening');
    next.close();
  }
});

test('another process adopts what runs and learns how it ends; a number that is used again is not taken for it', async () => {
  const record_ = record();
  const script = `import { Detached } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
    const { process: one } = await Detached.start(${JSON.stringify({
      record: record_,
      argv: ['sh', '-c', 'while [ ! -e go ]; do sleep 0.01; done; exit 5'],
      folder: record_,
      environment,
      input: 'none',
    })});
    console.log(one.pid);
    process.kill(process.pid, 'SIGKILL');`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of starter.stdout) text += String(chunk);
  const one = Detached.adopt(record_);
  assert.equal(one.pid, Number(text));
  assert.equal(one.end, undefined);
  const stranger = join(scratch, 'stranger');
  mkdirSync(stranger);
  const { writeFileSync } = await import('node:fs');
  const line = readFileSync(join(record_, 'pid'), 'utf8').split(' ');
  line[21] = '1';
  writeFileSync(join(stranger, 'pid'), line.join(' '));
  assert.notEqual(Detached.adopt(stranger).end, undefined);
  writeFileSync(join(record_, 'go'), '');
  assert.equal((await one.ended).status, 5);
});
