import assert from 'node:assert/strict';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { first, program, ready, root, type TestPod, TestNode } from '../node.ts';

const [node_ = '', ...rest] = program;

/** Milliseconds to wait for what is only a matter of time. */
const patience = 60_000;

let node: TestNode;
before(async () => {
  const planted = [node_, '--import', join(import.meta.dirname, 'plant.ts'), ...rest];
  node = await TestNode.open({ allowHostProcesses: false, warm: false, program: planted });
});
after(() => node.close());

/** Milliseconds that a neighbour may be away: a second, on a machine that has nothing else to do. */
function most(): number {
  return 1000 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}

function predictor(): object {
  return {
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'kserve-container',
        image: 'kserve/sklearnserver:v0.20.0',
        args: ['--model_name=iris', '--model_dir=/mnt/models/iris-model.joblib', '--http_port=8080'],
        volumeMounts: [{ name: 'model', mountPath: '/mnt/models' }],
      },
    ],
    volumes: [{ name: 'model', hostPath: { path: join(root, 'examples', 'iris') } }],
  };
}

const shared = { annotations: { 'davit.dev/isolation': 'shared' } };

async function made(name: string): Promise<TestPod> {
  await node.pod(name, predictor(), shared);
  return node.until(name, ready, 'ready', patience);
}

function ask(pod: TestPod, body: object = {}): Promise<Response> {
  const text = JSON.stringify({ instances: [[6.8, 2.8, 4.8, 1.4]], ...body });
  const url = `http://${pod.status?.podIP}:8080/v1/models/iris:predict`;
  return fetch(url, { method: 'POST', body: text });
}

/** Asks a neighbour again and again, and keeps the longest time in which it did not answer. */
class Asking {
  longest = 0;
  failed = 0;
  answered = 0;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(pod: TestPod) {
    this.#done = this.#ask(pod);
  }

  async #ask(pod: TestPod): Promise<void> {
    let last = performance.now();
    while (!this.#stopped) {
      const answer = await ask(pod).then(
        async one => one.status === 200 && (await one.text()) === '{"predictions":[1]}',
        () => false,
      );
      if (answer) {
        this.longest = Math.max(this.longest, performance.now() - last);
        last = performance.now();
        this.answered++;
      } else this.failed++;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  /** Waits for so many more answers. */
  async more(count: number): Promise<void> {
    const until = this.answered + count;
    const end = performance.now() + patience;
    while (this.answered < until) {
      assert.ok(performance.now() < end, 'the neighbour does not answer any more');
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }
}

let neighbour: TestPod;
let count = 0;
beforeEach(async () => {
  neighbour = await made(`neighbour-${count++}`);
});

async function beside(work: (asking: Asking) => Promise<void>): Promise<Asking> {
  const asking = new Asking(neighbour);
  await asking.more(5);
  try {
    await work(asking);
    await asking.more(20);
  } finally {
    await asking.stop();
  }
  return asking;
}

test('one that loops has its request refused, and after three a process of its own; nobody else loses one', async () => {
  const pod = await made('loops');
  const asking = await beside(async () => {
    for (let times = 0; times < 2; times++) {
      const answer = await ask(pod, { fault: 'loop' });
      assert.equal(answer.status, 500);
      assert.match(await answer.text(), /did not come back within \d+ ms, expected \d+ at most/);
      assert.equal((await ask(pod)).status, 200);
    }
    await ask(pod, { fault: 'loop' }).catch(() => undefined);
    await node.until('loops', one => first(one)?.restartCount === 1 && ready(one), 'there again', patience);
  });
  assert.equal(asking.failed, 0);
  assert.ok(asking.longest < most(), `${asking.longest} ms`);
  const { containerID = '', lastState } = first(await node.get('loops')) ?? {};
  assert.match(containerID, /^davit:\/\/[\da-f]{64}$/);
  assert.match(
    lastState?.terminated?.message ?? '',
    /compute threads were ended over its work again and again/,
  );
  await node.told('loops', event =>
    event.startsWith('Normal Unshared Container kserve-container has a process of its own'),
  );
});

for (const fault of ['heap', 'outside']) {
  test(`one that takes all memory (${fault}) is ended for it, and has a process of its own; nobody else loses a request`, async () => {
    const pod = await made(fault);
    const asking = await beside(async () => {
      // As long as one that may take its time, as computing goes.
      await ask(pod, { fault, long: ' '.repeat(500_000) }).catch(() => undefined);
      await node.until(fault, one => first(one)?.restartCount === 1 && ready(one), 'there again', patience);
    });
    assert.equal(asking.failed, 0);
    assert.ok(asking.longest < most(), `${asking.longest} ms`);
    const { containerID = '', lastState } = first(await node.get(fault)) ?? {};
    assert.match(containerID, /^davit:\/\/[\da-f]{64}$/);
    assert.equal(lastState?.terminated?.reason, 'OOMKilled');
  });
}

test('one that ends the process twice has one of its own; the others are there again within a second, as the same containers', async () => {
  const pod = await made('crashes');
  const before = await containerOf(neighbour);
  const asking = await beside(async () => {
    await ask(pod, { fault: 'crash' }).catch(() => undefined);
  });
  assert.ok(asking.longest < most(), `${asking.longest} ms`);
  assert.deepEqual(await containerOf(neighbour), before);
  await answering(pod);
  await ask(pod, { fault: 'crash' }).catch(() => undefined);
  const again = (one: TestPod): boolean => first(one)?.restartCount === 1 && ready(one);
  const { lastState } = first(await node.until('crashes', again, 'there again', patience)) ?? {};
  assert.match(lastState?.terminated?.message ?? '', /ended while they worked for this one/);
  await answering(neighbour);
});

async function containerOf({ metadata: { name = '' } }: TestPod): Promise<readonly unknown[]> {
  const { containerID, restartCount } = first(await node.get(name)) ?? {};
  return [containerID, restartCount];
}

async function answering(pod: TestPod): Promise<void> {
  const asking = new Asking(pod);
  await asking.more(1);
  await asking.stop();
}

test('a process that does not answer any more is ended, and its servers are there again', async () => {
  const pod = await made('blocks');
  const asking = await beside(async () => {
    void fetch(`http://${pod.status?.podIP}:8080/planted-loop`).catch(() => undefined);
    await new Promise(resolve => setTimeout(resolve, 100));
  });
  assert.ok(asking.longest < 2 * most(), `${asking.longest} ms`);
  assert.equal((await ask(pod)).status, 200);
});
