import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { PlanBuilder, type Plan } from '../../model/plan/index.ts';
import { Directory } from './directory.ts';
import { loadPlan } from './load.ts';
import type { ModelNotice } from './model.ts';

const iris = join(import.meta.dirname, '../../../examples/iris/iris-model.joblib');

suite('the directory of a thread', () => {
  let plan: Plan;
  before(async () => {
    ({ plan } = await loadPlan(iris));
  });

  const ready = (generation: number): ModelNotice => ({
    name: 'iris',
    version: '1',
    state: 'READY',
    reason: '',
    unloaded: false,
    generation,
    plan,
  });
  const gone = (generation: number, unloaded: boolean): ModelNotice => ({
    name: 'iris',
    version: '1',
    state: 'UNAVAILABLE',
    reason: 'it has gone',
    unloaded,
    generation,
  });

  function made(): {
    directory: Directory;
    apply: (notice: ModelNotice) => Promise<void>;
    givenUp: number[];
  } {
    const givenUp: number[] = [];
    const directory = new Directory({ predictProba: false }, () => {});
    return {
      directory,
      apply: notice => directory.apply(notice, generation => void givenUp.push(generation)),
      givenUp,
    };
  }

  test('knows nothing at first, then what it was told, and why something is not ready', async () => {
    const { directory, apply } = made();
    assert.throws(() => directory.ready('iris'), {
      code: 'model-unknown',
      message: "Request for unknown model: 'iris' is not found",
    });
    await apply(gone(1, false));
    assert.throws(() => directory.ready('iris'), { code: 'model-not-ready', message: /it has gone/ });
    assert.deepEqual(
      directory.notReady().map(({ name }) => name),
      ['iris'],
    );
    await apply(ready(2));
    assert.equal(directory.ready('iris').generation, 2);
    assert.deepEqual(directory.notReady(), []);
  });

  test('what was unloaded on purpose does not count against readiness', async () => {
    const { directory, apply } = made();
    await apply(gone(1, true));
    assert.deepEqual(directory.notReady(), []);
  });

  test('a notice that takes long to apply does not undo a newer one', async () => {
    const { directory, apply } = made();
    await Promise.all([apply(ready(1)), apply(gone(2, true))]);
    assert.throws(() => directory.ready('iris'), { code: 'model-not-ready' });
  });

  test('a new plan takes over at once, and the one before is given up when its work is done', async () => {
    const { directory, apply, givenUp } = made();
    await apply(ready(1));
    const [first, second] = [
      directory.begin(directory.ready('iris')),
      directory.begin(directory.ready('iris')),
    ];
    const applied = apply(ready(2));
    while (directory.ready('iris').generation === 1) await new Promise(resolve => setImmediate(resolve));
    first();
    await new Promise(resolve => setImmediate(resolve));
    assert.deepEqual(givenUp, []);
    second();
    await applied;
    assert.deepEqual(givenUp, [1]);
  });

  const refusing: Readonly<Record<string, (builder: PlanBuilder, x: number) => number>> = {
    'a category': (builder, x) =>
      builder.add(
        'encode',
        [x],
        { owner: 'Encoder', unknown: 'refuse' },
        {
          categories: Float64Array.of(5, 7),
          starts: Int32Array.of(0, 2),
          values: Float64Array.of(0, 1),
        },
      ),
    'a row with no neighbour': (builder, x) =>
      builder.add(
        'meanWithin',
        [x],
        { metric: 'euclidean', exponent: 2, radius: 1, weights: 'uniform', owner: 'Neighbours' },
        {
          fitted: { values: Float64Array.of(5, 7), shape: [2, 1] },
          values: { values: Float64Array.of(0, 1), shape: [2, 1] },
        },
      ),
  };
  for (const [what, add] of Object.entries(refusing)) {
    test(`a plan that refuses zeros as ${what} is ready`, async () => {
      const { directory, apply } = made();
      const builder = new PlanBuilder();
      const node = add(builder, builder.add('input', [], { width: 1, owner: 'Test' }));
      const { source, description } = plan;
      const refuses = builder.finish(
        {
          source,
          description,
          inputs: [{ name: 'input-0', datatype: 'FP64', shape: [-1, 1] }],
          outputs: [{ name: 'transform', datatype: 'FP64', shape: [-1, 1] }],
          features: 1,
        },
        [{ node }],
      );
      await apply({ ...ready(1), plan: refuses });
      assert.equal(directory.ready('iris').generation, 1);
    });
  }

  test('a plan that gives no answer changes nothing', async () => {
    const { directory, apply } = made();
    await apply(ready(1));
    const [input] = plan.inputs;
    assert.ok(input !== undefined);
    const wrong: Plan = { ...plan, inputs: [{ ...input, shape: [-1, 3] }] };
    await assert.rejects(apply({ ...ready(2), plan: wrong }), { code: 'probe-failed', status: 500 });
    assert.equal(directory.ready('iris').generation, 1);
  });
});
