import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildTrees } from '../../model/formats/trees/index.ts';
import { PlanBuilder, type Plan } from '../../model/plan/index.ts';
import { drawTree, usedFeatures } from './drawing.ts';

/** Two stumps over two features; a leaf has the number of its node. */
function twoTrees(): Plan {
  const tree = {
    left: Int32Array.of(1, -1, 3, -1, -1),
    right: Int32Array.of(2, -1, 4, -1, -1),
    feature: Int32Array.of(1, -1, 0, -1, -1),
    threshold: Float64Array.of(2.5, 0, -0.1, 0, 0),
  };
  const stump = {
    left: Int32Array.of(1, -1, -1),
    right: Int32Array.of(2, -1, -1),
    feature: Int32Array.of(1, -1, -1),
    threshold: Float64Array.of(7, 0, 0),
  };
  const built = buildTrees({
    trees: [tree, stump],
    features: 2,
    keys: 'rank',
    split: 'at-most',
    leafWidth: 1,
    leaves: 'each',
    leaf: (_, node, target) => {
      target[0] = node;
    },
    fail: problem => assert.fail(problem),
  });
  const builder = new PlanBuilder();
  const x = builder.add('input', [], { width: 2, owner: 'Test' });
  const node = builder.add(
    'trees',
    [x],
    { ...built.attributes, width: 1, sum: 'f64' },
    { ...built.arrays, leaves: built.leaves },
  );
  return builder.finish(
    {
      source: { format: 'test', container: 'none', library: 'none', notes: [] },
      description: { name: 'model', class: 'Test', parameters: {}, facts: {}, parts: [] },
      inputs: [{ name: 'input-0', datatype: 'FP64', shape: [-1, 2] }],
      outputs: [{ name: 'y', datatype: 'FP64', shape: [-1] }],
      features: 2,
      featureNames: ['length', 'wi\u001Bdth'],
    },
    [{ node }],
  );
}

test('a tree is drawn with the names of its features, the values of its leaves and no control characters', () => {
  assert.equal(
    drawTree(twoTrees(), 0),
    [
      'tree 0 of 2, 5 nodes',
      'wi\\u001bdth ≤ 2.5?  (missing no)',
      '├─ yes: [1]',
      '└─ no:  length ≤ -0.1?  (missing no)',
      '       ├─ yes: [3]',
      '       └─ no:  [4]',
      '',
    ].join('\n'),
  );
  assert.match(drawTree(twoTrees(), 1), /^tree 1 of 2, 3 nodes\n.* ≤ 7\?/u);
});

test('a tree that is not there is told', () => {
  assert.throws(() => drawTree(twoTrees(), 2), { code: 'tree-missing', message: /0 to 1/u });
});

test('the features that are asked for most come first', () => {
  assert.equal(usedFeatures(twoTrees()), 'wi\u001Bdth (2), length (1)');
});
