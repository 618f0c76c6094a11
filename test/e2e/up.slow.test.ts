import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Cluster, service } from './cluster.ts';
import type { Running } from './platform.ts';
import { iris as model } from './program.ts';

const iris = dirname(model);
const cluster = new Cluster(123);
const davit = cluster.davit.bind(cluster);
const { folder, file } = cluster;

/** In the default mode, as Knative would have it. */
function knative(name: string, uri: string): string {
  return service(name, uri).replace(/\n {2}annotations: .*/, '');
}

suite('davit up and what becomes of InferenceServices', () => {
  let up: Running;

  before(async () => {
    up = cluster.up('-f', file);
    await up.says(/✓ iris: ready after/);
  });

  after(async () => {
    await up.stop();
    cluster.remove();
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

  test('a second davit up applies its files to the first and says where that is', async () => {
    const second = join(folder, 'second.yaml');
    writeFileSync(second, service('second', './model.joblib'));
    const words = ['--port=1', '-f', second, '--try', join(iris, 'iris-input.json')];
    const { status, out, err } = await davit('up', ...words);
    assert.equal(status, 0, err);
    assert.match(out, /^The cluster of \S+ runs already: the files are applied there\.\n/);
    const server = /"server":"([^"]+)"|server=(\S+)/.exec(up.text);
    assert.ok(out.includes(`Kubernetes API  ${server?.[1] ?? server?.[2] ?? '?'}\n`), out);
    assert.match(out, /\nGateway {9}http:\/\/localhost:\d+\n/);
    assert.match(out, new RegExp(`\nProcess {9}${up.process.pid ?? 0}, since 20`));
    assert.match(out, /INFERENCESERVICE.*\n.* iris +True/);
    assert.match(out, /✓ second: ready after/);
    assert.match(out, /"data":\[1,1\]/);
    assert.doesNotMatch(out, /Ctrl-C/);
    assert.match(err, /--port changes nothing of it/);
    await davit('delete', '-f', second);
  });

  test('a second davit up without files names who runs the cluster, and where', async () => {
    const { status, out, err } = await davit('up');
    assert.deepEqual([status, out], [1, '']);
    assert.match(err, /\[cluster-running\]\n/);
    assert.match(err, new RegExp(`Process ${up.process.pid ?? 0} runs the cluster of \\S+ since 20`));
    assert.match(err, /the Kubernetes API is at https:\S+, the gateway at http:\/\/localhost:\d+\./);
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
    up = cluster.up();
    await up.says(/the Kubernetes API is up/);
    const { status, err } = await davit('wait', 'isvc/iris', '--for=condition=Ready', '--timeout=20s');
    assert.equal(status, 0, err);
    assert.equal(await pod(), before);
  });
});
