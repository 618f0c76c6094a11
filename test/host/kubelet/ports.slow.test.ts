import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { foundAt } from '../../../src/cluster/meta/index.ts';
import { patience } from './asking.ts';
import { first, ready, TestNode, type TestPod } from './node.ts';
import { predict, predictor } from './predictor.ts';

let node: TestNode;
before(async () => {
  // Long enough for somebody to come in between.
  const backoff = { first: 4000, longest: 4000 };
  node = await TestNode.open({ allowHostProcesses: false, oneAddress: true, backoff });
});
after(() => node.close());

/** Ends the process of the only container. */
function kill(pod: TestPod): void {
  const { uid = '' } = pod.metadata;
  const attempt = String(first(pod)?.restartCount ?? 0);
  const record = join(node.folder, 'pods', uid, 'containers', 'kserve-container', attempt);
  process.kill(-Number.parseInt(readFileSync(join(record, 'pid'), 'utf8'), 10), 'SIGKILL');
}

test('a pod whose port another program has taken while it was away is found at another one', async () => {
  await node.pod('iris', predictor());
  const pod = await node.until('iris', ready, 'ready', patience);
  const port = foundAt(pod.metadata, 8080);
  assert.notEqual(port, 8080);
  kill(pod);
  const again = await node.until(
    'iris',
    one => first(one)?.restartCount === 1 && ready(one),
    'restarted',
    patience,
  );
  assert.equal(foundAt(again.metadata, 8080), port);
  kill(again);
  await node.until(
    'iris',
    one => first(one)?.state.waiting?.reason === 'CrashLoopBackOff',
    'waiting',
    patience,
  );
  const other = createServer();
  await once(other.listen(port, '127.0.0.1'), 'listening');
  try {
    const moved = await node.until(
      'iris',
      one => first(one)?.restartCount === 2 && ready(one),
      'moved',
      patience,
    );
    const place = foundAt(moved.metadata, 8080);
    assert.ok(place !== port && place !== 8080, `${place}`);
    assert.deepEqual(await predict(moved.status?.podIP, place), { predictions: [1] });
    await node.told('iris', one => one.startsWith('Warning PortsMoved') && one.includes(`not ${port}`));
  } finally {
    other.close();
  }
});
