/** Goldens that no fault turns red prove nothing: plans are spoilt as a wrong implementation would have them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openModel } from '../../src/model/formats/index.ts';
import type { Plan } from '../../src/model/plan/index.ts';
import {
  arrayOf,
  copyOf,
  everyAttribute,
  everyNode,
  everyNumber,
  replaceOperator,
  swapLabels,
  type Fault,
} from './faults/plant.ts';
import { shiftKey, swapChildrenOfRoots, turnCategories, turnMissing } from './faults/plant-trees.ts';
import { compiled, differences, readCorpus, type Corpus, type Entry } from './xgboost.ts';

interface Planted extends Fault {
  /** Cases whose goldens have to show it. */
  readonly cases: readonly string[];
}

/** Every number that the sums start from. */
function startsElsewhere(op: string, array: string, change: (value: number) => number) {
  return everyNumber(op, array, change, node => node.arrays[array] !== undefined);
}

function rotateTargets(plan: Parameters<Fault['plant']>[0]): boolean {
  return everyNode(plan, 'trees', node => {
    if (node.arrays['targets'] === undefined) return false;
    const targets = arrayOf(plan, node, 'targets', 'i32');
    const width = node.attributes['width'] as number;
    for (const [tree, target] of targets.entries()) targets[tree] = (target + 1) % width;
    return width > 1;
  });
}

function shiftNames(plan: Parameters<Fault['plant']>[0]): boolean {
  return everyNode(plan, 'treeLeaves', node => {
    const names = arrayOf(plan, node, 'names', 'i32');
    for (const [leaf, name] of names.entries()) names[leaf] = name + 1;
    return true;
  });
}

const newest: readonly Planted[] = [
  { name: 'a value on the border goes left', plant: shiftKey(1), cases: ['reg-squarederror', 'deep'] },
  { name: 'borders are a float32 step too low', plant: shiftKey(-1), cases: ['reg-squarederror', 'deep'] },
  { name: 'missing values go the other way', plant: turnMissing, cases: ['binary-logistic', 'pruned'] },
  { name: 'the children of each root are swapped', plant: swapChildrenOfRoots, cases: ['lossguide'] },
  {
    name: 'the base score is not added',
    plant: startsElsewhere('trees', 'start', () => 0),
    cases: ['large-base', 'vector-leaves'],
  },
  {
    name: 'the base score is taken for a margin',
    plant: startsElsewhere('trees', 'start', margin => 1 / (1 + Math.exp(-margin))),
    cases: ['forms-binary'],
  },
  {
    name: 'sums are not rounded to float32',
    plant: everyAttribute('trees', 'sum', () => 'f64'),
    cases: ['large-base'],
  },
  {
    name: 'leaves are a step of float32 too large',
    plant: everyNumber('trees', 'leaves', value => Math.fround(value * (1 + 2 ** -23))),
    cases: ['binary-many-trees', 'forms-dart'],
  },
  { name: 'trees add to the next class', plant: rotateTargets, cases: ['multi-softprob', 'parallel-multi'] },
  {
    name: 'the first category of a set goes the other way',
    plant: turnCategories(8),
    cases: ['categorical-onehot', 'categorical-partition'],
  },
  {
    name: 'categories that a split does not know go right',
    plant: turnCategories(1),
    cases: ['categorical-mixed'],
  },
  { name: 'negative categories go right', plant: turnCategories(2), cases: ['categorical-mixed'] },
  { name: 'a missing category goes the other way', plant: turnCategories(4), cases: ['categorical-mixed'] },
  { name: 'leaves have the next name', plant: shiftNames, cases: ['deep'] },
  {
    name: 'contributions weigh both children alike',
    plant: everyNumber('treeContributions', 'covers', () => 1),
    cases: ['reg-squarederror', 'categorical-multi'],
  },
  {
    name: 'contributions lack the mean of the trees',
    plant: everyNumber('treeContributions', 'expected', () => 0),
    cases: ['reg-squarederror'],
  },
  {
    name: 'a probability is an exponential',
    plant: everyAttribute('map32', 'function', value => (value === 'sigmoid' ? 'exp' : value)),
    cases: ['reg-logistic', 'binary-logistic'],
  },
  {
    name: 'an exponential is a probability',
    plant: everyAttribute('map32', 'function', value => (value === 'exp' ? 'sigmoid' : value)),
    cases: ['count-poisson', 'reg-gamma', 'reg-tweedie', 'survival-cox', 'survival-aft'],
  },
  {
    name: 'a hinge is a probability',
    plant: everyAttribute('map32', 'function', value => (value === 'step' ? 'sigmoid' : value)),
    cases: ['binary-hinge'],
  },
  {
    name: 'probabilities of classes are one sigmoid each',
    plant: replaceOperator('softmax32', { op: 'map32', attributes: { function: 'sigmoid' } }),
    cases: ['multi-softprob'],
  },
  {
    name: 'expectiles are quantiles',
    plant: replaceOperator('rise32', { op: 'sortRows', attributes: {} }),
    cases: ['expectiles'],
  },
  {
    name: 'the weights of a linear model are those of the next output',
    plant: everyNumber('affine32', 'weights', value => -value),
    cases: ['forms-linear', 'linear-multi'],
  },
  {
    name: 'a linear model has no bias',
    plant: everyNumber('affine32', 'bias', () => 0),
    cases: ['forms-linear', 'linear-binary'],
  },
  {
    name: 'the terms of a linear model have the wrong sign',
    plant: everyNumber('terms32', 'weights', value => -value),
    cases: ['forms-linear'],
  },
  {
    name: 'another value stands for missing ones',
    plant: everyAttribute('nanWhere', 'value', (value: number) => value + 1),
    cases: ['classifier-missing'],
  },
  {
    name: 'the first two classes are swapped',
    plant: swapLabels,
    cases: ['classifier', 'classifier-three', 'classifier-labels'],
  },
  {
    name: 'the border between two classes is off',
    plant: everyAttribute('above', 'threshold', () => 0.4),
    cases: ['classifier'],
  },
  {
    name: 'the second probability comes first',
    plant: replaceOperator('twoSided', { op: 'twoSided', attributes: { form: 'negate' } }),
    cases: ['classifier'],
  },
];

