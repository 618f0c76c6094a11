import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { program } from '../kubelet/node.ts';
import { Platform, script } from './platform.ts';

let platform: Platform;
let kubeconfig = '';
before(async () => {
  platform = await Platform.open();
  kubeconfig = platform.kubeconfig();
  const side = { ...script('echo side; sleep 1000'), name: 'side' };
  const init = { ...script('echo init'), name: 'init' };
  await platform.pod('pair', {
    initContainers: [init],
    containers: [script('echo a; echo b; sleep 1000'), side],
  });
});
after(() => platform.close());

interface Said {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `davit logs`; `onOut` is told what it has printed so far. */
function logs(line: string, onOut?: (out: string) => void): Promise<Said> {
  const [file = '', ...rest] = program;
  const words = [...rest, 'logs', ...line.split(' '), '--kubeconfig', kubeconfig];
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    onOut?.(out);
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise(resolve => child.on('close', status => resolve({ status, out, err })));
}

const lines: readonly [line: string, said: Said][] = [
  [
    'pair --tail 1',
    { status: 0, out: 'b\n', err: 'Defaulted container "main" out of: main, side, init (init)\n' },
  ],
  ['pod/pair -c side', { status: 0, out: 'side\n', err: '' }],
  ['pods pair -c init', { status: 0, out: 'init\n', err: '' }],
  ['nobody', { status: 1, out: '', err: 'Error from server (NotFound): pods "nobody" not found\n' }],
  [
    'pair -c x',
    { status: 1, out: '', err: 'Error from server (BadRequest): container x is not valid for pod pair\n' },
  ],
  [
    'pair -p -c side',
    {
      status: 1,
      out: '',
      err: 'Error from server (BadRequest): previous terminated container "side" in pod "pair" not found\n',
    },
  ],
];

for (const [line, said] of lines) {
  test(`davit logs ${line}`, async () => assert.deepEqual(await logs(line), said));
}

test('davit logs -f deployment/… follows one of its pods, until it ends', async () => {
  const flag = join(platform.folder, 'go-on');
  const text = `echo begin; while [ ! -e ${flag} ]; do sleep 0.05; done; echo end; sleep 0.1`;
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [script(text)] } };
  const spec = { replicas: 1, selector: { matchLabels: labels }, template };
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
  const path = '/apis/apps/v1/namespaces/default/deployments';
  assert.equal((await platform.cluster.ask('POST', path, { body })).status, 201);
  const pods = '/api/v1/namespaces/default/pods?labelSelector=app=web';
  const end = performance.now() + 9000;
  while (!(await platform.cluster.ask('GET', pods)).text.includes('"phase":"Running"')) {
    assert.ok(performance.now() < end, 'the pod of the deployment does not run');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  const said = await logs('-f deployment/web', out => {
    if (out === 'begin\n') appendFileSync(flag, '');
  });
  assert.deepEqual(said, { status: 0, out: 'begin\nend\n', err: '' });
});

test('davit logs isvc/… is about the predictor', async () => {
  const labels = { 'serving.kserve.io/inferenceservice': 'iris', component: 'predictor' };
  const metadata = { name: 'iris', namespace: 'default' };
  const isvc = {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata,
    spec: { predictor: { model: { modelFormat: { name: 'sklearn' }, storageUri: 'pvc://models/iris' } } },
  };
  const path = '/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices';
  const made = await platform.cluster.ask('POST', path, { body: isvc });
  assert.equal(made.status, 201, made.text);
  assert.equal(
    (await logs('isvc/iris')).err,
    'error: no pod belongs to inferenceservices/iris at the moment\n',
  );
  await platform.pod('iris-predictor', { containers: [script('echo predictor; sleep 1000')] }, undefined, {
    labels,
  });
  assert.deepEqual(await logs('isvc iris'), { status: 0, out: 'predictor\n', err: '' });
});
