import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { loadPlan } from '../repository/load.ts';
import { type ComputingModel, makeReady } from '../repository/model.ts';
import { fail, help, sharing, type Share } from './sharing.ts';

const iris = join(import.meta.dirname, '../../../examples/iris/iris-model.joblib');

function batch(rows: number) {
  const data = Float64Array.from({ length: rows * 4 }, (_, at) => ((at * 7919) % 83) / 10);
  return [{ name: 'input-0', datatype: 'FP64' as const, shape: [rows, 4], data }];
}

suite('a batch that threads share', () => {
  let model: ComputingModel;
  let rows: number;
  const outputs = ['predict', 'decision_function'];
  before(async () => {
    const { plan } = await loadPlan(iris);
    const notice = { name: 'iris', version: '1', state: 'READY' as const, reason: '', unloaded: false };
    model = await makeReady({ ...notice, generation: 1, plan }, { predictProba: false });
    // Some 15 pieces, the last one shorter.
    rows = Math.ceil(60_000_000_000 / model.executable.cost(batch(1000), outputs)) + 17;
  });

  for (const [name, offer] of [
    ['nobody helps with', () => {}],
    ['another one computes most of', (share: Share) => void help(model.executable, share)],
    ['a helper is lost with', fail],
    [
      'a helper begins and is lost with',
      (share: Share) => {
        Atomics.add(share.control, 0, 2);
        fail(share);
      },
    ],
  ] as const)
    test(`that ${name} has the answers of one that is not shared`, async () => {
      let offered = 0;
      const executable = sharing(model.executable, 1, share => {
        offered++;
        offer(share);
      });
      const found = await executable.run(batch(rows), outputs);
      assert.equal(offered, 1);
      assert.deepEqual(found, await model.executable.run(batch(rows), outputs));
    });

  test('names the row of the batch that is wrong, not that of a piece', async () => {
    const inputs = batch(rows);
    (inputs[0] as { data: Float64Array }).data[(rows - 2) * 4] = NaN;
    const executable = sharing(model.executable, 1, () => {});
    await assert.rejects(async () => executable.run(inputs, outputs), new RegExp(`row ${rows - 2}\\b`));
  });

  test('is given up as soon as nobody waits for it', async () => {
    let checks = 0;
    const executable = sharing(model.executable, 1, () => {});
    const leave = (): void => {
      if (++checks > 3) throw new Error('gone');
    };
    await assert.rejects(async () => executable.run(batch(rows), outputs, leave), /gone/);
    assert.ok(checks < 8);
  });

  test('is not divided when it is short or does not fit its shape', () => {
    const executable = sharing(model.executable, 1, () => assert.fail('offered'));
    assert.ok(Array.isArray(executable.run(batch(10), outputs)));
    const [tensor] = batch(rows);
    assert.throws(() => executable.run([{ ...tensor!, shape: [rows + 1, 4] }], outputs), {
      code: 'features-shape',
    });
  });
});
