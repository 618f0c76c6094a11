/** Rows of the V1 protocol that are lists of labels, of any length: what scikit-learn answers for the same lists. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeReady } from '../../src/serve/repository/model.ts';
import { exchangeNamed } from '../../src/serve/protocols/exchanges/index.ts';
import type { NamedTensor } from '../../src/tensor/index.ts';
import { sampleOf } from '../thorough.ts';
import { planOf } from './ask.ts';
import { difference, toleranceFor } from './compare.ts';
import { readCorpus, versions, type Run } from './corpus.ts';
import { tensorsOf } from './tensors.ts';

/** A row without the missing ones at its end. */
function listsOf(run: Run): readonly (readonly unknown[])[] {
  const [tensor] = tensorsOf(run.input) as readonly [NamedTensor];
  const [rows, width] = tensor.shape as readonly [number, number];
  const elements = Array.from(tensor.data as ArrayLike<unknown>);
  return Array.from({ length: rows }, (_, row) =>
    elements.slice(row * width, (row + 1) * width).filter(one => one !== null && !Number.isNaN(one)),
  );
}

const exchange = await exchangeNamed('v1');

for (const version of sampleOf(
  versions.filter(one => !one.startsWith('0.18.')),
  0,
))
  test(`lists of labels are answered as by scikit-learn ${version}`, async () => {
    const corpus = readCorpus(version, 'labelling');
    const entries = corpus.entries.filter(({ form }) => form === 'sets');
    assert.deepEqual(
      entries.map(entry => entry.case),
      ['sets-lists', 'sets-lists-numbers'],
    );
    for (const entry of entries) {
      const plan = await planOf(corpus, entry);
      const notice = {
        name: 'sets',
        version: '1',
        state: 'READY',
        reason: '',
        unloaded: false,
        generation: 1,
        plan,
      };
      const model = await makeReady(notice as Parameters<typeof makeReady>[0], { predictProba: false });
      for (const run of corpus.runs(entry)) {
        const instances = listsOf(run);
        const lengths = new Set(instances.map(list => list.length));
        assert.ok(run.name === 'one' || lengths.size > 4, `${lengths.size} lengths`);
        const body = Buffer.from(JSON.stringify({ instances }));
        const call = exchange.read(body, model, { maxRows: 1000 });
        const [answer] = await model.executable.run(call.inputs, call.outputs);
        for (const golden of run.outputs['transform'] ?? assert.fail('no answers'))
          assert.equal(
            difference(answer as NamedTensor, golden, toleranceFor(run.name)),
            undefined,
            entry.case,
          );
      }
    }
  });
