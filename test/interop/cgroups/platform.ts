/** What `davit up` makes of a limit of memory, where the kernel keeps it: run.sh starts it on a kernel that has groups of version 2. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Cluster } from '../../e2e/cluster.ts';

/** How many processes the kernel has ended for their memory. */
function endedByKernel(): number {
  return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1]);
}

void test('its node says what keeps limits, and a container that wants more was OOMKilled', async context => {
  const cluster = new Cluster(101);
  const up = cluster.up('--no-auth', '--allow-host-processes', '--container-engine=none');
  context.after(async () => {
    await up.stop();
    cluster.remove();
  });
  await up.says(/the gateway is up/);
  const told = String.raw`jsonpath={.items[0].metadata.annotations.davit\.dev/memory-limits}`;
  assert.equal((await cluster.davit('get', 'nodes', '-o', told)).out, 'cgroup v2');
  const container = {
    name: 'main',
    image: 'mine',
    // It wants all at once, and of so small a program hardly anything is resident that does not count for its group: nobody who looks now
    // and then sees it above its limit.
    command: ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=300M', 'count=1'],
    resources: { limits: { memory: '64Mi' } },
  };
  const file = join(cluster.folder, 'hungry.json');
  const spec = { restartPolicy: 'Never', containers: [container] };
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'hungry' }, spec }));
  const before = endedByKernel();
  const applied = await cluster.davit('apply', '-f', file);
  assert.equal(applied.status, 0, applied.err);
  const reason = '--for=jsonpath={.status.containerStatuses[0].state.terminated.reason}=OOMKilled';
  const waited = await cluster.davit('wait', 'pod/hungry', reason, '--timeout=120s');
  assert.equal(waited.status, 0, waited.err);
  assert.ok(endedByKernel() > before, 'who is looked at now and then was not ended by that');
});
