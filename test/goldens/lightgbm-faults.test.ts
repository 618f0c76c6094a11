/** As faults.slow.test.ts, for the models of LightGBM. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../src/model/plan/index.ts';
import { compiled, differences, planOf, readCorpus, type Entry, type File } from './lightgbm.ts';
import {
  hasArray,
  shiftKey,
  swapChildrenOfRoots,
  swapTargets,
  turnCategories,
} from './faults/plant-trees.ts';
import {
  arrayOf,
  copyOf,
  everyAttribute,
  everyNode,
  everyNumber,
  swapLabels,
  type Fault,
} from './faults/plant.ts';

function everyPolicy(change: (policy: number) => number): Fault['plant'] {
  return plan =>
    everyNode(plan, 'trees', node => {
      const policies = arrayOf(plan, node, 'policies', 'i32');
      const before = policies.slice();
      for (const [column, policy] of before.entries()) policies[column] = change(policy);
      return before.some((policy, column) => policy !== policies[column]);
    });
}

function everyFunction(from: string, to: string): Fault['plant'] {
  return everyAttribute('map', 'function', value => (value === from ? to : value));
}

const faults: readonly Fault[] = [
  { name: 'trees compare with < in place of <=', plant: shiftKey(-1) },
  { name: 'splits are a threshold too high', plant: shiftKey(1) },
  { name: 'the children of each root are swapped', plant: swapChildrenOfRoots },
  {
    name: 'missing values go the other way',
    plant: everyPolicy(policy => ((policy & 10) === 0 ? policy ^ 1 : policy)),
  },
  { name: 'NaN is not read as zero', plant: everyPolicy(policy => (policy === 2 ? 0 : policy)) },
  {
    name: 'zero is not missing',
    plant: everyPolicy(policy => (policy >= 4 && policy < 8 ? policy - 4 : policy)),
  },
  { name: 'zero is missing', plant: everyPolicy(policy => (policy < 2 ? policy + 4 : policy)) },
  {
    name: 'negative fractions are no category',
    plant: everyPolicy(policy => (policy >= 8 ? policy - 8 : policy)),
  },
  { name: 'categories beyond the bits go left', plant: turnCategories(1) },
  { name: 'negative categories go left', plant: turnCategories(2) },
  { name: 'NaN is a category that goes left', plant: turnCategories(4) },
  { name: 'the side of category 0 is turned', plant: turnCategories(8) },
  { name: 'the trees of two classes are exchanged', plant: swapTargets },
  {
    name: 'leaves are a hundred-millionth off',
    plant: everyNumber('trees', 'leaves', value => value * 1.000_000_01),
  },
  {
    name: 'linear leaves lose their constant',
    plant: everyNumber('trees', 'constants', () => 0, hasArray('constants')),
  },
  {
    name: 'linear leaves lose their coefficients',
    plant: everyNumber('trees', 'coefficients', () => 0, hasArray('coefficients')),
  },
  {
    name: 'NaN in a linear leaf does not fall back',
    plant: everyNumber('trees', 'leaves', value => value + 1, hasArray('constants')),
  },
  {
    name: 'leaves are numbered from 1',
    plant: plan =>
      everyNode(plan, 'treeLeaves', node => {
        const names = arrayOf(plan, node, 'names', 'i32');
        for (const [leaf, name] of names.entries()) names[leaf] = name + 1;
        return true;
      }),
  },
  { name: 'contributions are weighted evenly', plant: everyNumber('treeContributions', 'covers', () => 1) },
  {
    name: 'the mean is missing in contributions',
    plant: everyNumber('treeContributions', 'expected', () => 0),
  },
  {
    name: 'the sigmoid’s scale is dropped',
    plant: everyNumber(
      'columnwise',
      'operand',
      () => 1,
      node => node.attributes['operation'] === 'multiply',
    ),
  },
  {
    name: 'forests are summed, not averaged',
    plant: everyNumber(
      'columnwise',
      'operand',
      () => 1,
      node => node.attributes['operation'] === 'divide',
    ),
  },
  { name: 'the exponential is left out', plant: everyFunction('exp', 'negate') },
  { name: 'log(1 + exp) is a sigmoid', plant: everyFunction('softplus', 'sigmoid') },
  { name: 'roots are not squared', plant: everyFunction('signedSquare', 'exp') },
  { name: 'the sigmoid is an exponential', plant: everyFunction('sigmoid', 'exp') },
  {
    name: 'softmax is a sigmoid a class',
    plant: plan => {
      const at = plan.nodes.findIndex(node => node.op === 'softmax');
      const node = plan.nodes[at];
      if (node !== undefined) plan.nodes[at] = { ...node, op: 'map', attributes: { function: 'sigmoid' } };
      return node !== undefined;
    },
  },
  { name: 'the first two labels are exchanged', plant: swapLabels },
  {
    name: 'texts are positions in another order',
    plant: plan =>
      everyNode(plan, 'input', node => {
        if (node.arrays['categories'] === undefined) return false;
        arrayOf(plan, node, 'categories', 'u8').reverse();
        return true;
      }),
  },
];

const corpus = readCorpus('4.7.0');
const cases: readonly (readonly [Entry, File])[] = corpus.entries.map(entry => [
  entry,
  entry.files[0] as File,
]);
const plans = new Map<Entry, Promise<Plan>>();

async function shows(fault: Fault, entry: Entry, file: File): Promise<boolean | undefined> {
  const plan = plans.get(entry) ?? planOf(corpus, file);
  plans.set(entry, plan);
  const spoilt = copyOf(await plan);
  if (!fault.plant(spoilt)) return undefined;
  return differences(await compiled(spoilt), corpus, entry, file).length > 0;
}

/** Red models to find for a fault, after which no more are tried. */
const enough = 3;

for (const fault of faults)
  test(`the goldens of LightGBM turn red when ${fault.name}`, async context => {
    const tally = { red: 0, spoilt: 0 };
    for (const [entry, file] of cases) {
      const seen = await shows(fault, entry, file);
      if (seen !== undefined) tally.spoilt++;
      if (seen === true && ++tally.red === enough) break;
    }
    context.diagnostic(`${tally.red} of ${tally.spoilt} models that the fault spoils turn red`);
    assert.ok(tally.red > 0);
  });
