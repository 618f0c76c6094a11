/** Random trees, built and computed, against a walk through the description that is as plain as can be. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { NamedTensor } from '../../../tensor/index.ts';
import { engineFor } from '../../engines/index.ts';
import { PlanBuilder, treePolicies, zeroThreshold, type Attribute } from '../../plan/index.ts';
import { buildTrees, type CategorySplit, type SourceTree, type TreesToBuild } from './index.ts';

const features = 4;
const { nanLeft, nanRight, nanZero, truncated, zeroMissing } = treePolicies;

type Options = { readonly [P in 'keys' | 'split']: TreesToBuild<SourceTree>[P] };

interface RandomTree extends SourceTree {
  readonly policies: Uint8Array;
  readonly values: Float64Array;
  readonly covers: Float64Array;
  readonly splits: readonly (CategorySplit | undefined)[];
}

/** Numbers from 0 to 1 (mulberry32), the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Pick = <T>(...from: readonly [T, ...T[]]) => T;

function picker(random: () => number): Pick {
  return (...from) => from[Math.floor(random() * from.length)] as (typeof from)[0];
}

const special = [0, -0, -1, -0.5, 1e-36, -1e-36, 1e-34, 0.1, -0.1, 1, 16_777_217, Infinity, -Infinity];

function randomTree(random: () => number, pick: Pick, withSets: boolean): RandomTree {
  const count = 1 + 2 * Math.floor(random() * 12);
  const left = new Int32Array(count).fill(-1);
  const right = new Int32Array(count).fill(-1);
  const open = [0];
  for (let next = 1; next < count; next += 2) {
    const [node] = open.splice(Math.floor(random() * open.length), 1) as [number];
    // Either child may be the first in the file.
    [left[node], right[node]] = pick<[number, number]>([next, next + 1], [next + 1, next]);
    open.push(next, next + 1);
  }
  const covers = new Float64Array(count);
  covers[0] = 1024;
  const parents = Array.from(left, (to, node) => [to, right[node] as number, node] as const);
  for (const [l, r, node] of parents.filter(([to]) => to >= 0).toSorted((a, b) => a[0] - b[0])) {
    covers[l] = (covers[node] as number) * (0.1 + 0.8 * random());
    covers[r] = (covers[node] as number) - covers[l];
  }
  const splits = Array.from({ length: count }, (_, node): CategorySplit | undefined =>
    !withSets || (left[node] as number) < 0 || random() < 0.5
      ? undefined
      : {
          right: Uint32Array.from({ length: 2 }, () => Math.floor(random() * 2 ** 32)),
          count: Math.floor(random() * 65),
          beyondRight: pick(true, false),
          negativeRight: pick(true, false),
          nanRight: pick(true, false),
        },
  );
  return {
    left,
    right,
    feature: Int32Array.from({ length: count }, () => Math.floor(random() * features)),
    threshold: Float64Array.from({ length: count }, () =>
      pick(pick(...(special as [number])), random() - 0.5),
    ),
    policies: Uint8Array.from(splits, split =>
      split === undefined
        ? pick(nanRight, nanLeft, nanZero, nanLeft + zeroMissing, nanRight + zeroMissing)
        : pick(0, nanZero) + pick(0, truncated),
    ),
    categories: node => splits[node],
    splits,
    values: Float64Array.from({ length: count }, () => random() - 0.5),
    covers,
  };
}

function goesRight(tree: RandomTree, node: number, given: number, options: Options): boolean {
  const policy = tree.policies[node] as number;
  const split = tree.splits[node];
  if (split !== undefined) {
    let code = given;
    if (Number.isNaN(code)) {
      if ((policy & nanZero) === 0) return split.nanRight;
      code = 0;
    }
    if (code < 0 && !((policy & truncated) !== 0 && code > -1)) return split.negativeRight;
    const category = Math.trunc(code);
    if (category >= split.count) return split.beyondRight;
    return (((split.right[category >> 5] as number) >>> (category & 31)) & 1) === 1;
  }
  let value = options.keys === 'float32' ? Math.fround(given) : given;
  if (Number.isNaN(value) && (policy & nanZero) !== 0) value = 0;
  if (Number.isNaN(value) || ((policy & zeroMissing) !== 0 && Math.abs(value) <= zeroThreshold))
    return (policy & nanLeft) === 0;
  const threshold = tree.threshold[node] as number;
  return options.split === 'below' ? !(value < threshold) : !(value <= threshold);
}

function leafOf(tree: RandomTree, row: readonly number[], options: Options): number {
  let node = 0;
  while ((tree.left[node] as number) >= 0) {
    const right = goesRight(tree, node, row[tree.feature[node] as number] as number, options);
    node = (right ? tree.right : tree.left)[node] as number;
  }
  return node;
}

function randomRows(random: () => number, pick: Pick, count: number): readonly (readonly number[])[] {
  return Array.from({ length: count }, () =>
    Array.from({ length: features }, () =>
      pick(pick(...(special as [number])), random() - 0.5, NaN, Math.floor(random() * 70) - 3),
    ),
  );
}

/** The value expected when only some of the features are known, by the weights of training. */
function expectedOf(
  tree: RandomTree,
  known: number,
  row: readonly number[],
  options: Options,
  node = 0,
): number {
  const [l, r] = [tree.left[node] as number, tree.right[node] as number];
  if (l < 0) return tree.values[node] as number;
  const feature = tree.feature[node] as number;
  const into = (child: number): number => expectedOf(tree, known, row, options, child);
  if ((known >> feature) % 2 === 1)
    return into(goesRight(tree, node, row[feature] as number, options) ? r : l);
  const share = (tree.covers[l] as number) / (tree.covers[node] as number);
  return share * into(l) + ((tree.covers[r] as number) / (tree.covers[node] as number)) * into(r);
}

