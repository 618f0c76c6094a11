/** Prints the largest relative error of each estimator and version: `node test/goldens/report.ts [FAMILY…]`. */
import { compiled, planOf, worstError } from './ask.ts';
import { familiesOf, readCorpus, versions, type Corpus } from './corpus.ts';
import { refusals } from './refusals.ts';

const chosen = process.argv.slice(2);
const table: Record<string, Record<string, string>> = {};

async function measure(corpus: Corpus, worst: Map<string, number>): Promise<void> {
  for (const entry of corpus.entries) {
    if (refusals.some(one => one.version === corpus.version && one.case === entry.case)) continue;
    const executable = await compiled(await planOf(corpus, entry));
    for (const run of corpus.runs(entry)) {
      const name = run.name === 'float32' ? `${entry.estimator}, float32 features` : entry.estimator;
      worst.set(name, Math.max(worst.get(name) ?? 0, worstError(executable, run)));
    }
  }
}

for (const version of versions) {
  const worst = new Map<string, number>();
  const families = familiesOf(version).filter(name => chosen.length === 0 || chosen.includes(name));
  for (const family of families) await measure(readCorpus(version, family), worst);
  for (const [name, error] of worst)
    (table[name] ??= {})[version] = error === 0 ? '0' : error.toExponential(1);
}
console.table(table);
