import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Cluster, service } from './cluster.ts';
import type { Running } from './platform.ts';
import { iris as model } from './program.ts';

const cluster = new Cluster(119);
const davit = cluster.davit.bind(cluster);
const input = join(dirname(model), 'iris-input.json');

suite('pods and services of a machine that has 127.0.0.1 alone', () => {
  let up: Running;

  before(async () => {
    up = cluster.up('--addresses=one', '--no-auth', '-f', cluster.file);
    await up.says(/✓ iris: ready after/);
  });

  after(async () => {
    await up.stop();
    cluster.remove();
  });

  async function get(what: string, path: string): Promise<string> {
    return (await davit('get', ...what.split(' '), '-o', `jsonpath=${path}`)).out;
  }

  /** Asks iris over V2 where a service is said to be found. */
  async function asked(place: string, name: string): Promise<unknown> {
    const url = `http://${place}/v2/models/${name}/infer`;
    const answer = await fetch(url, { method: 'POST', body: readFileSync(input) });
    const { outputs } = (await answer.json()) as { outputs: readonly { data: unknown }[] };
    return outputs[0]?.data;
  }

  const listensOn = String.raw`{.metadata.annotations.davit\.dev/listens-on}`;

  test('what it is like is printed', async () => {
    const [line] = await up.says(/pods and services share 127\.0\.0\.1.*/);
    assert.match(line, /davit\\+\.dev\/listens-on/);
  });

  test('a service answers where its annotation says, and a pod at its port', async () => {
    const said = /^80=(127\.0\.0\.1:\d+)$/;
    while (!said.test(await get('service iris-predictor', listensOn))) await new Promise(setImmediate);
    const written = await get('service iris-predictor', '{.metadata.resourceVersion}');
    const [, place = ''] = said.exec(await get('service iris-predictor', listensOn)) ?? [];
    assert.deepEqual(await asked(place, 'iris'), [1, 1]);
    const pod = await get('pods', '{.items[0].metadata.name}');
    assert.equal(await get(`pod ${pod}`, '{.status.podIP}'), '127.0.0.1');
    const ports = await get(`pod ${pod}`, String.raw`{.metadata.annotations.davit\.dev/ports}`);
    const [, port = ''] = /\b8080=(\d+)/.exec(ports) ?? [];
    assert.deepEqual(await asked(`127.0.0.1:${port}`, 'iris'), [1, 1]);
    // Whose Service it is leaves the annotation alone.
    assert.equal(await get('service iris-predictor', '{.metadata.resourceVersion}'), written);
  });

  test('as Knative would have it, the gateway leads to it, beside another pod with the same ports', async () => {
    const file = join(cluster.folder, 'knative.yaml');
    const text = service('second', './model.joblib').replace(/\n {2}annotations: .*/, '');
    writeFileSync(file, text);
    assert.equal((await davit('apply', '-f', file)).status, 0);
    const ready = await davit('wait', 'isvc/second', '--for=condition=Ready', '--timeout=60s');
    assert.equal(ready.status, 0, ready.err);
    for (const name of ['second', 'iris']) {
      const { status, out, err } = await davit('predict', name, '-f', input);
      assert.equal(status, 0, err);
      assert.deepEqual(
        (JSON.parse(out) as { outputs: readonly { data: unknown }[] }).outputs[0]?.data,
        [1, 1],
      );
    }
  });

  test('both are found again at the same ports once it has been started again', async () => {
    const before = await get('service iris-predictor', listensOn);
    await up.stop('SIGKILL');
    up = cluster.up('--addresses=one', '--no-auth');
    await up.says(/pods and services share 127\.0\.0\.1/);
    const { status, err } = await davit('wait', 'isvc/iris', '--for=condition=Ready', '--timeout=60s');
    assert.equal(status, 0, err);
    const place = before.replace(/^80=/, '');
    for (;;) {
      const found = await asked(place, 'iris').catch(() => undefined);
      if (found !== undefined) {
        assert.deepEqual(found, [1, 1]);
        break;
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    assert.equal(await get('service iris-predictor', listensOn), before);
  });
});
