/**
 * Every fuzzer, one after another, for a time budget: `node test/fuzz/run.ts --seconds 60 [--only NAME[,NAME…]] [--seed N]`. Each prints its
 * seed when it finds something, and `--seed` repeats it. Closing line: "N passed, N failed".
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const root = dirname(dirname(import.meta.dirname));

/** Programs that take `--seconds` and `--seed`, with further words, and end with 0 when they found nothing. */
const fuzzers = {
  api: 'test/fuzz/api.ts',
  bodies: 'test/fuzz/bodies.ts',
  boosters: 'test/fuzz/boosters.ts',
  callers: 'test/fuzz/callers.ts',
  gateway: 'test/fuzz/gateway.ts',
  'gateway-proxied': 'test/fuzz/gateway.ts --proxied',
  'http-lane': 'test/net/differential.ts',
  issuer: 'test/fuzz/issuer.ts',
  'login-parts': 'test/fuzz/loginparts.ts',
  pickle: 'test/fuzz/pickle.ts',
  plan: 'test/fuzz/plan.ts',
  tokens: 'test/fuzz/tokens.ts',
} as const;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    only: { type: 'string' },
    seed: { type: 'string' },
  },
});
const only = values.only?.split(',');
const unknown = only?.filter(name => !Object.hasOwn(fuzzers, name)) ?? [];
if (unknown.length > 0) {
  const names = Object.keys(fuzzers).join(', ');
  throw new Error(`--only: found ${unknown.join(', ')}, expected some of ${names}`);
}
const chosen = Object.entries(fuzzers).filter(([name]) => only === undefined || only.includes(name));
const seconds = Math.max(1, Math.floor(Number(values.seconds) / chosen.length));

const seed = values.seed === undefined ? [] : ['--seed', values.seed];

let failed = 0;
for (const [name, program] of chosen) {
  process.stdout.write(`== ${name}, ${seconds} s\n`);
  const [file = '', ...more] = program.split(' ');
  const words = [join(root, file), ...more, '--seconds', String(seconds), ...seed];
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' });
  process.stdout.write(`${status === 0 ? '✔' : '✖'} ${name}\n`);
  if (status !== 0) failed++;
}
process.stdout.write(`\n${chosen.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && chosen.length > 0 ? 0 : 1;