/** Shapley values by their definition: over all subsets of the other features. */
function shapley(tree: RandomTree, row: readonly number[], options: Options): number[] {
  const factorial = [1, 1, 2, 6, 24];
  return Array.from({ length: features }, (_, feature) => {
    let sum = 0;
    for (let known = 0; known < 2 ** features; known++) {
      if ((known >> feature) % 2 === 1) continue;
      const size = known.toString(2).replaceAll('0', '').length;
      const weight =
        ((factorial[size] as number) * (factorial[features - size - 1] as number)) /
        (factorial[features] as number);
      const gain =
        expectedOf(tree, known | (1 << feature), row, options) - expectedOf(tree, known, row, options);
      sum += weight * gain;
    }
    return sum;
  });
}

interface Answers {
  readonly sums: readonly number[];
  readonly leaves: readonly number[];
  readonly contributions: readonly number[];
}

/** Two columns, to which the trees add in turn. */
const width = 2;

async function compute(
  trees: readonly RandomTree[],
  rows: readonly (readonly number[])[],
  options: Options & { readonly sparse: boolean; readonly sum: 'f64' | 'f32' },
): Promise<Answers> {
  const builder = new PlanBuilder();
  const matrix = builder.add('input', [], { width: features, owner: 'Test' });
  const x = options.sparse ? builder.add('concatenateSparse', [matrix]) : matrix;
  const built = buildTrees({
    ...options,
    trees,
    features,
    leafWidth: 1,
    leaf: (tree, node, target) => {
      target[0] = tree.values[node] as number;
    },
    leaves: 'each',
    fail: problem => assert.fail(problem),
  });
  const names: number[] = [];
  built.eachLeaf((_, node) => names.push(node));
  const covers: number[] = [];
  built.eachNode((tree, node) => covers.push(tree.covers[node] as number));
  const shared = { ...built.arrays, leaves: built.leaves };
  const targets = Int32Array.from(trees, (_, index) => index % width);
  const start = Float64Array.of(0.5, -0.25);
  const attributes: Record<string, Attribute> = { ...built.attributes, width, sum: options.sum };
  const means = trees.map(tree => expectedOf(tree, 0, [], options));
  const nodes = [
    builder.add('trees', [x], attributes, { ...shared, targets, start }),
    builder.add('treeLeaves', [x], built.attributes, { ...built.arrays, names: Int32Array.from(names) }),
    builder.add(
      'treeContributions',
      [x],
      { ...attributes, sum: 'f64' },
      {
        ...shared,
        targets,
        start,
        covers: Float64Array.from(covers),
        expected: { values: Float64Array.from(means), shape: [trees.length, 1] },
      },
    ),
  ];
  const outputs = ['sums', 'leaves', 'contributions'];
  const plan = builder.finish(
    {
      source: { format: 'test', container: 'none', library: 'none', notes: [] },
      description: { name: 'model', class: 'Test', parameters: {}, facts: {}, parts: [] },
      inputs: [{ name: 'input-0', datatype: 'FP64', shape: [-1, features] }],
      outputs: outputs.map((name, index) => ({
        name,
        datatype: 'FP64',
        shape: [-1, builder.typeOf(nodes[index] as number).width],
      })),
      features,
    },
    nodes.map(node => ({ node })),
  );
  const executable = await (await engineFor(plan)).compile(plan);
  const input: NamedTensor = {
    name: 'input-0',
    datatype: 'FP64',
    shape: [rows.length, features],
    data: Float64Array.from(rows.flat()),
  };
  const [sums, leaves, contributions] = (await executable.run([input], outputs)).map(({ data }) =>
    Array.from(data as Float64Array),
  ) as [number[], number[], number[]];
  return { sums, leaves, contributions };
}

