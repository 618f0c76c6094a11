import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';

const root = join(import.meta.dirname, '..', '..');
const launcher = join(root, 'bin', 'davit');
const iris = join(root, 'examples', 'iris');
const folder = mkdtempSync(join(tmpdir(), 'davit-up-'));
const env = { ...process.env, DAVIT_DATA_DIR: join(folder, 'data'), KUBECONFIG: '', NO_COLOR: '1' };
/** Blocks that no other cluster of this machine is likely to use. */
const part = process.pid % 250;
const places = [
  '--port=0',
  '--gateway-port=0',
  `--service-addresses=127.97.${part}.0/24`,
  `--pod-addresses=127.81.${part}.0/24`,
];

interface Result {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function davit(...words: string[]): Promise<Result> {
  try {
    const { stdout, stderr } = await promisify(execFile)(launcher, words, { env });
    return { status: 0, out: stdout, err: stderr };
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as { code: number; stdout: string; stderr: string };
    return { status: code, out: stdout, err: stderr };
  }
}

/** `davit up` in its own process, and all that it prints. */
class Up {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  text = '';
  readonly #seen: (() => void)[] = [];

  constructor(...words: string[]) {
    this.process = spawn(launcher, ['up', ...places, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = once(this.process, 'close');
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.text += chunk.toString();
        for (const look of this.#seen) look();
      });
    }
  }

  /** Waits until it has printed something. */
  async says(pattern: RegExp): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => void (pattern.test(this.text) && resolve());
    this.#seen.push(look);
    look();
    void this.ended.then(() => reject(new Error(`davit up ended: ${this.text}`)));
    const late = setTimeout(() => reject(new Error(`davit up never said ${pattern}: ${this.text}`)), 60_000);
    await promise.finally(() => clearTimeout(late));
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.process.kill(signal);
    await this.ended;
  }
}

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

/** In the default mode, as Knative would have it. */
function knative(name: string, uri: string): string {
  return service(name, uri).replace(/\n {2}annotations: .*/, '');
}

function service(name: string, uri: string): string {
  return `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: ${name}
  annotations: {serving.kserve.io/deploymentMode: Standard}
spec:
  predictor:
    sklearn: {storageUri: "${uri}"}
`;
}

suite('davit up runs InferenceServices', () => {
  let up: Up;
  const file = join(folder, 'services.yaml');

  before(async () => {
    copyFileSync(join(iris, 'iris-model.joblib'), join(folder, 'model.joblib'));
    writeFileSync(file, service('iris', './model.joblib'));
    up = new Up('-f', file);
    await up.says(/✓ iris: ready after/);
  });

  after(async () => {
    await up.stop();
    rmSync(folder, { recursive: true, force: true });
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

  test('without a mode it is as Knative would have it, and the gateway leads to it', async () => {
    const yaml = join(folder, 'knative.yaml');
    writeFileSync(yaml, knative('sklearn-iris', './model.joblib'));
    assert.equal((await davit('apply', '-f', yaml)).status, 0);
    const ready = await davit('wait', 'isvc/sklearn-iris', '--for=condition=Ready', '--timeout=30s');
    assert.equal(ready.status, 0, ready.err);
    const pods = await davit('get', 'pods', '-l', 'serving.kserve.io/inferenceservice=sklearn-iris');
    assert.match(pods.out, /sklearn-iris-predictor-00001-deployment-\S+ +2\/2 +Running/);
    const services = await davit('get', 'services', '-o', 'name');
    for (const name of ['', '-predictor', '-predictor-00001', '-predictor-00001-private']) {
      assert.ok(services.out.split('\n').includes(`service/sklearn-iris${name}`), services.out);
    }
    const url = await davit('get', 'isvc', 'sklearn-iris', '-o', 'jsonpath={.status.url}');
    assert.equal(url.out, 'http://sklearn-iris.kubeflow-user-example-com.example.com');
    await up.says(/the gateway is up/);
    const input = join(iris, 'iris-input.json');
    const { status, out, err } = await davit('predict', 'sklearn-iris', '-f', input);
    assert.equal(status, 0, err);
    assert.deepEqual(JSON.parse(out).outputs[0].data, [1, 1]);
    await davit('delete', '-f', yaml);
  });

  test('davit status tells what runs and what it takes', async () => {
    const { status, out } = await davit('status', '--json');
    assert.equal(status, 0);
    const [row] = (JSON.parse(out) as { services: { name: string; ready: string; memory: number }[] })
      .services;
    assert.deepEqual([row?.name, row?.ready], ['iris', 'True']);
    assert.ok((row?.memory ?? 0) > 10 * 2 ** 20);
  });

  test('a model that is not there is told within seconds where people look', async () => {
    const missing = join(folder, 'missing.yaml');
    writeFileSync(missing, service('missing', 'file:///nowhere/model.joblib'));
    const { status, err } = await davit('apply', '-f', missing);
    assert.deepEqual([status, err], [0, '']);
    const path = '{.status.modelStatus.lastFailureInfo.message}';
    const reason = '--for=jsonpath={.status.modelStatus.lastFailureInfo.reason}=ModelLoadFailed';
    const waited = await davit('wait', 'isvc/missing', reason, '--timeout=20s');
    assert.equal(waited.status, 0, waited.err);
    const { out } = await davit('get', 'isvc', 'missing', '-o', `jsonpath=${path}`);
    assert.match(out, /file:\/\/\/nowhere\/model\.joblib/);
    await davit('delete', '-f', missing);
  });

  test('what is killed comes up again, and its pods go on meanwhile', async () => {
    const pod = async (): Promise<string> => {
      const { out } = await davit('get', 'pods', '-o', 'jsonpath={.items[0].status.containerStatuses[0]}');
      const { restartCount, containerID } = JSON.parse(out) as {
        restartCount: number;
        containerID: string;
      };
      return `${restartCount} ${containerID}`;
    };
    const before = await pod();
    await up.stop('SIGKILL');
    up = new Up();
    await up.says(/the Kubernetes API is up/);
    const { status, err } = await davit('wait', 'isvc/iris', '--for=condition=Ready', '--timeout=20s');
    assert.equal(status, 0, err);
    assert.equal(await pod(), before);
  });

  test('deleting it ends its processes', async () => {
    await davit('delete', '-f', file);
    const { status, err } = await davit('wait', 'pods', '--all', '--for=delete', '--timeout=20s');
    assert.equal(status, 0, err);
    const { out } = await davit('status', '--json');
    assert.deepEqual((JSON.parse(out) as { services: unknown[] }).services, []);
  });
});
