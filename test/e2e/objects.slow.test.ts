import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { root } from './program.ts';

const scratch = mkdtempSync(join(tmpdir(), 'davit-objects-'));
const { KUBECONFIG: _, ...inherited } = process.env;
const env = { ...inherited, DAVIT_DATA_DIR: join(scratch, 'data'), DAVIT_LOG_FORMAT: 'json' };
const launcher = join(root, 'bin', 'davit');

interface Result {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function davit(line: string, input = ''): Result {
  const { status, stdout, stderr } = spawnSync(launcher, line.split(' '), { env, input, encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

const config = (name: string, value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  labels: {app: shop}\ndata:\n  key: '${value}'\n`;

suite('commands about objects, against davit up', () => {
  let server: ChildProcess;
  let ended: Promise<unknown>;

  before(async () => {
    server = spawn(launcher, ['up', '--port', '0', '--api-only'], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    ended = once(server, 'close');
    let log = '';
    for await (const chunk of server.stderr as AsyncIterable<Buffer>) {
      log += chunk.toString();
      if (log.includes('the Kubernetes API is up')) return;
    }
    assert.fail(`davit up ended: ${log}`);
  });

  after(async () => {
    server.kill('SIGTERM');
    server.stderr?.resume();
    await ended;
  });

  test('apply says what became of each object, get prints them in the namespace of the kubeconfig', () => {
    const folder = join(scratch, 'manifests');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.yaml'), `${config('one', 'a: b')}---\n${config('two', '1')}`);
    writeFileSync(join(folder, 'notes.txt'), 'no manifest');
    const created = { status: 0, out: 'configmap/one created\nconfigmap/two created\n', err: '' };
    assert.deepEqual(davit(`apply -f ${folder}`), created);
    const changed = davit('apply -f -', `${config('one', 'a: c')}---\n${config('two', '1')}`);
    assert.equal(changed.out, 'configmap/one configured\nconfigmap/two unchanged\n');
    const dry = davit('apply -f - --dry-run=server', config('three', 'x'));
    assert.equal(dry.out, 'configmap/three created (server dry run)\n');
    assert.match(
      davit('get cm -l app=shop').out,
      /^NAME {3}DATA {3}AGE\none {4}1 {6}\d+s\ntwo {4}1 {6}\d+s\n$/,
    );
    assert.match(
      davit('get cm one two -o yaml').out,
      /^apiVersion: v1\nitems:\n- apiVersion: v1\n {2}data:\n {4}key: 'a: c'\n {2}kind: ConfigMap\n/,
    );
    assert.equal(
      davit('get configmaps/one -o jsonpath={.metadata.namespace}').out,
      'kubeflow-user-example-com',
    );
    assert.equal(davit('get cm,ns -l app=shop -o name').out, 'configmap/one\nconfigmap/two\n');
  });

  test('errors are the server’s, in kubectl’s words, with exit status 1', () => {
    for (const [line, err] of [
      ['get pods', 'No resources found in kubeflow-user-example-com namespace.\n'],
      ['get pods -A', 'No resources found\n'],
      ['get events -n nowhere', 'No resources found in nowhere namespace.\n'],
    ] as const) {
      assert.deepEqual(davit(line), { status: 0, out: '', err });
    }
    for (const [line, err] of [
      ['get cm nope', 'Error from server (NotFound): configmaps "nope" not found\n'],
      ['get foo', `error: the server doesn't have a resource type "foo"\n`],
      ['delete cm', 'error: resource(s) were provided, but no name was specified\n'],
      ['wait --for=condition=Ready pod/nope', 'Error from server (NotFound): pods "nope" not found\n'],
    ] as const) {
      assert.deepEqual(davit(line), { status: 1, out: '', err });
    }
    const nowhere = davit('get pods --kubeconfig /nowhere/config');
    assert.deepEqual([nowhere.status, nowhere.out], [1, '']);
    assert.match(nowhere.err, /\[kubeconfig-missing\]\n$/);
  });

  test('a deployment makes a pod that waits; describe and events tell why', () => {
    const web = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx}]}
