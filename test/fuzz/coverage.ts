/**
 * Says which part of the branches of the pickle decoder the fuzzer of pickles takes, as V8 counts them:
 * `node test/fuzz/coverage.ts [--runs 5000] [--seed 1] [--missed]`. `--missed` shows where those begin that it does not take.
 */
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    missed: { type: 'boolean', default: false },
  },
});
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
// After the counting has begun, so that what it loads is counted.
const { fuzzPickle, sources } = await import('./pickle.ts');
const tally = await fuzzPickle(
  Number(values.seed),
  sources(['0.18.2', '1.9.1']),
  runs => runs < Number(values.runs),
);
const { result } = await session.post('Profiler.takePreciseCoverage');
session.disconnect();

let [all, taken] = [0, 0];
for (const { url, functions } of result.toSorted((a, b) => (a.url < b.url ? -1 : 1))) {
  const [, file] = /\/src\/model\/formats\/pickle\/(.*)$/.exec(url) ?? [];
  if (file === undefined) continue;
  const ranges = functions.flatMap(one => one.ranges);
  const reached = ranges.filter(({ count }) => count > 0).length;
  all += ranges.length;
  taken += reached;
  process.stdout.write(`${file}: ${reached} of ${ranges.length}\n`);
  // What takes the types away leaves everything else where it was.
  const source = values.missed ? readFileSync(new URL(url), 'utf8') : '';
  for (const { count, startOffset, endOffset } of values.missed ? ranges : []) {
    if (count > 0) continue;
    const line = source.slice(0, startOffset).split('\n').length;
    const text = source.slice(startOffset, endOffset).replaceAll(/\s+/g, ' ').trim();
    process.stdout.write(`  ${line}: ${text.slice(0, 120)}\n`);
  }
}
process.stdout.write(
  `${tally.runs} mutants, ${tally.decoded} of ${tally.plain} plain ones decoded; ${taken} of ${all} branches of the decoder (${((100 * taken) / all).toFixed(1)} %)\n`,
);
