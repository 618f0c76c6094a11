import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../src/model/plan/index.ts';
import { compiled, differences, planOf } from './ask.ts';
import { readCorpus, versions, type Run } from './corpus.ts';
import { copyOf, faults, type Fault } from './faults.ts';
import { refusals } from './refusals.ts';

interface Model {
  readonly plan: Plan;
  readonly runs: readonly Run[];
}

/** Whether the goldens of a case show the fault; undefined when the model has nothing that the fault could spoil. */
async function shows(fault: Fault, { plan, runs }: Model): Promise<boolean | undefined> {
  const spoilt = copyOf(plan);
  if (!fault.plant(spoilt)) return undefined;
  const executable = await compiled(spoilt);
  return runs.some(run => differences(executable, run).length > 0);
}

async function modelsOf(version: string): Promise<readonly Model[]> {
  const corpus = readCorpus(version);
  const entries = corpus.entries.filter(
    entry => !refusals.some(one => one.version === version && one.case === entry.case),
  );
  return Promise.all(
    entries.map(async entry => ({ plan: await planOf(corpus, entry), runs: corpus.runs(entry) })),
  );
}

/** Faults that only some versions of the library could have. */
const onlyIn: Readonly<Record<string, (version: string) => boolean>> = {
  'missing values go the other way': version => !/^(0|1\.[0-2])\./.test(version),
  'one sigmoid a class is softmax': version => version !== '1.9.1',
};

for (const version of versions) {
  const models = modelsOf(version);
  for (const fault of faults.filter(one => onlyIn[one.name]?.(version) ?? true)) {
    test(`${version}: the goldens turn red when ${fault.name}`, async context => {
      const seen = await Promise.all((await models).map(model => shows(fault, model)));
      const spoilt = seen.filter(one => one !== undefined);
      const red = spoilt.filter(Boolean).length;
      context.diagnostic(`${red} of ${spoilt.length} models that the fault spoils turn red`);
      assert.ok(red > 0);
    });
  }
}
