/** What boosters are expected to take, against the nodes that are gone to. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Plan } from '../../src/model/plan/index.ts';
import { treeViews, type TreeView } from '../../src/model/plan/views/index.ts';
import { inlineNanoseconds } from '../../src/serve/scheduler/scheduler.ts';
import type { NamedTensor } from '../../src/tensor/index.ts';
import * as lightgbm from './lightgbm.ts';
import * as xgboost from './xgboost.ts';

/** How far the ratio of two estimates may be from that of what is counted, either way. */
const factor = 5;

interface Counted {
  /** From the root of each tree to a leaf, on average over the leaves. */
  readonly steps: number;
  readonly nodes: number;
  readonly deepest: number;
}

function countTree(view: TreeView, tree: number): Counted {
  const depths = [{ node: view.rootOf(tree), depth: 0 }];
  const leaves: number[] = [];
  for (let at = 0; at < depths.length; at++) {
    const { node, depth } = depths[at] as { node: number; depth: number };
    const found = view.nodeAt(node);
    if (found.kind === 'leaf') leaves.push(depth);
    else depths.push(...found.children.map(child => ({ node: child, depth: depth + 1 })));
  }
  const sum = leaves.reduce((total, depth) => total + depth, 0);
  return { steps: sum / leaves.length + 1, nodes: depths.length, deepest: Math.max(...leaves) };
}

function count(plan: Plan): Counted {
  const trees = treeViews(plan).flatMap(view =>
    Array.from({ length: view.count }, (_, tree) => countTree(view, tree)),
  );
  return {
    steps: trees.reduce((sum, tree) => sum + tree.steps, 0),
    nodes: trees.reduce((sum, tree) => sum + tree.nodes, 0),
    deepest: Math.max(...trees.map(tree => tree.deepest)),
  };
}

function rowOf({ features }: Plan): readonly NamedTensor[] {
  return [{ name: 'input-0', datatype: 'FP64', shape: [1, features], data: new Float64Array(features) }];
}

async function check(plan: Plan, engine: typeof xgboost.compiled): Promise<boolean> {
  const names = plan.outputs.map(output => output.name);
  if (!names.includes('margin') || plan.nodes.every(node => node.op !== 'treeContributions')) return false;
  const { steps, nodes, deepest } = count(plan);
  const executable = await engine(plan);
  const [walked, explained] = ['margin', 'contribs'].map(name => executable.cost(rowOf(plan), [name])) as [
    number,
    number,
  ];
  // All nodes are gone to, for as many points as exactness takes.
  const counted = (nodes * Math.max(1, Math.ceil(Math.min(deepest, plan.features) / 2))) / steps;
  const found = explained / walked / counted;
  assert.ok(found > 1 / factor && found < factor, `${found} times what was counted`);
  assert.ok(executable.cost(rowOf(plan), ['contribs', 'margin']) >= explained);
  assert.ok(walked < inlineNanoseconds, `${walked} ns for a row`);
  return true;
}

suite('what a booster is expected to take follows the output that is asked for', () => {
  test('of XGBoost', async () => {
    const corpus = xgboost.readCorpus(xgboost.versions.at(-1) as string);
    let checked = 0;
    for (const { files } of corpus.entries)
      if (await check(await xgboost.planOf(corpus, files[0] as xgboost.File), xgboost.compiled)) checked++;
    assert.ok(checked > 5, `${checked} models`);
  });

  test('of LightGBM', async () => {
    const corpus = lightgbm.readCorpus(lightgbm.versions.at(-1) as string);
    let checked = 0;
    for (const { files } of corpus.entries)
      if (await check(await lightgbm.planOf(corpus, files[0] as lightgbm.File), lightgbm.compiled)) checked++;
    assert.ok(checked > 5, `${checked} models`);
  });
});
