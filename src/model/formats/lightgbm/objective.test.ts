import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { linkOf, type Link } from './objective.ts';

suite('how scores become answers', () => {
  const cases: readonly (readonly [string | undefined, number, Link])[] = [
    [undefined, 1, { kind: 'identity' }],
    ['custom', 3, { kind: 'identity' }],
    ['none', 1, { kind: 'identity' }],
    ['regression', 1, { kind: 'identity' }],
    ['regression_l2 sqrt', 1, { kind: 'signedSquare' }],
    ['regression_l1 sqrt', 1, { kind: 'signedSquare' }],
    ['huber sqrt', 1, { kind: 'identity' }],
    ['mape', 1, { kind: 'identity' }],
    ['poisson', 1, { kind: 'exp' }],
    ['gamma', 1, { kind: 'exp' }],
    ['tweedie', 1, { kind: 'exp' }],
    ['binary sigmoid:0.7', 1, { kind: 'sigmoid', scale: 0.7 }],
    ['softmax num_class:3', 3, { kind: 'softmax' }],
    ['ovr num_class:3 sigmoid:1', 3, { kind: 'sigmoid', scale: 1 }],
    ['xentropy', 1, { kind: 'sigmoid', scale: 1 }],
    ['xentlambda', 1, { kind: 'softplus' }],
    ['lambdarank', 1, { kind: 'identity' }],
    ['xe_ndcg_mart', 1, { kind: 'identity' }],
  ];
  for (const [objective, classes, link] of cases)
    test(objective ?? 'none told', () => assert.deepEqual(linkOf({ objective, classes }), link));

  test('a name of objects is no objective', () =>
    assert.throws(() => linkOf({ objective: 'constructor', classes: 1 }), { code: 'lightgbm-unsupported' }));
});
