import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Cluster } from './cluster.ts';
import type { Running } from './platform.ts';
import { iris } from './program.ts';

const cluster = new Cluster(115);
const davit = cluster.davit.bind(cluster);

/** Has the model of irises at `/iris.joblib`, and nothing else. */
const storage = createServer((asked, answer) => {
  if (asked.url === '/iris.joblib') answer.end(readFileSync(iris));
  else answer.writeHead(404).end();
});

function uri(name: string): string {
  return `http://127.0.0.1:${(storage.address() as AddressInfo).port}/${name}`;
}

/** A server of several models. */
function parent(name: string, mode: string, protocol = 'v1'): string {
  return `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: ${name}, annotations: {serving.kserve.io/deploymentMode: ${mode}}}
spec:
  predictor:
    sklearn: {protocolVersion: ${protocol}, resources: {requests: {memory: 256Mi}, limits: {memory: 1Gi}}}
`;
}

function model(name: string, of: string, file: string, memory = '256Mi'): string {
  return `apiVersion: serving.kserve.io/v1alpha1
kind: TrainedModel
metadata: {name: ${name}}
spec:
  inferenceService: ${of}
  model: {storageUri: "${uri(file)}", framework: sklearn, memory: ${memory}}
`;
}

suite('davit up gives servers of several models their TrainedModels', () => {
  let up: Running;
  let gateway = '';

  before(async () => {
    await new Promise<void>(resolve => storage.listen(0, '127.0.0.1', resolve));
    up = cluster.up('--no-auth');
    [, gateway = ''] = await up.says(/the gateway is up.*?(http:\/\/[\w.:]+)/);
  });

  after(async () => {
    await up.stop();
    cluster.remove();
    storage.close();
    storage.closeAllConnections();
  });

  async function apply(...texts: string[]): Promise<void> {
    const file = join(cluster.folder, 'applied.yaml');
    writeFileSync(file, texts.join('---\n'));
    const { status, err } = await davit('apply', '-f', file);
    assert.equal(status, 0, err);
  }

  async function waits(what: string, until: string): Promise<void> {
    const { status, err } = await davit('wait', what, `--for=${until}`, '--timeout=60s');
    assert.equal(status, 0, err);
  }

  async function get(what: string, path: string): Promise<string> {
    return (await davit('get', ...what.split(' '), '-o', `jsonpath=${path}`)).out;
  }

  /** Asks at the URL of a status, by the gateway; resolves to the status and the body. */
  function ask(url: string, body = '{"instances": [[6.8, 2.8, 4.8, 1.4]]}'): Promise<[number, string]> {
    const { host, pathname } = new URL(url);
    return new Promise((resolve, reject) => {
      const asking = request(
        new URL(pathname, gateway),
        { method: 'POST', headers: { host }, agent: false },
        answer => {
          let text = '';
          answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
          answer.on('end', () => resolve([answer.statusCode ?? 0, text]));
        },
      );
      asking.on('error', reject);
      asking.end(body);
    });
  }

  /** Waits until nothing answers at the URL of a status any more. */
  async function goesFrom(url: string): Promise<void> {
    for (let tries = 0; tries < 1200; tries++) {
      const [status] = await ask(url);
      if (status === 404) return;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    assert.fail(`${url} still answers`);
  }

  for (const mode of ['Standard', 'Knative']) {
    const name = `several-${mode.toLowerCase()}`;
    const named = (one: string): string => `${one}-${mode.toLowerCase()}`;

    test(`in ${mode} mode a model is loaded, answers at its URL, and goes`, async () => {
      const [a, b] = [named('a'), named('b')];
      await apply(parent(name, mode), model(a, name, 'iris.joblib'), model(b, name, 'iris.joblib'));
      await Promise.all([a, b].map(one => waits(`trainedmodel/${one}`, 'condition=Ready')));
      const urls = await Promise.all([a, b].map(one => get(`trainedmodel ${one}`, '{.status.url}')));
      assert.match(urls[0] ?? '', new RegExp(`/v1/models/${a}:predict$`));
      assert.match(
        await get(`trainedmodel ${a}`, '{.status.address.url}'),
        new RegExp(`/v1/models/${a}:predict$`),
      );
      for (const url of urls) assert.deepEqual(await ask(url), [200, '{"predictions":[1]}']);
      const events = await davit(
        'get',
        'events',
        '--field-selector',
        `involvedObject.name=${a}`,
        '-o',
        'name',
      );
      assert.match(events.out, /event/);
      await davit('delete', `trainedmodel/${a}`);
      await goesFrom(urls[0] ?? '');
      assert.deepEqual(await ask(urls[1] ?? ''), [200, '{"predictions":[1]}']);
    });

    test(`in ${mode} mode so it is with the server that KServe has for V2`, async () => {
      const [server, one] = [named('second'), named('c')];
      await apply(parent(server, mode, 'v2'), model(one, server, 'iris.joblib'));
      await waits(`trainedmodel/${one}`, 'condition=Ready');
      const url = await get(`trainedmodel ${one}`, '{.status.url}');
      assert.match(url, new RegExp(`/v2/models/${one}/infer$`));
      const inputs = [{ name: 'x', shape: [1, 4], datatype: 'FP32', data: [6.8, 2.8, 4.8, 1.4] }];
      const [status, text] = await ask(url, JSON.stringify({ inputs }));
      assert.equal(status, 200, text);
      const { outputs } = JSON.parse(text) as { outputs: readonly { data: readonly number[] }[] };
      assert.deepEqual(outputs[0]?.data, [1]);
    });

    test(`in ${mode} mode a model says why it is not ready, and keeps nobody else from it`, async () => {
      const [large, missing] = [named('large'), named('missing')];
      await apply(model(large, name, 'iris.joblib', '2Gi'), model(missing, name, 'nothing.joblib'));
      const ready = '{.status.conditions[?(@.type=="Ready")].';
      await waits(`trainedmodel/${large}`, 'condition=Ready=False');
      assert.equal(await get(`trainedmodel ${large}`, `${ready}reason}`), 'MemoryResourceNotAvailable');
      await waits(`trainedmodel/${missing}`, `jsonpath=${ready}reason}=ModelLoadFailed`);
      assert.match(await get(`trainedmodel ${missing}`, `${ready}message}`), /nothing\.joblib.* 404/);
      assert.equal(await get(`isvc ${name}`, `${ready}status}`), 'True');
      await waits(`trainedmodel/${named('b')}`, 'condition=Ready');
      const path = '{range .items[?(@.reason=="ModelLoadFailed")]}{.involvedObject.name} {end}';
      assert.match(await get('events', path), new RegExp(`\\b${missing}\\b`));
      await apply(model(missing, name, 'iris.joblib'));
      await waits(`trainedmodel/${missing}`, 'condition=Ready');
    });
  }
});
