/**
 * Every fuzzer, one after another, for a time budget: `node test/fuzz/run.ts --seconds 60 [--only NAME]`. Each prints its seed
 * when it finds something, and FUZZ_SEED repeats it. Closing line: "N passed, N failed".
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const root = dirname(dirname(import.meta.dirname));

/** Test files that fuzz for FUZZ_MS milliseconds, beginning at FUZZ_SEED. */
const fuzzers = {
  'http-lane': 'test/fuzz/net/differential.test.ts',
  pickle: 'test/fuzz/pickle.test.ts',
} as const;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, only: { type: 'string' } },
});
const chosen = Object.entries(fuzzers).filter(([name]) => values.only === undefined || name === values.only);
const seconds = Math.max(1, Math.floor(Number(values.seconds) / chosen.length));

let failed = 0;
for (const [name, program] of chosen) {
  process.stdout.write(`== ${name}, ${seconds} s\n`);
  const { status } = spawnSync(process.execPath, ['--test', join(root, program)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FUZZ_MS: String(seconds * 1000) },
  });
  process.stdout.write(`${status === 0 ? '✔' : '✖'} ${name}\n`);
  if (status !== 0) failed++;
}
process.stdout.write(`\n${chosen.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && chosen.length > 0 ? 0 : 1;
