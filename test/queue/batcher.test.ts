import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createMetrics } from '../../src/base/metrics/index.ts';
import { prepareHead, type Handler } from '../../src/base/net/index.ts';
import { withBatcher, type BatcherOptions } from '../../src/serve/queue/index.ts';
import { serve, until } from './serving.ts';

const json = prepareHead(200, [['Content-Type', 'application/json']]);
const bad = prepareHead(400, [['Content-Type', 'application/json']]);
const broken = prepareHead(500, [['Content-Type', 'application/json']]);

type Model = (body: string) => string;

/** A model behind a batcher; `asked` are the bodies that it saw. */
async function batched(
  context: TestContext,
  model: Model | Handler,
  options: Partial<BatcherOptions> = {},
): Promise<{ asked: string[]; post: (path: string, body: string) => Promise<Response> }> {
  const asked: string[] = [];
  const handler: Handler = (method, target, head, body, sink) => {
    const text = Buffer.from(body).toString();
    asked.push(text);
    if (model.length > 1) return (model as Handler)(method, target, head, body, sink);
    return sink.send(json, Buffer.from((model as Model)(text)));
  };
  const batcher = withBatcher(handler, {
    maxBatchSize: 8,
    maxLatency: 60,
    metrics: createMetrics(),
    ...options,
  });
  const { url } = await serve(context, batcher);
  return {
    asked,
    post: (path, body) =>
      fetch(`${url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
  };
}

interface V1Answer {
  message: string;
  batchId: string;
  predictions: unknown[];
}

/** Predicts each instance to be itself. */
const mirror: Model = body => body.replace('"instances"', '"predictions"');

test('V1 requests become one batch: every reply has its own predictions and the same batchId', async context => {
  const { asked, post } = await batched(context, mirror);
  const bodies = ['[[1,2]]', '[[3,4],[5,6]]', '[[7,8]]'];
  const answers = await Promise.all(
    bodies.map(async instances => {
      const answer = await post('/v1/models/m:predict', `{"instances":${instances}}`);
      return (await answer.json()) as V1Answer;
    }),
  );
  assert.equal(asked.length, 1);
  assert.deepEqual(
    answers.map(({ predictions }) => JSON.stringify(predictions)),
    bodies,
  );
  assert.equal(new Set(answers.map(({ batchId }) => batchId)).size, 1);
  assert.match(
    answers[0]?.batchId ?? '',
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assert.deepEqual(Object.keys(answers[0] ?? {}), ['message', 'batchId', 'predictions']);
});

test('what was sent reaches the model as it was written, and back', async context => {
  const { asked, post } = await batched(context, mirror, { maxBatchSize: 2 });
  const odd = '[1.0, 1, 12345678901234567890, 1e400, "a,]}\\"\\u00e9", {"k":[1,{"x":"[,"}]}, null]';
  const [one] = await Promise.all([
    post('/v1/models/m:predict', ` { "instances" : [ ${odd} ] } `).then(answer => answer.text()),
    post('/v1/models/m:predict', '{"instances":[ "é" ]}').then(answer => answer.text()),
  ]);
  assert.equal(asked.length, 1);
  assert.ok(asked[0]?.includes(odd) && asked[0].includes('"é"'), asked[0]);
  assert.ok(one?.endsWith(`"predictions":[${odd}]}`), one);
});

test('a full batch goes at once, and one that would not fit waits for the next', async context => {
  const { asked, post } = await batched(context, mirror, { maxBatchSize: 4, maxLatency: 100_000 });
  const sizes = [3, 2, 2];
  const ask = (rows: number) => post('/v1/models/m:predict', `{"instances":[${Array(rows).fill(0).join()}]}`);
  const answers = sizes.map(ask);
  await Promise.all(answers);
  assert.deepEqual(
    asked
      .map(body => (JSON.parse(body) as { instances: unknown[] }).instances.length)
      .toSorted((a, b) => a - b),
    [3, 4],
  );
  assert.equal((await ask(9)).status, 200);
});

test('requests for other models, or with other parameters, are other batches', async context => {
  const { asked, post } = await batched(context, mirror);
  await Promise.all([
    post('/v1/models/a:predict', '{"instances":[1]}'),
    post('/v1/models/b:predict', '{"instances":[1]}'),
    post('/v1/models/a:predict', '{"instances":[1],"parameters":{"x":1}}'),
    post('/v1/models/a:predict', '{"parameters":{"x":1},"instances":[2]}'),
  ]);
  assert.equal(asked.length, 3);
  assert.ok(
    asked.some(
      body => /"x":1/.test(body) && (JSON.parse(body) as { instances: unknown[] }).instances.length === 2,
    ),
  );
});

test('the fault of one is not the fault of all, and every status is kept', async context => {
  const { asked, post } = await batched(context, (_method, _target, _head, body, sink) => {
    const text = Buffer.from(body).toString();
    if (text.includes('bad')) sink.send(bad, '{"error":"a bad one"}');
    else if (text.includes('dead')) sink.send(broken, '{"error":"dead"}');
    else sink.send(json, mirror(text));
  });
  const ask = (instance: string) => post('/v1/models/m:predict', `{"instances":["${instance}"]}`);
  const [good, wrong] = await Promise.all([ask('good'), ask('bad')] as const);
  assert.equal(good.status, 200);
  assert.deepEqual(((await good.json()) as V1Answer).predictions, ['good']);
  assert.equal(wrong.status, 400);
  assert.equal(await wrong.text(), '{"error":"a bad one"}');
  assert.equal(asked.length, 3);
  const dead = await Promise.all([ask('good'), ask('dead')]);
  assert.deepEqual(
    dead.map(({ status }) => status),
    [500, 500],
  );
});

test('what is no request of the protocol goes to the model as it is', async context => {
  const { asked, post } = await batched(context, (body: string) => `{"seen":${JSON.stringify(body)}}`);
  for (const body of ['no json', '{"instances":[]}', '{"instances":7}', '[]', '']) {
    assert.deepEqual(await (await post('/v1/models/m:predict', body)).json(), { seen: body });
  }
  assert.equal(asked.length, 5);
});

test('a model that answers another number of predictions is asked for each request alone', async context => {
  const { asked, post } = await batched(context, (_body: string) => '{"predictions":["one for all"]}');
  const ask = () => post('/v1/models/m:predict', '{"instances":[1]}');
  for (const answer of await Promise.all([ask(), ask()])) {
    assert.deepEqual(((await answer.json()) as V1Answer).predictions, ['one for all']);
  }
  assert.equal(asked.length, 3);
  await Promise.all([ask(), ask()]);
  assert.equal(asked.length, 5);
});

test('a caller that goes is no part of the batch', async context => {
  const asked: string[] = [];
  const batcher = withBatcher(
    (_method, _target, _head, body, sink) => {
      asked.push(Buffer.from(body).toString());
      sink.send(json, mirror(Buffer.from(body).toString()));
    },
    { maxBatchSize: 8, maxLatency: 150, metrics: createMetrics() },
  );
  const { url, listener } = await serve(context, batcher);
  const goer = new AbortController();
  const ask = (body: string, signal?: AbortSignal) =>
    fetch(`${url}/v1/models/m:predict`, { method: 'POST', body, ...(signal && { signal }) }).catch(
      () => undefined,
    );
  const gone = ask('{"instances":["goes"]}', goer.signal);
  const stays = ask('{"instances":["stays"]}');
  await until(() => listener.counters.lane === 2);
  goer.abort();
  await gone;
  await stays;
  assert.deepEqual(asked, ['{"instances":["stays"]}']);
});

test('requests that wait are bounded by their bytes', async context => {
  const { post } = await batched(context, mirror, { maxLatency: 300, maxWaitingBytes: 100 });
  const body = `{"instances":["${'x'.repeat(60)}"]}`;
  const answers = await Promise.all([post('/v1/models/m:predict', body), post('/v1/models/m:predict', body)]);
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 503],
  );
});

interface V2Answer {
  id?: string;
  model_name: string;
  outputs: { shape: number[]; data: unknown[] }[];
}

/** Answers each row's values again, flat, and its number as a second output. */
const v2Mirror: Model = body => {
  const { inputs } = JSON.parse(body) as { inputs: { shape: number[]; data: unknown[]; datatype: string }[] };
  const { shape, data, datatype } = inputs[0] as { shape: number[]; data: unknown[]; datatype: string };
  const rows = shape[0] as number;
  const outputs = [
    { name: 'same', datatype, shape, data: data.flat() },
    { name: 'row', datatype: 'INT64', shape: [rows], data: Array.from({ length: rows }, (_, at) => at) },
  ];
  return JSON.stringify({ model_name: 'm', id: 'of the batch', outputs });
};

const v2 = (id: string | undefined, shape: number[], data: unknown, more: object = {}): string =>
  JSON.stringify({ id, inputs: [{ name: 'x', datatype: 'FP32', shape, data, ...more }] });

test('V2 requests whose inputs agree become one batch, each with its own id and rows', async context => {
  const { asked, post } = await batched(context, v2Mirror);
  const path = '/v2/models/m/infer';
  const answers = await Promise.all([
    post(path, v2('a', [1, 2], [1, 2])),
    post(path, v2(undefined, [2, 2], [3, 4, 5, 6])),
    post(path, v2('c', [1, 3], [1, 2, 3])),
    post(path, v2('d', [1, 2], [[7, 8]])),
  ]);
  assert.equal(asked.length, 3);
  const found = (await Promise.all(answers.map(answer => answer.json()))) as V2Answer[];
  assert.deepEqual(
    found.map(({ id }) => id),
    ['a', undefined, 'c', 'd'],
  );
  assert.deepEqual(
    found[0]?.outputs.map(({ shape, data }) => ({ shape, data })),
    [
      { shape: [1, 2], data: [1, 2] },
      { shape: [1], data: [0] },
    ],
  );
  assert.deepEqual(
    found[1]?.outputs.map(({ shape, data }) => ({ shape, data })),
    [
      { shape: [2, 2], data: [3, 4, 5, 6] },
      { shape: [2], data: [1, 2] },
    ],
  );
  assert.deepEqual(found[3]?.outputs[0]?.data, [7, 8]);
  const ids = answers.map(answer => answer.headers.get('davit-batch-id'));
  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[0], ids[2]);
});

test('V2 requests are asked alone when an output has no row for each of theirs', async context => {
  const { asked, post } = await batched(
    context,
    (_body: string) => '{"model_name":"m","outputs":[{"name":"y","datatype":"FP32","shape":[1],"data":[0]}]}',
  );
  const answers = await Promise.all([
    post('/v2/models/m/infer', v2('a', [1, 2], [1, 2])),
    post('/v2/models/m/infer', v2('b', [1, 2], [1, 2])),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  );
  assert.equal(asked.length, 3);
});