`;
    assert.equal(davit('apply -f -', web).out, 'deployment.apps/web created\n');
    const progressing = davit('wait --for=condition=Progressing deploy/web --timeout=20s');
    assert.deepEqual(progressing, { status: 0, out: 'deployment.apps/web condition met\n', err: '' });
    const pod = davit('get pods -l app=web -o name').out.trim();
    const waiting = davit(`wait --for=jsonpath={.status.phase}=Pending ${pod}`);
    assert.deepEqual([waiting.status, waiting.out], [0, `${pod} condition met\n`]);
    assert.match(davit('events --for deploy/web').out, /Normal {3}ScalingReplicaSet {3}Deployment\/web/);
    const described = davit('describe deploy web').out;
    assert.match(described, /^Name: +web\nNamespace: +kubeflow-user-example-com\n/);
    assert.match(described, /\nEvents:\n {2}Type +Reason +Age +From +Message\n[^]+ScalingReplicaSet/);
    const never = davit('wait --for=condition=Available deploy/web --timeout=100ms');
    const timeout = 'error: timed out waiting for the condition on deployments/web\n';
    assert.deepEqual(never, { status: 1, out: '', err: timeout });
  });

  test('warnings of the server are told: a field in another letter case is taken for the known one', () => {
    const model = '{modelFormat: {name: sklearn}, ProtocolVersion: v2, storageUri: "pvc://models/iris"}';
    const iris = `apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: iris}\nspec: {predictor: {model: ${model}}}\n`;
    assert.deepEqual(davit('apply -f -', iris), {
      status: 0,
      out: 'inferenceservice.serving.kserve.io/iris created\n',
      err: 'Warning: unknown field "spec.predictor.model.ProtocolVersion" is taken for "spec.predictor.model.protocolVersion"\n',
    });
    assert.equal(davit('get isvc iris -o jsonpath={.spec.predictor.model.protocolVersion}').out, 'v2');
  });

  test('delete says what it deletes and waits until it is gone', () => {
    const gone = davit('delete cm one nope two');
    assert.deepEqual(gone, {
      status: 1,
      out: 'configmap "one" deleted from kubeflow-user-example-com namespace\nconfigmap "two" deleted from kubeflow-user-example-com namespace\n',
      err: 'Error from server (NotFound): configmaps "nope" not found\n',
    });
    assert.deepEqual(davit('delete deploy web --cascade foreground').status, 0);
    const none = 'No resources found in kubeflow-user-example-com namespace.\n';
    assert.equal(davit('get deploy,rs -l app=web').err, none);
    assert.equal(davit('delete cm -l app=shop').out, 'No resources found\n');
    const made = davit('apply -f -', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: short}\n');
    assert.equal(made.out, 'namespace/short created\n');
    assert.equal(davit('delete ns short --timeout=20s').out, 'namespace "short" deleted\n');
    assert.equal(davit('get ns short').status, 1);
  });

  test('a watch prints what is there and what changes', async () => {
    const watch = spawn(launcher, ['get', 'cm', '-l', 'app=watched', '--watch', '-o', 'name'], { env });
    const closed = once(watch, 'close');
    davit('apply -f -', config('early', 'x').replace('shop', 'watched'));
    let text = '';
    for await (const chunk of watch.stdout as AsyncIterable<Buffer>) {
      text += chunk.toString();
      if (text.endsWith('configmap/late\n')) break;
      if (text === 'configmap/early\n') davit('apply -f -', config('late', 'x').replace('shop', 'watched'));
    }
    watch.kill();
    await closed;
    assert.equal(text, 'configmap/early\nconfigmap/late\n');
  });
});

suite('copies of the state of a cluster', () => {
  const folder = join(scratch, 'copied');
  const file = join(scratch, 'copy.db');
  const hot = join(scratch, 'hot.db');
  const at = `--data-dir ${folder}`;

  async function whileUp(act: () => void): Promise<void> {
    const server = spawn(launcher, ['up', '--port', '0', '--api-only', '--data-dir', folder], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(server, 'close');
    let log = '';
    server.stderr.on('data', chunk => (log += String(chunk)));
    while (!log.includes('the Kubernetes API is up')) await once(server.stderr, 'data');
    try {
      act();
    } finally {
      server.kill('SIGTERM');
      await ended;
    }
  }

  after(() => rmSync(scratch, { recursive: true, force: true }));

  test('a backup, of a cluster that runs or not, brings back what was there, and keeps what came after', async () => {
    assert.match(davit(`backup ${file} ${at}`).err, /cluster-missing/);
    await whileUp(() => {
      assert.equal(davit(`apply ${at} -f -`, config('one', 'x')).status, 0);
      assert.equal(davit(`backup ${hot} ${at}`).status, 0);
      assert.match(davit(`backup ${hot} ${at}`).err, /store-backup-exists/);
      assert.equal(davit(`delete configmap one ${at}`).status, 0);
    });
    assert.equal(davit(`restore ${hot} ${at}`).status, 0);
    assert.equal(
      davit(`backup ${file} ${at}`).out,
      `${file} has the state of ${join(folder, 'state.db')}.\n`,
    );
    assert.match(davit(`backup ${file} ${at}`).err, /store-backup-exists/);
    await whileUp(() => {
      assert.match(davit(`restore ${file} ${at}`).err, /store-locked/);
      assert.equal(davit(`delete configmap one ${at}`).status, 0);
    });
    assert.match(davit(`restore ${file} ${at}`).out, /What was there is .*state\.db\.replaced\.\n$/);
    await whileUp(() => assert.equal(davit(`get configmap one -o name ${at}`).out, 'configmap/one\n'));
    assert.match(davit(`restore ${join(root, 'package.json')} ${at}`).err, /store-damaged/);
  });
});
