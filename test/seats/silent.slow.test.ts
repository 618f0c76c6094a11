import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Detached } from '../../src/base/detached/index.ts';
import { sharedProcesses } from '../../src/host/runners/index.ts';
import { Seating } from '../../src/host/runners/seats/seating.ts';
import { iris, root } from '../e2e/program.ts';

const program = [process.execPath, '--disable-warning=ExperimentalWarning', join(root, 'src/app/main.ts')];
const environment = { PATH: process.env['PATH'] ?? '' };
const scratch = mkdtempSync(join(tmpdir(), 'davit-silent-'));
// What a host waits for does not keep this process alive.
const alive = setInterval(() => {}, 60_000);
after(() => {
  clearInterval(alive);
  rmSync(scratch, { recursive: true, force: true });
});

interface Place {
  readonly folder: string;
  readonly seating: Seating;
  readonly processes: readonly Detached[];
  readonly told: readonly string[];
}

function opened(
  folder: string,
  patience: number,
  argvOf = (words: readonly string[]) => [...program, ...words],
): Place {
  const processes: Detached[] = [];
  const told: string[] = [];
  const launch = async (record: string, words: readonly string[]): Promise<Detached> => {
    mkdirSync(record);
    const argv = argvOf(words);
    const { process: one } = await Detached.start({ record, argv, folder: '/', environment, input: 'none' });
    processes.push(one);
    return one;
  };
  const seating = new Seating({
    folder,
    launch,
    most: 10,
    now: Date.now,
    patience,
    onError: error => told.push((error as Error).message),
  });
  return { folder, seating, processes, told };
}

async function closed({ folder, seating }: Place): Promise<void> {
  await seating.stop();
  await Promise.all(sharedProcesses(folder).map(one => one.stop(0)));
}

/** Stops the process that was taken first, so that it computes nothing; others end. */
async function stopOnly({ processes: [first, ...others] }: Place): Promise<void> {
  first?.signal('SIGSTOP');
  others.forEach(one => one.kill());
  await Promise.all(others.map(one => one.ended));
}

const words = ['serve', '--model_name=iris', `--model_dir=${iris}`, '--host=127.0.0.1', '--http_port=0'];

function request(name: string): Parameters<Seating['take']>[0] {
  return { record: join(scratch, 'containers', name), words, folder: '/', environment };
}

const long = 60_000;

test('a start does not wait for what a stopped process was left to do', async () => {
  const folder = join(scratch, 'left');
  const first = opened(folder, long);
  assert.notEqual(typeof (await first.seating.take(request('left'))), 'string');
  await first.seating.stop();
  await stopOnly(first);
  const second = opened(folder, 50);
  try {
    await second.seating.clear(request('left').record);
    await first.processes[0]?.ended;
    assert.equal(second.told[0], 'it did not end a seat for 0.05 s, and is ended');
  } finally {
    await closed(second);
  }
});

test('who is to sit in a stopped process sits in another one', async () => {
  const folder = join(scratch, 'taken');
  const first = opened(folder, long);
  await first.seating.take(request('first'));
  await first.seating.stop();
  await stopOnly(first);
  const second = opened(folder, 5000);
  try {
    const seat = await second.seating.take(request('second'));
    assert.notEqual(typeof seat, 'string', JSON.stringify(second.told));
    assert.equal(second.told[0], 'it said nothing for 5 s, and is ended');
  } finally {
    await closed(second);
  }
});

test('a process that closes its line and goes on is ended', async () => {
  const folder = join(scratch, 'closing');
  const script = `require('node:net').createServer(socket => {
      socket.once('data', () => socket.end('{"is":"pong","id":0}\\n'));
    }).listen(process.argv[1])`;
  const place = opened(folder, 50, args => [process.execPath, '-e', script, args.at(-1) ?? '']);
  try {
    const seat = await place.seating.take(request('closing'));
    assert.equal(seat, 'shared processes ended while it was started');
    const lost = 'it had no line to its host for 0.05 s, and is ended';
    assert.deepEqual(place.told, [lost, lost]);
  } finally {
    await closed(place);
  }
});
