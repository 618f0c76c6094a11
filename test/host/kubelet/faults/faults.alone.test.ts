import assert from 'node:assert/strict';
import { availableParallelism, loadavg } from 'node:os';
import { after, before, test } from 'node:test';
import { first, ready, type TestPod } from '../node.ts';
import { ask, Asking, isAnswered, patience } from '../asking.ts';
import { SeatsNode } from './seats.ts';

/** Makes a request one that may take its time, as computing goes. */
const allowedSeconds = ' '.repeat(500_000);

let seats: SeatsNode;
before(async () => {
  seats = await SeatsNode.open();
});
after(() => seats.close());

/** Milliseconds that a neighbour may be away: a second, on a machine that has nothing else to do. */
function most(): number {
  return 1000 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}

async function beside(neighbour: TestPod, work: (asking: Asking) => Promise<void>): Promise<Asking> {
  const asking = new Asking(() => isAnswered(neighbour));
  await asking.more(5);
  try {
    await work(asking);
    await asking.more(20);
  } finally {
    await asking.stop();
  }
  return asking;
}

/** What of a pod stays as it is when its container is not started again. */
async function containerOf({ metadata: { name = '' } }: TestPod): Promise<readonly unknown[]> {
  const { containerID, restartCount } = first(await seats.node.get(name)) ?? {};
  return [containerID, restartCount];
}

async function answering(pod: TestPod): Promise<void> {
  const asking = new Asking(() => isAnswered(pod));
  await asking.more(1);
  await asking.stop();
}

/** Waits until a pod's container has been started a second time. */
function startedAgain(name: string): Promise<TestPod> {
  const again = (pod: TestPod): boolean => first(pod)?.restartCount === 1 && ready(pod);
  return seats.node.until(name, again, 'there again', patience);
}

/** The seat of a neighbour before and after, and how it was served meanwhile. */
async function watched(pod: TestPod, work: (asking: Asking) => Promise<void>) {
  const neighbour = await seats.neighbourOf(pod);
  const state = async () => [
    ...(await containerOf(neighbour)),
    seats.processOf(neighbour),
    await seats.beginnings(neighbour),
  ];
  const before = await state();
  const asking = await beside(neighbour, work);
  return { neighbour, asking, before, after: await state() };
}

test('one that loops has its request refused, and after three a process of its own; nobody else loses one', async () => {
  const pod = await seats.made('loops');
  let meanwhile = 0;
  const { asking, before, after } = await watched(pod, async asking => {
    const until = asking.answered;
    for (const long of [allowedSeconds, '']) {
      const answer = await ask(pod, { fault: 'loop', long });
      if (long !== '') meanwhile = asking.answered - until;
      assert.equal(answer.status, 500);
      assert.match(await answer.text(), /did not come back within \d+ ms, expected \d+ at most/);
      assert.equal((await ask(pod)).status, 200);
    }
    await ask(pod, { fault: 'loop' }).catch(() => undefined);
    await startedAgain('loops');
  });
  assert.equal(asking.failed, 0);
  assert.ok(asking.longest < most(), `${asking.longest} ms`);
  assert.ok(meanwhile > 0, 'the neighbour was answered while a request looped');
  assert.deepEqual(after, before);
  const { containerID = '', lastState } = first(await seats.node.get('loops')) ?? {};
  assert.match(containerID, /^davit:\/\/[\da-f]{64}$/);
  assert.match(
    lastState?.terminated?.message ?? '',
    /compute threads were ended over its work again and again/,
  );
  await seats.node.told('loops', event =>
    event.startsWith('Normal Unshared Container kserve-container has a process of its own'),
  );
});

