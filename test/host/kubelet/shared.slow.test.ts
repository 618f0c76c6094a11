import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { allProcesses } from '../../../src/base/detached/index.ts';
import { first, ready, TestNode } from './node.ts';
import { predict, predictor } from './predictor.ts';

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
