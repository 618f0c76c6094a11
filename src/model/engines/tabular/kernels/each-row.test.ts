import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { NamedTensor } from '../../../../tensor/index.ts';
import { PlanBuilder } from '../../../plan/index.ts';
import { tabular } from '../index.ts';

const one = { operator: 'eachRow' } as const;

/** The number 7 for each row. */
function sevens() {
  const builder = new PlanBuilder();
  const rows = builder.add(one.operator, [], { owner: 'Test' });
  const node = builder.add('constant', [rows], {}, { values: Float64Array.of(7) });
  return builder.finish(
    {
      source: { format: 'test', container: 'none', library: 'none', notes: [] },
      description: { name: 'model', class: 'Test', parameters: {}, facts: {}, parts: [] },
      inputs: [{ name: 'input-0', datatype: 'FP64', shape: [-1, -1] }],
      outputs: [{ name: 'y', datatype: 'FP64', shape: [-1, 1] }],
      features: 1,
      openColumns: true,
    },
    [{ node }],
  );
}

function numbers(name: string, shape: readonly number[], count: number): NamedTensor {
  return { name, datatype: 'FP64', shape, data: new Float64Array(count) };
}

async function ask(...tensors: readonly NamedTensor[]): Promise<NamedTensor> {
  const [answer] = (await tabular.compile(sevens())).run(tensors, ['y']) as readonly [NamedTensor];
  return answer;
}

suite('an answer for each row, whatever is in it', () => {
  const words: NamedTensor = { name: 'words', datatype: 'BYTES', shape: [2], data: ['a', null] };

  for (const [name, tensors, rows] of [
    ['numbers', [numbers('x', [3, 4], 12)], 3],
    ['texts', [words], 2],
    ['columns', [words, numbers('x', [2, 1], 2)], 2],
    ['more rows than a block has', [numbers('x', [5000, 1], 5000)], 5000],
  ] as const)
    test(name, async () => {
      const { shape, data } = await ask(...tensors);
      assert.deepEqual(shape, [rows, 1]);
      assert.deepEqual(data, new Float64Array(rows).fill(7));
    });

  for (const [name, tensors] of [
    ['no tensor', []],
    ['no row', [numbers('x', [0, 4], 0)]],
    ['rows that are only said to be there', [numbers('x', [1e9, 0], 0)]],
    ['data that do not fill the rows', [numbers('x', [3, 4], 11)]],
    ['columns of unlike length', [numbers('x', [3, 1], 3), words]],
  ] as const)
    test(`${name}: refused`, () => assert.rejects(ask(...tensors), { code: 'features-shape' }));
});
