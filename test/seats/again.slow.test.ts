import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sharedProcesses, Runner, type RunRequest } from '../../src/host/runners/index.ts';
import { iris, root } from '../e2e/program.ts';

const program = [process.execPath, '--disable-warning=ExperimentalWarning', join(root, 'src/app/main.ts')];
const environment = { PATH: process.env['PATH'] ?? '' };

function opened(folder: string): Runner {
  return new Runner({
    folder: join(folder, 'spares'),
    sharedFolder: join(folder, 'shared'),
    program,
    environment,
    warm: false,
    now: Date.now,
    onError: (_, error) => assert.fail(String(error)),
  });
}

test('a seat that is taken again, since its host was killed before it had noted it, is not taken for the one that it replaces', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'davit-again-'));
  const record = join(folder, 'containers', '0');
  const words = ['serve', '--model_name=iris', `--model_dir=${iris}`, '--host=127.0.0.1', '--http_port=0'];
  const rest = { number: 0, image: 'x', folder: '/', mounts: [], memory: undefined, input: false };
  const request: RunRequest = { ...rest, record, environment, start: { davit: words, shares: true } };
  const first = opened(folder);
  await first.start(request);
  await first.stop();
  rmSync(join(record, 'run.json'));

  const second = opened(folder);
  try {
    const attempt = await second.start(request);
    assert.equal(attempt.running, true);
    const url = /"serving","url":"([^"]+)"/.exec(readFileSync(join(record, 'log'), 'utf8'))?.[1];
    assert.equal((await fetch(`${url}/v2/health/ready`)).status, 200);
    await attempt.stop(60_000);
    assert.deepEqual([attempt.seat?.request.number, attempt.end?.exitCode], [2, 0]);
    await assert.rejects(fetch(`${url}/v2/health/ready`));
  } finally {
    await second.stop();
    await Promise.all(sharedProcesses(join(folder, 'shared')).map(one => one.stop(0)));
    rmSync(folder, { recursive: true, force: true });
  }
});
