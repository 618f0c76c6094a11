import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { compute } from '../../dataplane/index.ts';
import { v2Exchange } from '../../protocols/exchanges/v2.ts';
import { loadPlan } from '../../repository/load.ts';
import { makeReady } from '../../repository/model.ts';
import { mostCosts } from '../expected.ts';
import { allowanceOf, slowMilliseconds } from './allowance.ts';
import { Place } from './place.ts';
import { SharedPool } from './pool.ts';

const iris = join(import.meta.dirname, '../../../../examples/iris/iris-model.joblib');
const options = { predictProba: false };
const limits = { maxRows: 1_000_000 };
const client = { aborted: false, onAbort: () => {} };

async function irisModel() {
  const { plan } = await loadPlan(iris);
  const notice = { name: 'iris', version: '1', state: 'READY' as const, reason: '', unloaded: false };
  return makeReady({ ...notice, generation: 1, plan }, options);
}

suite('what a request to shared threads may take', () => {
  test('is known from its length and what a row and a character cost at most', () => {
    assert.equal(allowanceOf(1000, { row: 1000, character: 0 }).quick, true);
    const rows = allowanceOf(100_000, { row: 10_000, character: 0 });
    const characters = allowanceOf(100_000, { row: 0, character: 5000 });
    assert.deepEqual(rows, { quick: false, milliseconds: slowMilliseconds(510) });
    assert.deepEqual(characters, rows);
  });

  test('follows the dearest output', async () => {
    const model = await irisModel();
    const { row, character } = mostCosts(model);
    const data = new Float64Array(4);
    const inputs = [{ name: 'x', datatype: 'FP64' as const, shape: [1, 4], data }];
    const costs = [...model.outputs].map(output => model.executable.cost(inputs, [output]));
    assert.ok(costs.length > 1);
    assert.equal(row, Math.max(...costs));
    assert.equal(character, 0);
  });

  test('is told anew once it has been read, and the answer comes all the same', async () => {
    const model = await irisModel();
    const { name, version, generation, plan } = model;
    const notice = { name, version, generation, plan, state: 'READY', reason: '', unloaded: false } as const;
    const pool = new SharedPool({
      size: 2,
      memory: Infinity,
      resident: () => 0,
      now: () => performance.now(),
    });
    const place = new Place(pool, { name: 'one', options, limits, onFault: assert.fail });
    try {
      await place.prepare(notice);
      const rows = 20_000;
      const data = Array.from({ length: rows * 4 }, (_, at) => (at % 79) / 10);
      const inputs = [{ name: 'input-0', shape: [rows, 4], datatype: 'FP64', data }];
      const body = new Uint8Array(Buffer.from(JSON.stringify({ inputs })));
      assert.equal(allowanceOf(body.byteLength, mostCosts(model)).quick, false);
      const here = await compute(model, v2Exchange.read(new Uint8Array(body), model, limits));
      const there = await place.answer({ exchange: 'v2', notice, body, client });
      assert.equal(Buffer.from(there as Uint8Array).toString(), Buffer.from(here as Uint8Array).toString());
    } finally {
      await place.close();
      pool.end();
    }
  });
});
