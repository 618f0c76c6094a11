import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planVersion, PlanBuilder, type Plan } from '../index.ts';
import { decodePlan, encodePlan } from './index.ts';

function smallPlan(): Plan {
  const builder = new PlanBuilder();
  const x = builder.add('input', [], { width: 2, owner: 'Größe' });
  const codes = builder.add('argmax', [x]);
  return builder.finish(
    {
      source: { format: 'test', container: 'none', library: 'none', libraryVersion: '1', notes: ['n'] },
      description: { name: 'm', class: 'c', parameters: { a: null, b: 1.5 }, facts: { n: 3 }, parts: [] },
      inputs: [{ name: 'input-0', datatype: 'FP64', shape: [-1, 2] }],
      outputs: [
        { name: 'predict', datatype: 'INT64', shape: [-1] },
        { name: 'name', datatype: 'BYTES', shape: [-1] },
      ],
      features: 2,
      featureNames: ['länge', '宽'],
    },
    [
      { node: codes, labels: { datatype: 'INT64', values: BigInt64Array.of(-5n, 2n ** 62n) } },
      { node: codes, labels: { datatype: 'BYTES', strings: ['a', 'ß'] } },
    ],
  );
}

function withoutBuffer(plan: Plan): unknown {
  return { ...plan, buffer: undefined };
}

test('a plan comes back as it went', () => {
  const plan = smallPlan();
  const back = decodePlan(encodePlan(plan));
  assert.deepEqual(JSON.stringify(withoutBuffer(back)), JSON.stringify(withoutBuffer(plan)));
  assert.deepEqual(new Uint8Array(back.buffer), new Uint8Array(plan.buffer));
  assert.ok(back.buffer instanceof SharedArrayBuffer);
});

test('bytes at any address are read', () => {
  const file = encodePlan(smallPlan());
  for (let shift = 0; shift < 8; shift++) {
    const moved = new Uint8Array(file.length + 8).subarray(shift, shift + file.length);
    moved.set(file);
    assert.equal(decodePlan(moved).nodes.length, 2);
  }
});

test('a plan of another version is told apart from a damaged one', () => {
  const file = encodePlan(smallPlan());
  new DataView(file.buffer).setUint32(8, planVersion + 1, true);
  assert.throws(() => decodePlan(file), {
    code: 'plan-version',
    message: new RegExp(`version ${planVersion + 1}, this build reads ${planVersion}`),
  });
});

test('a plan cut short anywhere is damaged', () => {
  const file = encodePlan(smallPlan());
  for (let length = 0; length < file.length; length++)
    assert.throws(() => decodePlan(file.slice(0, length)), { code: 'plan-damaged' });
});

test('a flipped bit anywhere is found', () => {
  const file = encodePlan(smallPlan());
  for (let index = 0; index < file.length; index++) {
    const spoilt = file.slice();
    spoilt[index] = (spoilt[index] as number) ^ (1 << (index % 8));
    assert.throws(() => decodePlan(spoilt), {
      code: index >= 8 && index < 12 ? 'plan-version' : 'plan-damaged',
    });
  }
});
