/** Prints the largest relative error of each estimator and version: `node test/goldens/report.ts`. */
import { compiled, planOf, worstError } from './ask.ts';
import { readCorpus, versions } from './corpus.ts';
import { refusals } from './refusals.ts';

const table: Record<string, Record<string, string>> = {};
for (const version of versions) {
  const corpus = readCorpus(version);
  const worst = new Map<string, number>();
  for (const entry of corpus.entries) {
    if (refusals.some(one => one.version === version && one.case === entry.case)) continue;
    const executable = await compiled(await planOf(corpus, entry));
    for (const run of corpus.runs(entry)) {
      const name = run.name === 'float32' ? `${entry.estimator}, float32 features` : entry.estimator;
      worst.set(name, Math.max(worst.get(name) ?? 0, worstError(executable, run)));
    }
  }
  for (const [name, error] of worst)
    (table[name] ??= {})[version] = error === 0 ? '0' : error.toExponential(1);
}
console.table(table);