const oldest: readonly Planted[] = [
  {
    name: 'the base score is not added after the trees',
    plant: everyNumber('columnwise', 'operand', () => 0),
    cases: ['large-base', 'forms-binary'],
  },
  {
    name: 'sums are not rounded to float32',
    plant: everyAttribute('trees', 'sum', () => 'f64'),
    cases: ['binary-many-trees'],
  },
  {
    name: 'the first two texts are swapped',
    plant: swapLabels,
    cases: ['classifier-text', 'classifier-shifted'],
  },
];

async function plansOf(corpus: Corpus, entry: Entry): Promise<readonly Plan[]> {
  return Promise.all(entry.files.map(file => openModel(corpus.bytes(file), { fileName: 'model' })));
}

async function isRed(fault: Planted, corpus: Corpus, name: string): Promise<boolean> {
  const entry = corpus.entries.find(one => one.case === name) ?? assert.fail(`no case ${name}`);
  for (const plan of await plansOf(corpus, entry)) {
    const spoilt = copyOf(plan);
    assert.ok(fault.plant(spoilt), `${name} has nothing that the fault spoils`);
    if (differences(await compiled(spoilt), corpus, entry).length === 0) return false;
  }
  return true;
}

for (const [version, faults] of [
  ['3.4.1', newest],
  ['0.90', oldest],
] as const) {
  suite(`goldens of XGBoost ${version} turn red when`, () => {
    const corpus = readCorpus(version);
    for (const fault of faults)
      test(fault.name, async () => {
        for (const name of fault.cases) assert.ok(await isRed(fault, corpus, name), `${name} stays green`);
      });
  });
}

/** Trees beyond the best round, DART's weights and old names are gone from a plan: these models differ without them. */
test('early stopping shows: the wrapper answers with fewer trees than the booster inside it has', async () => {
  for (const version of ['0.90', '1.5.2', '3.4.1']) {
    const corpus = readCorpus(version);
    const entry =
      corpus.entries.find(one => one.case === 'classifier-stopped') ?? assert.fail('no such case');
    const [plan] = await plansOf(corpus, entry);
    const leaf = plan?.outputs.find(output => output.name === 'leaf');
    const trees = plan?.description.facts['trees'];
    assert.ok(
      Number(leaf?.shape[1]) < Number(trees),
      `${version}: ${String(leaf?.shape[1])} of ${String(trees)} trees`,
    );
  }
});
