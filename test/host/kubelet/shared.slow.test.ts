import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { allProcesses } from '../../../src/base/detached/index.ts';
import { first, ready, root, TestNode } from './node.ts';

let node: TestNode;
before(async () => {
  node = await TestNode.open({ allowHostProcesses: true, warm: true });
});
after(async () => {
  await node.close();
  const left = allProcesses().filter(({ pid }) => commandLine(pid).includes(node.folder));
  assert.deepEqual(left, []);
});

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Milliseconds to wait for what is only a matter of time. */
const patience = 60_000;

const shared = { annotations: { 'davit.dev/isolation': 'shared' } };

/** A pod as KServe makes it, with a model that is on this machine. */
function predictor(file = 'iris-model.joblib', more: object = {}): object {
  return {
    terminationGracePeriodSeconds: 5,
    containers: [
      {
        name: 'kserve-container',
        image: 'kserve/sklearnserver:v0.20.0',
        args: ['--model_name=iris', `--model_dir=/mnt/models/${file}`, '--http_port=8080'],
        ports: [{ containerPort: 8080, protocol: 'TCP' }],
        volumeMounts: [{ name: 'model', mountPath: '/mnt/models', readOnly: true }],
        ...more,
      },
    ],
    volumes: [{ name: 'model', hostPath: { path: join(root, 'examples', 'iris') } }],
  };
}

async function predict(address: string | undefined): Promise<unknown> {
  const answer = await fetch(`http://${address}:8080/v1/models/iris:predict`, {
    method: 'POST',
    body: JSON.stringify({ instances: [[6.8, 2.8, 4.8, 1.4]] }),
  });
  return answer.json();
}

test('two pods that ask for it are served by one process, each at its own address with its own log', async () => {
  await node.pod('one', predictor(), shared);
  await node.pod('two', predictor(), shared);
  const [one, two] = await Promise.all(
    ['one', 'two'].map(name => node.until(name, ready, 'ready', patience)),
  );
  assert.notEqual(one?.status?.podIP, two?.status?.podIP);
  assert.deepEqual(await predict(one?.status?.podIP), { predictions: [1] });
  assert.deepEqual(await predict(two?.status?.podIP), { predictions: [1] });
  assert.match(first(one as never)?.containerID ?? '', /^davit:\/\/shared\/[\da-f]{64}$/);
  assert.ok(readdirSync(join(node.folder, 'shared')).length <= 2);
  await node.log('one', new RegExp(`"serving","url":"http://${one?.status?.podIP}:8080"`));
  await node.told('one', event => event === 'Normal Started Container started in a shared process');
  await node.client('pods').delete('default', 'one');
  await node.untilGone('one');
  await assert.rejects(predict(one?.status?.podIP));
  assert.deepEqual(await predict(two?.status?.podIP), { predictions: [1] });
  assert.ok(!existsSync(join(node.folder, 'pods', one?.metadata.uid ?? '')));
});