for (const fault of ['heap', 'outside']) {
  test(`one that takes all memory (${fault}) is ended for it, and has a process of its own; nobody else loses a request`, async () => {
    const pod = await seats.made(fault);
    let meanwhile = 0;
    const { asking, before, after } = await watched(pod, async asking => {
      const until = asking.answered;
      await ask(pod, { fault, long: allowedSeconds }).catch(() => undefined);
      meanwhile = asking.answered - until;
      await startedAgain(fault);
    });
    assert.equal(asking.failed, 0);
    assert.ok(asking.longest < most(), `${asking.longest} ms`);
    assert.ok(meanwhile > 0, 'the neighbour was answered while a request took memory');
    assert.deepEqual(after, before);
    const { containerID = '', lastState } = first(await seats.node.get(fault)) ?? {};
    assert.match(containerID, /^davit:\/\/[\da-f]{64}$/);
    assert.equal(lastState?.terminated?.reason, 'OOMKilled');
  });
}

test('one that ends the process twice has one of its own; the others are there again within a second, as the same containers', async () => {
  const pod = await seats.made('crashes');
  const { neighbour, asking, before, after } = await watched(pod, async () => {
    await ask(pod, { fault: 'crash' }).catch(() => undefined);
  });
  assert.ok(asking.longest < most(), `${asking.longest} ms`);
  const [containerID, restarts, process] = before;
  assert.equal(asking.gaps, 1);
  assert.deepEqual(after.toSpliced(2, 1), [containerID, restarts, 2]);
  assert.ok(![after[2], seats.processOf(pod)].includes(process), 'both sit elsewhere');
  await answering(pod);
  assert.deepEqual((await containerOf(pod))[1], 0);

  await ask(pod, { fault: 'crash' }).catch(() => undefined);
  const { lastState } = first(await startedAgain('crashes')) ?? {};
  assert.match(lastState?.terminated?.message ?? '', /ended while they worked for this one/);
  await answering(neighbour);
  assert.deepEqual(await containerOf(neighbour), [containerID, restarts]);
  assert.equal(await seats.beginnings(neighbour), 3);

  // Whatever it does now, it does to nobody else.
  const last = await beside(neighbour, async () => {
    await fetch(`http://${pod.status?.podIP}:8080/planted-crash`).catch(() => undefined);
    await seats.node.until('crashes', one => first(one)?.restartCount === 2, 'ended by itself', patience);
  });
  assert.equal(last.failed, 0);
  assert.equal(await seats.beginnings(neighbour), 3);
});

test('a process that does not answer any more is ended, and its servers are there again', async () => {
  const pod = await seats.made('blocks');
  const { asking, before, after } = await watched(pod, async asking => {
    const blocked = fetch(`http://${pod.status?.podIP}:8080/planted-loop`);
    await assert.rejects(blocked);
    await asking.more(1);
  });
  assert.ok(asking.longest < 2 * most(), `${asking.longest} ms`);
  const [containerID, restarts, process] = before;
  assert.equal(asking.gaps, 1);
  assert.deepEqual(after.toSpliced(2, 1), [containerID, restarts, 2]);
  assert.ok(![after[2], seats.processOf(pod)].includes(process), 'both sit elsewhere');
  await answering(pod);
  assert.deepEqual((await containerOf(pod))[1], 0);
});

test('one that is worked for while another blocks their process, again and again, stays the same container', async () => {
  const neighbour = await seats.made('worked-for');
  const before = await containerOf(neighbour);
  let pod = await seats.neighbourOf(neighbour);
  for (let times = 0; times < 2; times++) {
    // Those of a process that ended sit together again, or each elsewhere.
    if (seats.processOf(pod) !== seats.processOf(neighbour)) pod = await seats.neighbourOf(neighbour);
    const worked = ask(neighbour, { fault: 'loop', long: allowedSeconds }).catch(() => undefined);
    await seats.untilWorkedFor(neighbour);
    await assert.rejects(fetch(`http://${pod.status?.podIP}:8080/planted-loop`));
    await worked;
    await answering(neighbour);
    assert.deepEqual(await containerOf(neighbour), before);
  }
});
