/**
 * Goldens that no fault turns red prove nothing: plans are spoilt as a wrong implementation would have them, and some case
 * of the family has to show it. Tried in the oldest version, the newest, and one between that is another from family to
 * family; `--thorough` tries them in all. `node test/goldens/faults.slow.test.ts FAMILY…` tries these families alone.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { Plan } from '../../src/model/plan/index.ts';
import { compiled, differences, planOf } from './ask.ts';
import { families, familiesOf, readCorpus, versions, type Corpus, type Entry } from './corpus.ts';
import { copyOf, type Fault } from './faults/plant.ts';
import { refusals } from './refusals.ts';
import { sampleOf, thorough } from '../thorough.ts';

/** Red models to find for a fault, after which no more are tried. */
const enough = 3;

/** The models of a family, opened when first looked at. */
function plansOf(corpus: Corpus): (entry: Entry) => Promise<Plan> {
  const opened = new Map<Entry, Promise<Plan>>();
  return entry => {
    const plan = opened.get(entry) ?? planOf(corpus, entry);
    opened.set(entry, plan);
    return plan;
  };
}

/** Whether the goldens of a case show the fault; undefined when the model has nothing that the fault could spoil. */
async function shows(fault: Fault, plan: Plan, corpus: Corpus, entry: Entry): Promise<boolean | undefined> {
  const spoilt = copyOf(plan);
  if (!fault.plant(spoilt)) return undefined;
  const executable = await compiled(spoilt);
  return corpus.runs(entry).some(run => differences(executable, run).length > 0);
}

async function redOf(fault: Fault, corpus: Corpus, plan: (entry: Entry) => Promise<Plan>): Promise<string> {
  const tally = { red: 0, spoilt: 0 };
  for (const entry of corpus.entries) {
    if (refusals.some(one => one.version === corpus.version && one.case === entry.case)) continue;
    const seen = await shows(fault, await plan(entry), corpus, entry);
    if (seen !== undefined) tally.spoilt++;
    if (seen === true && ++tally.red === enough) break;
  }
  assert.ok(tally.red > 0, `none of ${tally.spoilt} models that the fault spoils turn red`);
  return `${tally.red} of ${tally.spoilt} models that the fault spoils turn red`;
}

const chosen = process.argv.slice(2).filter(word => !word.startsWith('--'));

/** Versions in which a family's faults are tried, of those that have the family; a fault is for some of them, perhaps. */
function triedOf(having: readonly string[], family: number, faults: readonly Fault[]): readonly string[] {
  if (thorough || having.length < 4) return having;
  const few = sampleOf(having, family);
  const rare = faults.filter(fault => !few.some(version => fault.versions?.(version) ?? true));
  return having.filter(
    version => few.includes(version) || rare.some(fault => fault.versions?.(version) === true),
  );
}

async function faultsOf(family: string): Promise<readonly Fault[]> {
  const path = join(import.meta.dirname, 'faults', `${family}.ts`);
  if (!existsSync(path)) return [];
  return ((await import(path)) as { readonly faults: readonly Fault[] }).faults;
}

for (const [index, { name }] of families.entries()) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const faults = await faultsOf(name);
  test(`${name} has faults to try`, () => {
    assert.ok(faults.length > 0, `no faults/${name}.ts`);
  });
  const having = versions.filter(version => familiesOf(version).includes(name));
  for (const version of triedOf(having, index, faults)) {
    suite(`${name} of scikit-learn ${version}: the goldens turn red when`, () => {
      const corpus = readCorpus(version, name);
      const plan = plansOf(corpus);
      for (const fault of faults.filter(one => one.versions?.(version) ?? true))
        test(fault.name, async context => {
          context.diagnostic(await redOf(fault, corpus, plan));
        });
    });
  }
}
