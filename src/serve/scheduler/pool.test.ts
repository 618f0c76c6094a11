import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { compute, type Client } from '../dataplane/index.ts';
import { v2Exchange } from '../protocols/exchanges/v2.ts';
import { Directory } from '../repository/directory.ts';
import { loadPlan } from '../repository/load.ts';
import type { ComputingModel, ModelNotice } from '../repository/model.ts';
import { Pool } from './pool.ts';
import { inlineBytes, Scheduler } from './scheduler.ts';

const iris = join(import.meta.dirname, '../../../examples/iris/iris-model.joblib');
const options = { predictProba: false };
const limits = { maxRows: 1_000_000 };

function batch(rows: number): Uint8Array<ArrayBuffer> {
  const data = Array.from({ length: rows }, (_, row) =>
    row % 2 === 0 ? '6.8,2.8,4.8,1.4' : '5.0,3.4,1.5,0.2',
  ).join(',');
  const text = `{"inputs":[{"name":"input-0","shape":[${rows},4],"datatype":"FP64","data":[${data}]}]}`;
  return new Uint8Array(Buffer.from(text));
}

const patient: Client = { aborted: false, onAbort: () => {} };

/** A client that leaves when told. */
class Leaving implements Client {
  aborted = false;
  readonly #listeners: (() => void)[] = [];

  onAbort(listener: () => void): void {
    if (this.aborted) listener();
    else this.#listeners.push(listener);
  }

