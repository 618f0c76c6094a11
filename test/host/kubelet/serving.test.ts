import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { first, ready, root, TestNode } from './node.ts';

let node: TestNode;
before(async () => {
  node = await TestNode.open({ allowHostProcesses: false, warm: true });
});
after(() => node.close());

const iris = join(root, 'examples', 'iris');

test('a pod with the image of KServe’s sklearn server serves its model at its own address', async () => {
  const began = performance.now();
  await node.pod('iris', {
    containers: [
      {
        name: 'kserve-container',
        image: 'kserve/sklearnserver:v0.20.0',
        args: ['--model_name=iris', '--model_dir=/mnt/models/iris-model.joblib', '--http_port=8080'],
        ports: [{ containerPort: 8080, protocol: 'TCP' }],
        volumeMounts: [{ name: 'model', mountPath: '/mnt/models', readOnly: true }],
      },
    ],
    volumes: [{ name: 'model', hostPath: { path: iris } }],
  });
  const pod = await node.until('iris', ready, 'ready');
  console.log('ready after', performance.now() - began);
  assert.equal(pod.status?.phase, 'Running');
  const answer = await fetch(`http://${pod.status?.podIP}:8080/v1/models/iris:predict`, {
    method: 'POST',
    body: JSON.stringify({ instances: [[6.8, 2.8, 4.8, 1.4]] }),
  });
  assert.deepEqual(await answer.json(), { predictions: [1] });
  assert.match(first(pod)?.containerID ?? '', /^davit:\/\/[\da-f]{64}$/);
});
