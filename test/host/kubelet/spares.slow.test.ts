import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { processInfo } from '../../../src/base/detached/index.ts';
import { Runner } from '../../../src/host/runners/index.ts';
import { program, root } from './node.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-spares-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const environment = { PATH: process.env['PATH'] ?? '', HOME: scratch };

/** Process numbers of the spares that wait below a folder. */
function waiting(folder: string): number[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap(name => {
    const file = join(folder, name, 'pid');
    return existsSync(file) ? [Number.parseInt(readFileSync(file, 'utf8'), 10)] : [];
  });
}

function runs(pid: number): boolean {
  return processInfo(pid)?.defunct === false;
}

async function until(good: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 8000;
  while (!good()) {
    if (performance.now() > end) throw new Error(`never ${what}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

test('a spare becomes what it is told to, with the folder, environment, log and status of it', async () => {
  const folder = join(scratch, 'one');
  const errors: unknown[] = [];
  const runner = new Runner({
    folder,
    program,
    environment,
    warm: true,
    now: Date.now,
    onError: error => void errors.push(error),
  });
  // Two are kept, and the one that is there first need not be the one that is taken first.
  await until(() => waiting(folder).length > 1, 'ready');
  const spares = waiting(folder);
  const request = {
    number: 0,
    image: 'x',
    folder: join(root, 'examples'),
    mounts: [],
    memory: undefined,
    input: false,
    terminal: false,
  };
  const attempt = await runner.start({
    ...request,
    record: join(scratch, 'becomes', '0'),
    start: { davit: ['inspect', 'iris/iris-model.joblib'] },
    environment: { NO_COLOR: '1' },
  });
  assert.ok(spares.includes(attempt.process.pid));
  await attempt.process.ended;
  assert.deepEqual([attempt.end?.exitCode, attempt.end?.reason], [0, 'Completed']);
  const log = readFileSync(join(scratch, 'becomes', '0', 'log'), 'utf8');
  assert.match(log, /SVC/);
  await runner.stop();
  await until(() => !spares.some(runs), 'gone');
  assert.deepEqual(errors, []);
});

test('spares end with whoever started them', async () => {
  const folder = join(scratch, 'two');
  const script = `import { Runner } from ${JSON.stringify(join(root, 'src', 'host', 'runners', 'index.ts'))};
    new Runner(${JSON.stringify({ folder, program, environment, warm: true })});
    setInterval(() => {}, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  await until(() => waiting(folder).length === 2, 'two');
  const pids = waiting(folder);
  const gone = once(starter, 'exit');
  starter.kill('SIGKILL');
  await gone;
  await until(() => !pids.some(runs), 'gone');
});