function plainly(
  trees: readonly RandomTree[],
  rows: readonly (readonly number[])[],
  options: Options & { readonly sum: 'f64' | 'f32' },
): Answers {
  const round = options.sum === 'f32' ? Math.fround : (value: number): number => value;
  const leaves = rows.map(row => trees.map(tree => leafOf(tree, row, options)));
  const sums = leaves.flatMap(found => {
    const totals = [0.5, -0.25];
    for (const [index, tree] of trees.entries())
      totals[index % width] = round(
        (totals[index % width] as number) + (tree.values[found[index] as number] as number),
      );
    return totals;
  });
  const contributions = rows.flatMap(row => {
    const totals = Array.from({ length: width * (features + 1) }, () => 0);
    for (const [index, tree] of trees.entries()) {
      const first = (index % width) * (features + 1);
      for (const [feature, value] of shapley(tree, row, options).entries())
        totals[first + feature] = (totals[first + feature] as number) + value;
      totals[first + features] = (totals[first + features] as number) + expectedOf(tree, 0, row, options);
    }
    totals[features] = (totals[features] as number) + 0.5;
    totals[2 * features + 1] = (totals[2 * features + 1] as number) - 0.25;
    return totals;
  });
  return { sums, leaves: leaves.flat(), contributions };
}

function finite(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return rows.map(row => row.map(value => (Number.isFinite(value) ? value : 0.25)));
}

/** Nothing but numbers is compared, and no 0 is missing. */
function ofNumbers(tree: RandomTree): RandomTree {
  return { ...tree, policies: tree.policies.map(policy => policy & 3) };
}

suite('many rows at once, in a block of numbers and one with NaN and infinities', () => {
  for (const keys of ['float32', 'rank'] as const)
    for (const split of ['at-most', 'below'] as const)
      test(`${keys}, ${split}`, async () => {
        const random = randomFrom(keys.length + split.length);
        const pick = picker(random);
        const options = { keys, split, sum: 'f64', sparse: false } as const;
        const trees = Array.from({ length: 3 }, () => ofNumbers(randomTree(random, pick, false)));
        const rows = [...finite(randomRows(random, pick, 512)), ...randomRows(random, pick, 91)];
        const { sums } = await compute(trees, rows, options);
        assert.deepEqual(sums, plainly(trees, rows, options).sums);
      });
});

suite('random trees are computed as they are described', () => {
  for (let seed = 0; seed < 24; seed++) {
    const random = randomFrom(seed);
    const pick = picker(random);
    const options = {
      keys: pick('float32', 'rank'),
      split: pick('at-most', 'below'),
      sum: pick('f64', 'f32'),
      sparse: pick(true, false, false),
    } as const;
    const withSets = pick(true, false);
    test(`seed ${seed}: ${Object.values(options).join(', ')}${withSets ? ', sets' : ''}`, async () => {
      const trees = Array.from({ length: pick(1, 5, 9) }, () => randomTree(random, pick, withSets));
      const rows = randomRows(random, pick, pick(1, 3, 30));
      const found = await compute(trees, rows, options);
      const wanted = plainly(trees, rows, options);
      assert.deepEqual(found.leaves, wanted.leaves);
      assert.deepEqual(found.sums, wanted.sums);
      for (const [at, value] of wanted.contributions.entries())
        assert.ok(Math.abs((found.contributions[at] as number) - value) < 1e-12, `contribution ${at}`);
    });
  }
});
