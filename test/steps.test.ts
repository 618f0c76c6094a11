import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, suite, test } from 'node:test';
import { processInfo } from '../src/base/detached/index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-steps-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Plays steps as `.ci/run` does, in a shell. */
function played(...lines: string[]): { status: number | null; table: string[]; text: string } {
  const script = ['. .ci/steps', 'SECONDS=0', ...lines, 'closing'].join('\n');
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
    cwd: dirname(import.meta.dirname),
    encoding: 'utf8',
  });
  const table = stdout.split('\n').filter(line => /^ +\d+ passed +\d+ failed/.test(line));
  return { status, table, text: stdout + stderr };
}

const passes = "suite 1 passes echo '3 passed, 0 failed'";

suite('steps of `.ci/run`', () => {
  test('are counted by their closing lines', () => {
    const fails = `suite 1 fails bash -c "echo '2 passed, 1 failed'; exit 1"`;
    const { status, table, text } = played(passes, fails);
    assert.equal(status, 1);
    assert.match(table[0] ?? '', /3 passed +0 failed +\d+ s {2}passes$/);
    assert.match(table[1] ?? '', /2 passed +1 failed +\d+ s {2}fails$/);
    assert.match(text, /\n5 passed, 1 failed\n/);
    assert.equal(played(passes).status, 0);
  });

  test('that take too long are ended, with what they have started, and what they said is shown', () => {
    const pid = join(scratch, 'pid');
    const hangs = `suite 1 hangs bash -c "echo '✖ of this'; sleep 1000 & echo \\$! >${pid}; wait"`;
    const { status, table, text } = played('all=1', hangs, 'all=1000', passes);
    assert.equal(status, 1);
    assert.match(table[0] ?? '', /0 passed +1 failed +\d+ s {2}hangs: it was ended after 1 s$/);
    assert.match(table[1] ?? '', /3 passed +0 failed/);
    assert.match(text, /\n {10}✖ of this\n/);
    assert.ok(processInfo(Number(readFileSync(pid, 'utf8')))?.defunct ?? true);
  });

  test('that somebody else ends, or that end with a status of those, are not said to have taken long', () => {
    const killed = `suite 1 killed bash -c 'kill -KILL $$'`;
    const { table } = played(killed, "suite 1 status bash -c 'exit 124'");
    assert.match(table[0] ?? '', /killed: it ended with status 137 and did not count$/);
    assert.match(table[1] ?? '', /status: it ended with status 124 and did not count$/);
  });

  test('for which no time is left have failed', () => {
    const { status, table } = played('all=0', passes);
    assert.equal(status, 1);
    assert.match(table[0] ?? '', /0 passed +1 failed +\d+ s {2}passes: no time was left for it$/);
  });
});
