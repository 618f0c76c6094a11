import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Cluster } from './cluster.ts';
import type { Running } from './platform.ts';
import { iris as model } from './program.ts';

const iris = dirname(model);
const cluster = new Cluster(121);
const davit = cluster.davit.bind(cluster);

async function post(address: string, path: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: address, port: 80, path, method: 'POST', agent: false }, response => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

suite('davit up runs InferenceServices', () => {
  let up: Running;

  before(async () => {
    up = cluster.up('-f', cluster.file);
    await up.says(/✓ iris: ready after/);
  });

  after(async () => {
    await up.stop();
    cluster.remove();
  });

  /** The address of a Service, and with it the right to bind port 80 of it. */
  async function addressOf(name: string): Promise<string> {
    const { out } = await davit('get', 'service', name, '-o', 'jsonpath={.spec.clusterIP}');
    return out;
  }

  const canBind = process.getuid?.() === 0;

  test('it answers at its cluster address', { skip: !canBind && 'only root may use port 80' }, async () => {
    const address = await addressOf('iris-predictor');
    const input = readFileSync(join(iris, 'iris-input.json'), 'utf8');
    const v1 = await post(address, '/v1/models/iris:predict', '{"instances": [[6.8, 2.8, 4.8, 1.4]]}');
    assert.deepEqual(v1, { status: 200, text: '{"predictions":[1]}' });
    const v2 = await post(address, '/v2/models/iris/infer', input);
    assert.deepEqual(JSON.parse(v2.text).outputs[0].data, [1, 1]);
  });

  test('davit status tells what runs and what it takes', async () => {
    const { status, out } = await davit('status', '--json');
    assert.equal(status, 0);
    const [row] = (JSON.parse(out) as { services: { name: string; ready: string; memory: number }[] })
      .services;
    assert.deepEqual([row?.name, row?.ready], ['iris', 'True']);
    assert.ok((row?.memory ?? 0) > 10 * 2 ** 20);
  });

  test('deleting it ends its processes', async () => {
    await davit('delete', '-f', cluster.file);
    const { status, err } = await davit('wait', 'pods', '--all', '--for=delete', '--timeout=20s');
    assert.equal(status, 0, err);
    const { out } = await davit('status', '--json');
    assert.deepEqual((JSON.parse(out) as { services: unknown[] }).services, []);
  });
});
