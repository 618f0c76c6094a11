import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test, type TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SharedPool } from '../../src/serve/index.ts';
import { Unfit } from '../../src/app/seats/fitting.ts';
import { Seated } from '../../src/app/seats/seated.ts';

const iris = join(import.meta.dirname, '../../examples/iris/iris-model.joblib');
const host = '127.0.0.1';

const pool = new SharedPool({
  size: 2,
  memory: Number.POSITIVE_INFINITY,
  resident: () => 0,
  now: () => performance.now(),
});
let generation = 0;
const around = { pool, nextGeneration: () => ++generation, version: 'test' };
after(() => pool.end());

let record: string;
let ended: number[];
beforeEach(() => {
  record = mkdtempSync(join(tmpdir(), 'davit-seated-'));
  ended = [];
});
afterEach(() => rmSync(record, { recursive: true, force: true }));

function seated(model = iris, more: readonly string[] = [], environment: Record<string, string> = {}) {
  const words = ['serve', '--model_name=iris', `--model_dir=${model}`, `--host=${host}`, ...more];
  return new Seated({ record, number: 1, words, folder: tmpdir(), environment }, around, {
    onReady: () => {},
    onEnded: status => void ended.push(status),
  });
}

const anyPort = ['--http_port=0'];

/** Ports of this process that are open, once those that were closed are let go. */
async function listeners(): Promise<number> {
  for (let turn = 0; turn < 2; turn++) await nextTurn();
  return process.getActiveResourcesInfo().filter(name => name === 'TCPServerWrap').length;
}

/** Whether this process holds the log of the record; where no folder tells what it holds, it does not. */
function holdsLog(): boolean {
  const folder = '/proc/self/fd';
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.some(name => {
    try {
      return readlinkSync(join(folder, name)) === join(record, 'log');
    } catch {
      return false;
    }
  });
}

async function taken(context: TestContext): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, host, resolve));
  context.after(() => new Promise(resolve => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** Environment of a server that does the work of its queue. */
function withQueue(adminPort: number): Record<string, string> {
  const env = { QUEUE_SERVING_PORT: '0', USER_PORT: '0' };
  const args = ['--admin-port', String(adminPort), '--stat-port', '0', '--metrics-port', '0'];
  return { DAVIT_SIDECARS: JSON.stringify([{ name: 'queue-proxy', env, args }]) };
}

test('a seat serves until it is told to end, and leaves nothing open', async () => {
  const seat = seated(iris, anyPort);
  await seat.start();
  assert.deepEqual([seat.ready, await listeners()], [true, 1]);
  await seat.drop();
  assert.deepEqual([ended, await listeners(), holdsLog()], [[137], 0, false]);
  assert.equal(readFileSync(join(record, 'exit'), 'utf8'), '137\n');
});

for (const turns of [0, 1, 2, 3, 5, 8, 13])
  test(`a seat that is told to end ${turns} turns after it began leaves no port open`, async () => {
    const seat = seated(iris, anyPort);
    const started = seat.start();
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    await seat.drop();
    assert.deepEqual([ended, await listeners()], [[137], 0]);
    await started;
    assert.deepEqual([ended, await listeners(), holdsLog(), seat.ready], [[137], 0, false, false]);
  });

test('a seat whose model is too large is refused, and its record is left to another one', async () => {
  const seat = seated(iris, [...anyPort, '--max-model-memory=1']);
  await assert.rejects(
    seat.start(),
    error => error instanceof Unfit && /needs \d+ bytes/.test(error.message),
  );
  assert.deepEqual([ended, await listeners(), holdsLog()], [[], 0, false]);
  assert.ok(!existsSync(join(record, 'exit')));
});

test('a seat whose last words have no place is refused, and its server ends', async () => {
  const seat = seated(join(record, 'none.joblib'), anyPort, {
    DAVIT_TERMINATION_LOG: join(record, 'gone', 'termination'),
  });
  await assert.rejects(seat.start(), { code: 'ENOENT' });
  assert.deepEqual([ended, await listeners(), holdsLog()], [[], 0, false]);
});

test('a seat whose port is taken leaves no port of its queue open', async context => {
  const port = await taken(context);
  const seat = seated(iris, [`--http_port=${port}`], withQueue(0));
  await assert.rejects(seat.start(), { code: 'net-port-taken' });
  assert.deepEqual([ended, await listeners(), holdsLog()], [[], 1, false]);
});

test('a seat of which one port of its queue is taken leaves no other open', async context => {
  const port = await taken(context);
  const seat = seated(iris, anyPort, withQueue(port));
  await assert.rejects(seat.start(), { code: 'net-port-taken' });
  assert.deepEqual([ended, await listeners(), holdsLog()], [[], 1, false]);
});
