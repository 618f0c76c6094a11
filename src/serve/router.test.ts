import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { createLog } from '../base/log/index.ts';
import { renderPrometheus } from '../base/metrics/index.ts';
import type { Head, PreparedHead, Sink } from '../base/net/index.ts';
import { createServing, loadPlan, type ModelNotice, type ServingThread } from './index.ts';

const iris = join(import.meta.dirname, '../../examples/iris/iris-model.joblib');
const request = Buffer.from(
  '{"inputs":[{"name":"a","shape":[1,4],"datatype":"FP32","data":[6.8,2.8,4.8,1.4]}]}',
);

interface Answer {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly body: unknown;
}

suite('the router', () => {
  const logged: string[] = [];
  const done: string[] = [];
  const log = createLog({
    level: 'info',
    format: 'json',
    colour: false,
    now: () => 0,
    write: line => void logged.push(line),
  });
  let serving: ServingThread;
  let notice: ModelNotice;

  before(async () => {
    const options = {
      model: { predictProba: false },
      limits: { maxRows: 1000 },
      computeThreads: 1,
      version: '9.9.9',
      accessLog: true,
    };
    const control = {
      load: (name: string): Promise<void> => Promise.resolve(void done.push(`load ${name}`)),
      unload: (name: string): Promise<void> => Promise.reject(new Error(`cannot unload ${name}`)),
      metrics: (): Promise<string> => Promise.resolve(renderPrometheus(serving.metrics.snapshot())),
    };
    serving = createServing(options, control, log);
    const { plan } = await loadPlan(iris);
    notice = {
      name: 'my iris/1:x',
      version: '1',
      state: 'READY',
      reason: '',
      unloaded: false,
      generation: 1,
      plan,
    };
    await serving.apply(notice);
  });

  function ask(
    method: string,
    target: string,
    body: Uint8Array = new Uint8Array(),
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return new Promise(resolve => {
      const head: Head = { header: name => headers[name.toLowerCase()] };
      const sink: Sink = {
        aborted: false,
        onAbort: () => {},
        stream: () => undefined,
        send: ({ status, fields }: PreparedHead, sent) => {
          const text = typeof sent === 'string' ? sent : Buffer.from(sent).toString('utf8');
          const named = Object.fromEntries(fields);
          resolve({
            status,
            fields: named,
            body: named['Content-Type'] === 'application/json' ? JSON.parse(text) : text,
          });
        },
      };
      void serving.handler(method, target, head, body, sink);
    });
  }

  const model = '/v2/models/my%20iris%2F1%3Ax';

  test('finds names that are percent-encoded, and forgives a query and a trailing slash', async () => {
    for (const target of [
      `${model}/infer`,
      `${model}/infer?x=1`,
      `${model}/infer/`,
      `${model}/versions/1/infer`,
    ]) {
      const { status, body } = await ask('POST', target, request);
      assert.deepEqual(
        [status, (body as { outputs: { data: number[] }[] }).outputs[0]?.data],
        [200, [1]],
        target,
      );
    }
    const v1 = await ask(
      'POST',
      '/v1/models/my%20iris%2F1%3Ax:predict',
      Buffer.from('{"instances":[[6.8,2.8,4.8,1.4]]}'),
    );
    assert.deepEqual(v1.body, { predictions: [1] });
  });

  test('a path that cannot be decoded is unknown', async () => {
    assert.equal((await ask('GET', '/v2/models/%E0%A4%A')).status, 404);
  });

  test('words that every object knows are no parts of a protocol', async () => {
    for (const target of ['/v2/constructor', '/v2/__proto__', `${model}/toString`])
      assert.equal((await ask('GET', target)).status, 404, target);
  });

  test('tells a method that a path has not, and what it has; HEAD is GET', async () => {
    const { status, fields } = await ask('DELETE', `${model}/infer`, request);
    assert.deepEqual([status, fields['Allow']], [405, 'POST']);
    assert.equal((await ask('GET', `${model}/infer`)).status, 405);
    assert.equal((await ask('HEAD', '/v2/health/live')).status, 200);
  });

  test('answers server and model metadata', async () => {
    const server = (await ask('GET', '/v2')).body as { name: string; version: string };
    assert.deepEqual([server.name, server.version], ['davit', '9.9.9']);
    const told = (await ask('GET', model)).body as {
      name: string;
      versions: string[];
      inputs: unknown;
      outputs: { name: string }[];
    };
    assert.deepEqual([told.name, told.versions], ['my iris/1:x', ['1']]);
    assert.deepEqual(told.inputs, [{ name: 'input-0', datatype: 'FP64', shape: [-1, 4] }]);
    assert.deepEqual(
      told.outputs.map(({ name }) => name),
      ['predict', 'decision_function'],
    );
    assert.deepEqual((await ask('GET', '/v1/models')).body, { models: ['my iris/1:x'] });
    assert.deepEqual((await ask('GET', '/')).body, { status: 'alive' });
  });

  test('an output is chosen by name', async () => {
    const body = Buffer.from(
      request.toString().replace('}]}', '}],"outputs":[{"name":"decision_function"},{"name":"predict"}]}'),
    );
    const { outputs } = (await ask('POST', `${model}/infer`, body)).body as {
      outputs: { name: string; shape: number[] }[];
    };
    assert.deepEqual(
      outputs.map(({ name, shape }) => [name, shape]),
      [
        ['decision_function', [1, 3]],
        ['predict', [1]],
      ],
    );
  });

  test('the id of a request is said again when there is one', async () => {
    const withId = (id: string): Buffer => Buffer.from(request.toString().replace('{', `{"id":"${id}",`));
    assert.equal(((await ask('POST', `${model}/infer`, withId('7'))).body as { id?: string }).id, '7');
    assert.equal('id' in ((await ask('POST', `${model}/infer`, withId(''))).body as object), false);
  });

  test('a defect is a 500 that is logged, not a crash', async () => {
    const { status, fields, body } = await ask('POST', '/v2/repository/models/x/unload');
    assert.deepEqual(
      [status, fields['Davit-Error-Code'], body],
      [500, 'internal', { error: 'internal error: cannot unload x' }],
    );
    assert.ok(
      logged.some(line => line.includes('request failed by a defect') && line.includes('cannot unload x')),
    );
    assert.equal((await ask('POST', '/v2/repository/models/x/load')).status, 200);
    assert.deepEqual(done, ['load x']);
  });

  test('counts outcomes by model and protocol, and logs each answer', async () => {
    await ask('POST', `${model}/infer`, Buffer.from('{}'));
    const { body, fields } = await ask('GET', '/metrics');
    assert.match(fields['Content-Type'] ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(
      String(body),
      /^davit_inference_requests_total\{model="my iris\/1:x",protocol="v2",outcome="user_error"\} [1-9]/m,
    );
    assert.match(
      String(body),
      /^davit_inference_duration_seconds_count\{model="my iris\/1:x",protocol="v1"\} 1$/m,
    );
    assert.ok(
      logged.some(line => line.includes('"event":"request","method":"GET","target":"/metrics","status":200')),
    );
  });

  test('prepared routes are renewed when a model changes', async () => {
    const { plan: _plan, ...rest } = notice;
    await serving.apply({ ...rest, state: 'UNAVAILABLE', reason: 'unloaded', unloaded: true, generation: 2 });
    const { status, body } = await ask('POST', `${model}/infer`, request);
    assert.deepEqual([status, body], [503, { error: "model 'my iris/1:x' is not ready: unloaded" }]);
    assert.deepEqual((await ask('GET', '/v2/health/ready')).body, { ready: true });
    await serving.apply({ ...notice, generation: 3 });
    assert.equal((await ask('POST', `${model}/infer`, request)).status, 200);
  });
});
