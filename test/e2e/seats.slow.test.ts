import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { readKubeconfig } from '../../src/cli/index.ts';
import { HttpTransport, ResourceClient } from '../../src/cluster/client/index.ts';
import { resourceOf } from '../../src/cluster/view/index.ts';
import { processesWith } from '../durability/platform/processes.ts';
import { Asking, isAnswered } from '../host/kubelet/asking.ts';
import { first, ready, type TestPod } from '../host/kubelet/node.ts';
import { blocksOf, davit, Running } from './platform.ts';
import { iris } from './program.ts';

/** Milliseconds to wait for what is only a matter of time. */
const patience = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'davit-seats-'));
const mark = join(folder, 'tmp');
const data = join(folder, 'data');
// Every process below has this folder for temporary files from `davit up`, by which it is known.
const env = { ...process.env, TMPDIR: mark, DAVIT_DATA_DIR: data, KUBECONFIG: '', DAVIT_LOG_FORMAT: 'json' };
const blocks = blocksOf(89);
const file = join(folder, 'services.yaml');
const names = ['iris', 'other'] as const;

function service(name: string): string {
  return `{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService,
    metadata: {name: ${name}, annotations: {serving.kserve.io/deploymentMode: Standard, davit.dev/isolation: shared}},
    spec: {predictor: {sklearn: {storageUri: ./model.joblib, args: [--model_name=iris]}}}}`;
}

function pidsOf(role: string): number[] {
  return processesWith(`TMPDIR=${mark}`)
    .filter(found => found.role === role)
    .map(({ pid }) => pid)
    .toSorted((a, b) => a - b);
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + patience;
  while (!(await isSo())) {
    assert.ok(performance.now() < end, `never so: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

function ended(pid: number): Promise<void> {
  return until(() => !processesWith(`TMPDIR=${mark}`).some(one => one.pid === pid), `${pid} has ended`);
}

/** Whether a model answers through the gateway. */
function answersThrough(gateway: string, host: string, name: string): Promise<boolean> {
  return new Promise(resolve => {
    const options = { method: 'POST', headers: { host }, agent: false };
    const sent = request(`http://${gateway}/v1/models/${name}:predict`, options, response => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(text === '{"predictions":[1]}'));
      response.on('error', () => resolve(false));
    });
    sent.on('error', () => resolve(false));
    sent.end('{"instances": [[6.8, 2.8, 4.8, 1.4]]}');
  });
}

suite('seats in a shared process when the host that took them is killed', () => {
  let up: Running;
  let transport: HttpTransport;
  let gateway = '';

  before(async () => {
    mkdirSync(mark);
    copyFileSync(iris, join(folder, 'model.joblib'));
    const open = (await davit(env, 'up', '--help')).includes('--no-auth') ? ['--no-auth'] : [];
    const places = [`--service-addresses=${blocks.services}`, `--pod-addresses=${blocks.pods}`];
    up = new Running(['up', '--port=0', '--gateway-port=0', ...places, ...open], env);
    [, gateway = ''] = await up.says(/"the gateway is up[^\n]*"url":"http:\/\/([^"]+)"/);
    const context = await readKubeconfig(join(data, 'kubeconfig'));
    transport = new HttpTransport({ ...context, userAgent: 'tests' });
    writeFileSync(file, names.map(service).join('\n---\n'));
    await davit(env, 'apply', '-f', file);
    for (const name of names) await podOf(name);
  });

  after(async () => {
    transport.close();
    await davit(env, 'down');
    await up.ended;
    const left = processesWith(`TMPDIR=${mark}`).map(({ command }) => command);
    rmSync(folder, { recursive: true, force: true });
    assert.deepEqual(left, []);
  });

  /** The pod of a service, once it is ready. */
  async function podOf(name: string): Promise<TestPod> {
    const pods = new ResourceClient<TestPod>(transport, resourceOf('pods'));
    const labelSelector = `serving.kserve.io/inferenceservice=${name}`;
    let pod: TestPod | undefined;
    await until(async () => {
      pod = (await pods.list({ labelSelector })).items.find(ready);
      return pod !== undefined;
    }, `a pod of ${name} is ready`);
    return pod as TestPod;
  }

  async function containersOf(): Promise<unknown[]> {
    const pods = await Promise.all(names.map(podOf));
    return pods.map(pod => [pod.status?.podIP, first(pod)?.containerID, first(pod)?.restartCount]);
  }

  /** Kills the host, and waits until the next one has a pod of its own running. */
  async function killHost(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    const [host = 0] = pidsOf('host');
    // What happens meanwhile happens while nobody looks, however fast the next one is there.
    process.kill(host, 'SIGSTOP');
    await meanwhile();
    process.kill(host, 'SIGKILL');
    await ended(host);
    await until(() => pidsOf('host').length === 1, 'another host');
    const more = join(folder, 'more.yaml');
    writeFileSync(more, service('more'));
    await davit(env, 'apply', '-f', more);
    await podOf('more');
    await davit(env, 'delete', '-f', more);
  }

  test('the same processes go on, no request is lost, and the next host knows the seats', async () => {
    const before = await containersOf();
    const processes = pidsOf('seats');
    for (const [, id] of before as string[][]) assert.match(id ?? '', /^davit:\/\/shared\//);
    const [pod] = await Promise.all(names.map(podOf));
    const url = await davit(env, 'get', 'isvc', 'iris', '-o', 'jsonpath={.status.url}');
    const asking = [
      new Asking(() => isAnswered(pod as TestPod)),
      new Asking(() => answersThrough(gateway, new URL(url).host, 'iris')),
    ];
    for (const one of asking) await one.more(5);
    await killHost();
    for (const one of asking) await one.more(20);
    for (const one of asking) await one.stop();
    assert.deepEqual(
      asking.map(({ failed }) => failed),
      [0, 0],
    );
    assert.deepEqual(await containersOf(), before);
    assert.deepEqual(pidsOf('seats'), processes);
  });

  test('when a process ends, the next host has its servers sit in the other one', async () => {
    const before = await containersOf();
    for (const pid of pidsOf('seats')) {
      const pods = await Promise.all(names.map(podOf));
      const asking = pods.map(pod => new Asking(() => isAnswered(pod)));
      for (const one of asking) await one.more(5);
      process.kill(pid, 'SIGKILL');
      await ended(pid);
      for (const one of asking) await one.more(20);
      for (const one of asking) await one.stop();
      assert.ok(asking.every(({ gaps }) => gaps <= 1));
      await until(() => pidsOf('seats').length === 2, 'two processes again');
    }
    assert.deepEqual(await containersOf(), before);
  });

  test('what ended while there was no host is started again', async () => {
    await killHost(async () => {
      const processes = pidsOf('seats');
      for (const pid of processes) process.kill(pid, 'SIGKILL');
      for (const pid of processes) await ended(pid);
    });
    for (const name of names) {
      await until(async () => isAnswered(await podOf(name)), `${name} answers`);
      await until(async () => first(await podOf(name))?.restartCount === 1, `${name} was started again`);
      const pod = await podOf(name);
      assert.equal(first(pod)?.lastState.terminated?.reason, 'ContainerStatusUnknown');
    }
  });

  test('once the services are gone, so are the processes', async () => {
    await davit(env, 'delete', '-f', file);
    await until(() => pidsOf('seats').length === 0, 'no process is left');
  });
});
