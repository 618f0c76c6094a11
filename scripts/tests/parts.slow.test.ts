import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { processInfo } from '../../src/base/detached/index.ts';
import { runPart, type Running } from './parts.ts';
import type { Tally } from './tally.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-parts-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Files of these names and texts, run together; with the names that took time. */
async function played(
  files: Readonly<Record<string, string>>,
  endAt?: string,
): Promise<Tally & { readonly took: string[]; readonly said: string }> {
  const root = mkdtempSync(join(scratch, 'root-'));
  const head = "import { test } from 'node:test';\n";
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), `${head}${text}`);
  const took: string[] = [];
  const ending = new AbortController();
  let said = '';
  const running: Running = {
    root,
    words: [],
    say: lines => {
      said += lines;
      if (endAt !== undefined && lines.includes(endAt)) ending.abort();
    },
    ending: ending.signal,
    environment: process.env,
    // Whoever hangs does so for ever; the others need a fraction of it to begin.
    patience: 20_000,
    took: file => void took.push(file),
  };
  return { ...(await runPart(Object.keys(files), running)), took, said };
}

const good = "test('good', () => {});";

test('tests are counted, with the files that they are of', async () => {
  const bad = "test('bad', () => { throw new Error('bad'); });\ntest('left out', { skip: true }, () => {});";
  const inside =
    "import { suite } from 'node:test'; suite('all', () => { test('one', () => {}); test('two', () => {}); });";
  const { passed, failed, took } = await played({ 'a.mjs': good, 'b.mjs': bad, 'c.mjs': inside });
  assert.deepEqual([passed, failed, took], [2, 1, ['a.mjs', 'b.mjs', 'c.mjs']]);
});

test('a file that hangs has failed, ends with what it has started, and the others are run', async () => {
  const pid = join(scratch, 'pid');
  const hangs = `import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
    test('hangs', async () => {
      writeFileSync(${JSON.stringify(pid)}, String(spawn('sleep', ['1000'], { detached: true }).pid));
      await new Promise(resolve => setTimeout(resolve, 2 ** 30));
    });`;
  const { passed, failed } = await played({ 'a.mjs': good, 'b.mjs': hangs, 'c.mjs': good });
  assert.deepEqual([passed, failed], [2, 1]);
  assert.ok(processInfo(Number(readFileSync(pid, 'utf8')))?.defunct ?? true);
});

test('a file that never ends before its first test is found among others', async () => {
  const { passed, failed } = await played({
    'a.mjs': good,
    'b.mjs': 'await new Promise(resolve => setTimeout(resolve, 2 ** 30));',
  });
  assert.deepEqual([passed, failed], [1, 1]);
});

test('a file that ends its process has failed, and the others are run', async () => {
  const { passed, failed } = await played({
    'a.mjs': "test('ends', () => process.exit(3));",
    'b.mjs': good,
    'c.mjs': "throw new Error('at once');",
  });
  assert.deepEqual([passed, failed], [1, 2]);
});

test('what tests print is there before they end; who ends them is told which file was running', async () => {
  const hangs = `test('hangs', async () => {
    console.log('waiting');
    await new Promise(resolve => setTimeout(resolve, 2 ** 30));
  });`;
  const { passed, failed, said } = await played(
    { 'a.mjs': good, 'b.mjs': hangs, 'c.mjs': good },
    'waiting\n',
  );
  assert.deepEqual([passed, failed], [1, 1]);
  assert.match(said, /^✖ b\.mjs: it was running when all were ended$/m);
});