  leave(): void {
    this.aborted = true;
    for (const listener of this.#listeners) listener();
  }
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
}

suite('compute threads', () => {
  let notice: ModelNotice;
  let model: ComputingModel;
  let directory: Directory;
  let pool: Pool;
  before(async () => {
    pool = new Pool(1, { options, limits });
    const { plan } = await loadPlan(iris);
    notice = { name: 'iris', version: '1', state: 'READY', reason: '', unloaded: false, generation: 1, plan };
    directory = new Directory(options, () => {});
    await directory.apply(notice, () => {});
    model = directory.ready('iris') as ComputingModel;
  });
  after(() => pool.close());

  const question = (body: Uint8Array, client = patient): Parameters<Pool['answer']>[0] => ({
    exchange: 'v2',
    notice,
    body,
    client,
  });

  test('answer what the event loop answers', async () => {
    const here = await compute(model, v2Exchange.read(batch(5000), model, limits));
    assert.equal(textOf(await pool.answer(question(batch(5000)))), textOf(here));
  });

  test('share a long batch, and lose nothing of it when a helper ends', async () => {
    const { inputs, outputs } = v2Exchange.read(batch(1000), model, limits);
    const rows = Math.ceil(60_000_000_000 / model.executable.cost(inputs, outputs));
    const here = await compute(model, v2Exchange.read(batch(rows), model, limits));
    const two = new Pool(2, { options, limits });
    try {
      assert.equal(textOf(await two.answer(question(batch(rows)))), textOf(here));
      assert.equal(two.threads, 2);
      assert.equal(textOf(await two.answer(question(batch(rows)))), textOf(here));
    } finally {
      await two.close();
    }
  });

  test('give coded errors back', async () => {
    const body = new Uint8Array(Buffer.from('{"inputs":[]'));
    await assert.rejects(pool.answer(question(body)), {
      code: 'wire-json-syntax',
      status: 400,
      fault: 'user',
    });
  });

  test('read model files', async () => {
    assert.equal((await pool.load(iris)).plan.source.library, 'scikit-learn');
    await assert.rejects(pool.load('/no/such/file'), { code: 'model-path-missing' });
  });

  test('do not begin what nobody waits for, and keep nothing of it', async () => {
    const first = pool.answer(question(batch(20_000)));
    const client = new Leaving();
    const second = pool.answer(question(batch(1), client));
    assert.equal(pool.waiting, 1);
    client.leave();
    assert.equal(pool.waiting, 0);
    await assert.rejects(second, { code: 'client-gone', message: /before its turn/ });
    await first;
  });

  test('give up what they compute when nobody waits any more', async () => {
    const client = new Leaving();
    const running = pool.answer(question(batch(20_000), client));
    assert.equal(pool.waiting, 0);
    client.leave();
    await assert.rejects(running, { code: 'client-gone', message: /was computed/ });
    assert.throws(() => pool.answer(question(batch(1), client)), { code: 'client-gone' });
    assert.match(textOf(await pool.answer(question(batch(1)))), /"data":\[1\]/);
  });

  test('take only so much that waits', async () => {
    const body = Buffer.from('{}');
    const client = new Leaving();
    const running = pool.answer(question(batch(20_000)));
    const waiting = Array.from({ length: 1024 }, () => pool.answer(question(body, client)).catch(() => {}));
    assert.throws(() => pool.answer(question(body)), { code: 'overloaded', status: 503 });
    client.leave();
    await Promise.all([running, ...waiting]);
    assert.match(textOf(await pool.answer(question(batch(1)))), /"data":\[1\]/);
  });

  test('a model may go while others are computed: its plan is dropped, and comes again when asked for', async () => {
    await pool.answer(question(batch(1)));
    pool.forget(notice.generation);
    assert.match(textOf(await pool.answer(question(batch(1)))), /"data":\[1\]/);
  });

  test('a large body goes to them, a small one does not', async () => {
    const scheduler = new Scheduler(directory, pool, limits);
    assert.equal(scheduler.answer(v2Exchange, model, batch(2), patient) instanceof Promise, false);
    const large = batch(10_000);
    assert.ok(large.byteLength > inlineBytes);
    const answer = scheduler.answer(v2Exchange, model, large, patient);
    assert.equal(large.byteLength, 0, 'it went there without a copy');
    assert.match(textOf(await answer), /^\{"model_name":"iris"/);
  });

  test('a small body is copied, since the listener uses its memory again', async () => {
    const small = batch(3);
    const answer = pool.answer(question(small));
    small.fill(0);
    assert.match(textOf(await answer), /"data":\[1,0,1\]/);
  });

  test('giving a model up waits for what runs', async () => {
    const scheduler = new Scheduler(directory, pool, limits);
    const answer = scheduler.answer(v2Exchange, model, batch(20_000), patient);
    const { plan: _plan, ...rest } = notice;
    const givenUp: number[] = [];
    const applied = directory.apply(
      { ...rest, state: 'UNAVAILABLE', reason: 'unloaded', generation: 2 },
      generation => {
        givenUp.push(generation);
      },
    );
    await new Promise(resolve => setImmediate(resolve));
    assert.deepEqual(givenUp, []);
    await Promise.all([answer, applied]);
    assert.deepEqual(givenUp, [1]);
    assert.throws(() => directory.ready('iris'), { code: 'model-not-ready' });
  });
});

test('bodies that wait are bounded together, but one of any size may come', async () => {
  const { plan } = await loadPlan(iris);
  const notice = { name: 'iris', version: '1', state: 'READY', reason: '', unloaded: false } as const;
  const pool = new Pool(1, { options, limits }, 1000);
  const ask = (body: Uint8Array): Promise<string | Uint8Array> =>
    pool.answer({ exchange: 'v2', notice: { ...notice, generation: 1, plan }, body, client: patient });
  try {
    const large = batch(100);
    const [running, waiting] = [ask(large), ask(large)];
    assert.throws(() => ask(batch(1)), { code: 'overloaded' });
    await Promise.all([running, waiting]);
    await ask(large);
  } finally {
    await pool.close();
  }
});

test('a thread that dies answers with a coded error, and the next request gets a new thread', async () => {
  const { plan } = await loadPlan(iris);
  const notice: ModelNotice = {
    name: 'iris',
    version: '1',
    state: 'READY',
    reason: '',
    unloaded: false,
    generation: 1,
    plan,
  };
  const pool = new Pool(1, { options, limits });
  try {
    const running = pool.answer({ exchange: 'v2', notice, body: batch(50_000), client: patient });
    await Promise.all([assert.rejects(running, { code: 'compute-crashed', status: 500 }), pool.endThreads()]);
    assert.match(
      textOf(await pool.answer({ exchange: 'v2', notice, body: batch(1), client: patient })),
      /"data":\[1\]/,
    );
  } finally {
    await pool.close();
  }
});
