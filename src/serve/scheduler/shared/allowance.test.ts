import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { compute } from '../../dataplane/index.ts';
import { v2Exchange } from '../../protocols/exchanges/v2.ts';
import { loadPlan } from '../../repository/load.ts';
import { makeReady } from '../../repository/model.ts';
import { mostCosts } from '../expected.ts';
import type { FromThread, ToThread } from '../messages.ts';
import { type Allowance, allowanceOf, slowMilliseconds } from './allowance.ts';
import { introducing, LimitedThread } from './limited.ts';
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

/** A request for the iris model with so many rows. */
async function asked(rows: number) {
  const model = await irisModel();
  const { name, version, generation, plan } = model;
  const notice = { name, version, generation, plan, state: 'READY', reason: '', unloaded: false } as const;
  const data = Array.from({ length: rows * 4 }, (_, at) => (at % 79) / 10);
  const inputs = [{ name: 'input-0', shape: [rows, 4], datatype: 'FP64', data }];
  return { model, notice, body: new Uint8Array(Buffer.from(JSON.stringify({ inputs }))) };
}

type Asked = Extract<ToThread, { kind: 'answer' }>;

const forEver = 1e9;

/** Why a thread would be lost after what it was asked, had that taken for ever; its clock stands still. */
async function lostMessage(allowed: Allowance, message: Asked): Promise<string> {
  const { promise: answered, resolve: finished } = Promise.withResolvers<FromThread>();
  const { promise: lost, resolve: lose } = Promise.withResolvers<string>();
  const thread = new LimitedThread(0, () => 0, {
    finished: (_, outcome) => finished(outcome),
    lost: (_, _fault, text) => lose(text),
  });
  const owner = { name: 'one', running: 0, waiting: 0, waitingBytes: 0, closed: false, onFault: assert.fail };
  thread.give({
    owner,
    id: 1,
    allowed,
    generation: 1,
    body: undefined,
    message: () => message,
    done: () => assert.fail(),
    failed: assert.fail,
  });
  assert.equal((await answered).kind, 'answered');
  thread.look(forEver);
  return lost;
}

/** Hears which requests are to tell what they cost. */
class Heard extends SharedPool {
  readonly tells: (boolean | undefined)[] = [];

  constructor() {
    super({ size: 2, memory: Infinity, resident: () => 0, now: () => performance.now() });
  }

  override run<Value>(...[task, take]: Parameters<typeof SharedPool.prototype.run<Value>>): Promise<Value> {
    const message = task.message(new Set());
    if (message.kind === 'answer') this.tells.push(message.tellsCost);
    return super.run(task, take);
  }
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

  test('is told anew by the thread once it has read the request', async () => {
    const { model, notice, body } = await asked(20_000);
    const call = v2Exchange.read(new Uint8Array(body), model, limits);
    const told = model.executable.cost(call.inputs, call.outputs) / 1e6;
    const guessed = allowanceOf(body.byteLength, mostCosts(model));
    assert.ok(slowMilliseconds(told) < guessed.milliseconds);
    for (const tellsCost of [true, false]) {
      const message = await lostMessage(guessed, {
        kind: 'answer',
        id: 1,
        exchange: 'v2',
        generation: notice.generation,
        introduced: { notice, options, limits },
        body: body.slice(),
        tellsCost,
      });
      const most = tellsCost ? slowMilliseconds(told) : guessed.milliseconds + introducing;
      assert.equal(
        message,
        `it did not come back within ${forEver} ms, expected ${Math.round(most)} at most`,
      );
    }
  });

  test('is to be told anew where it is not short, and the answer comes all the same', async () => {
    const { model, notice, body } = await asked(20_000);
    const small = await asked(10);
    const pool = new Heard();
    const place = new Place(pool, { name: 'one', options, limits, onFault: assert.fail });
    try {
      await place.prepare(notice);
      assert.equal(allowanceOf(body.byteLength, mostCosts(model)).quick, false);
      const here = await compute(model, v2Exchange.read(new Uint8Array(body), model, limits));
      const there = await place.answer({ exchange: 'v2', notice, body, client });
      assert.equal(Buffer.from(there as Uint8Array).toString(), Buffer.from(here as Uint8Array).toString());
      await place.answer({ exchange: 'v2', notice, body: small.body, client });
      assert.deepEqual(pool.tells, [true, false]);
    } finally {
      await place.close();
      pool.end();
    }
  });
});
