import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { allProcesses } from '../../../src/base/detached/index.ts';
import { fresh } from '../../apiserver/serving.ts';
import { first, ready, script, TestNode } from './node.ts';

let node: TestNode;
before(async () => {
  node = await TestNode.open({ namesPort: Promise.resolve(4321) });
});
after(() => node.close());

test('a pod that ends well has succeeded; its conditions and events say what happened', async () => {
  const name = fresh('done');
  await node.pod(name, { restartPolicy: 'Never', containers: [script('echo bye >/dev/termination-log')] });
  const pod = await node.until(name, ({ status }) => status?.phase === 'Succeeded', 'done');
  const { state, restartCount } = first(pod) ?? {};
  assert.deepEqual(
    [state?.terminated?.reason, state?.terminated?.message, restartCount],
    ['Completed', 'bye\n', 0],
  );
  const told = pod.status?.conditions?.map(({ type, status, reason = '' }) =>
    `${type}=${status} ${reason}`.trim(),
  );
  assert.deepEqual(told?.toSorted(), [
    'ContainersReady=False PodCompleted',
    'Initialized=True PodCompleted',
    'PodReadyToStartContainers=False',
    'PodScheduled=True',
    'Ready=False PodCompleted',
  ]);
  await node.told(name, one => one.startsWith('Normal Started'));
  const events = (await node.events(name)).filter(one => !one.includes('Scheduled'));
  assert.deepEqual(events.toSorted(), [
    'Normal Created Container created',
    'Normal Pulled Container image "busybox" already present on machine and can be accessed by the pod',
    'Normal Started Container started',
  ]);
});

test('a container that fails starts again at once, then waits longer and longer', async () => {
  const name = fresh('crash');
  await node.pod(name, {
    containers: [
      script('echo "no model" >&2; exit 3', { terminationMessagePolicy: 'FallbackToLogsOnError' }),
    ],
  });
  const pod = await node.until(
    name,
    one => (first(one)?.restartCount ?? 0) >= 2 && first(one)?.state.waiting !== undefined,
    'waiting',
  );
  const { state, lastState } = first(pod) ?? {};
  const { uid } = pod.metadata;
  assert.equal(state?.waiting?.reason, 'CrashLoopBackOff');
  assert.match(
    state?.waiting?.message ?? '',
    new RegExp(`^back-off \\d+ms restarting failed container=main pod=${name}_default\\(${uid}\\)$`),
  );
  assert.deepEqual(
    [lastState?.terminated?.exitCode, lastState?.terminated?.reason, lastState?.terminated?.message],
    [3, 'Error', 'no model\n'],
  );
  assert.equal(pod.status?.phase, 'Running');
  const message = `Warning BackOff Back-off restarting failed container main in pod ${name}_default(${uid})`;
  await node.told(name, one => one === message);
});

test('OnFailure ends with success; Never ends with failure', async () => {
  const [again, never] = [fresh('again'), fresh('never')];
  const counter = `n=$(cat /c/n 2>/dev/null || echo 0); echo $((n+1)) >/c/n; [ "$n" -ge 1 ]`;
  await node.pod(again, {
    restartPolicy: 'OnFailure',
    containers: [script(counter, { volumeMounts: [{ name: 'c', mountPath: '/c' }] })],
    volumes: [{ name: 'c', emptyDir: {} }],
  });
  await node.pod(never, { restartPolicy: 'Never', containers: [script('exit 1')] });
  const pod = await node.until(again, ({ status }) => status?.phase === 'Succeeded', 'done');
  assert.equal(first(pod)?.restartCount, 1);
  const failed = await node.until(never, ({ status }) => status?.phase === 'Failed', 'failed');
  assert.equal(first(failed)?.state.terminated?.exitCode, 1);
});

test('init containers come one after the other, and the pod says which are missing', async () => {
  const name = fresh('init');
  const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
  await node.pod(name, {
    initContainers: [
      {
        ...script('while [ ! -e /shared/go ]; do sleep 0.01; done; echo one >/shared/order', {
          volumeMounts,
        }),
        name: 'one',
      },
      { ...script('echo two >>/shared/order', { volumeMounts }), name: 'two' },
    ],
    containers: [script('cat /shared/order; exec sleep 100', { volumeMounts })],
    volumes: [{ name: 'shared', emptyDir: {} }],
  });
  const pod = await node.until(
    name,
    ({ status }) => status?.initContainerStatuses?.[0]?.state.running !== undefined,
    'running one',
  );
  const condition = pod.status?.conditions?.find(({ type }) => type === 'Initialized');
  assert.deepEqual(
    [condition?.reason, condition?.message],
    ['ContainersNotInitialized', 'containers with incomplete status: [one two]'],
  );
  assert.equal(first(pod)?.state.waiting?.reason, 'PodInitializing');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${node.folder}/pods/${pod.metadata.uid}/volumes/shared/go`, '');
  await node.until(name, ready, 'ready');
  await node.log(name, /^one\ntwo\n$/);
});

test('an init container that fails for good fails the pod', async () => {
  const name = fresh('init-fails');
  await node.pod(name, {
    restartPolicy: 'Never',
    initContainers: [{ ...script('exit 4'), name: 'one' }],
    containers: [script('echo never')],
  });
  const pod = await node.until(name, ({ status }) => status?.phase === 'Failed', 'failed');
  assert.equal(pod.status?.initContainerStatuses?.[0]?.state.terminated?.exitCode, 4);
  assert.equal(first(pod)?.state.waiting?.reason, 'PodInitializing');
});

test('a container has its environment from every source', async () => {
  const name = fresh('env');
  await node.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default' },
    data: { colour: 'blue' },
  });
  await node.create('secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'default' },
    stringData: { word: 'hush' },
  });
  await node.pod(
    name,
    {
      containers: [
        script('env | sort; exec sleep 100', {
          args: ['x'],
          envFrom: [{ prefix: 'CM_', configMapRef: { name } }],
          env: [
            { name: 'A', value: 'a' },
            { name: 'AB', value: '$(A)b $$(A) $(NONE)' },
            { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            { name: 'TIER', valueFrom: { fieldRef: { fieldPath: "metadata.labels['tier']" } } },
            { name: 'WORD', valueFrom: { secretKeyRef: { name, key: 'word' } } },
            { name: 'NOT', valueFrom: { configMapKeyRef: { name, key: 'none', optional: true } } },
            { name: 'MIB', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
          ],
          resources: { limits: { memory: '1Gi' } },
        }),
      ],
    },
    { labels: { tier: 'front' } },
  );
  const pod = await node.until(name, ready, 'ready');
  const [text] = await node.log(name, /[^]*WORD=[^]*\n/);
  const told = Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const expected = {
    A: 'a',
    AB: 'ab $(A) $(NONE)',
    NAME: name,
    IP: pod.status?.podIP,
    TIER: 'front',
    WORD: 'hush',
    MIB: '1024',
    CM_colour: 'blue',
    HOSTNAME: name,
  };
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map(key => [key, told[key]])), expected);
  assert.equal('NOT' in told, false);
});

test('what a container refers to and is not there is told, and waited for', async () => {
  const name = fresh('missing');
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name, key: 'a' } } }];
  await node.pod(name, { containers: [script('exec sleep 100', { env })] });
  const pod = await node.until(
    name,
    one => first(one)?.state.waiting?.reason === 'CreateContainerConfigError',
    'refused',
  );
  assert.equal(first(pod)?.state.waiting?.message, `configmap "${name}" not found`);
  await node.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default' },
    data: { a: '1' },
  });
  await node.until(name, ready, 'ready');
});

test('volumes hold what they are made of, and follow it', async () => {
  const name = fresh('volumes');
  await node.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default' },
    data: { a: 'one', b: 'two' },
  });
  await node.pod(name, {
    containers: [
      script(
        'cat /cm/a /cm/renamed /info/name; ls -l /token/token | cut -c1-10; wc -c </token/token; exec sleep 100',
        {
          volumeMounts: [
            { name: 'cm', mountPath: '/cm' },
            { name: 'info', mountPath: '/info' },
            { name: 'token', mountPath: '/token' },
          ],
        },
      ),
    ],
    volumes: [
      {
        name: 'cm',
        configMap: {
          name,
          items: [
            { key: 'a', path: 'a' },
            { key: 'b', path: 'renamed' },
          ],
        },
      },
      { name: 'info', downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
      { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
    ],
  });
  const pod = await node.until(name, ready, 'ready');
  const [, size] = await node.log(name, new RegExp(`^onetwo${name}.*\\n(\\d+)\\n$`));
  assert.ok(Number(size) > 100);
  await node.client('configmaps').patch('default', name, 'merge', { data: { a: 'changed' } });
  const file = `${node.folder}/pods/${pod.metadata.uid}/volumes/cm/a`;
  const end = performance.now() + 5000;
  while (readFileSync(file, 'utf8') !== 'changed' && performance.now() < end) await new Promise(setImmediate);
  assert.equal(readFileSync(file, 'utf8'), 'changed');
});

test('a volume that is not there is told, and waited for', async () => {
  const name = fresh('unmounted');
  await node.pod(name, {
    containers: [script('exec sleep 100', { volumeMounts: [{ name: 's', mountPath: '/s' }] })],
    volumes: [{ name: 's', secret: { secretName: name } }],
  });
  const message = `Warning FailedMount MountVolume.SetUp failed for volume "s" : secret "${name}" not found`;
  await node.until(name, one => first(one)?.state.waiting?.reason === 'ContainerCreating', 'creating');
  await node.told(name, one => one === message);
  await node.create('secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'default' },
    stringData: { a: '1' },
  });
  await node.until(name, ready, 'ready');
});

test('more memory than the limit ends a container as OOMKilled', async () => {
  const name = fresh('oom');
  const eater = 'const all = []; setInterval(() => all.push(Buffer.alloc(20e6, 1)), 10)';
  await node.pod(name, {
    restartPolicy: 'Never',
    containers: [
      { ...script(''), command: [process.execPath, '-e', eater], resources: { limits: { memory: '150Mi' } } },
    ],
  });
  const pod = await node.until(name, ({ status }) => status?.phase === 'Failed', 'failed');
  const { terminated } = first(pod)?.state ?? {};
  assert.deepEqual([terminated?.reason, terminated?.exitCode], ['OOMKilled', 137]);
});

test('deletion asks first, waits for the grace, and leaves nothing', async () => {
  const [polite, deaf] = [fresh('polite'), fresh('deaf')];
  await node.pod(polite, {
    containers: [script('trap "exit 0" TERM; echo up; while :; do sleep 0.01; done')],
  });
  await node.pod(deaf, {
    terminationGracePeriodSeconds: 1,
    containers: [script('trap "" TERM; echo up; while :; do sleep 0.05; done')],
  });
  await node.log(polite, /up/);
  await node.log(deaf, /up/);
  const began = performance.now();
  await node.client('pods').delete('default', polite);
  await node.untilGone(polite);
  assert.ok(performance.now() - began < 3000);
  await node.client('pods').delete('default', deaf);
  await node.untilGone(deaf);
  await node.told(polite, one => one === 'Normal Killing Stopping container main');
});

test('a liveness probe that fails starts the container again', async () => {
  const name = fresh('sick');
  const livenessProbe = {
    exec: { command: ['test', '!', '-e', '/h/sick'] },
    periodSeconds: 1,
    failureThreshold: 1,
  };
  await node.pod(name, {
    terminationGracePeriodSeconds: 1,
    containers: [
      script('rm -f /h/sick; sleep 0.2; touch /h/sick; exec sleep 100', {
        livenessProbe,
        volumeMounts: [{ name: 'h', mountPath: '/h' }],
      }),
    ],
    volumes: [{ name: 'h', emptyDir: {} }],
  });
  await node.until(name, one => (first(one)?.restartCount ?? 0) >= 1, 'restarted');
  await node.told(name, one => one.startsWith('Warning Unhealthy Liveness probe failed'));
  await node.told(
    name,
    one => one === 'Normal Killing Container main failed liveness probe, will be restarted',
  );
});

test('a pod is ready once its readiness probe succeeds', async () => {
  const name = fresh('soon');
  const server = `require('http').createServer((q, s) => { s.statusCode = require('fs').existsSync('/r/yes') ? 200 : 503; s.end(); }).listen(18080, process.env.IP)`;
  await node.pod(name, {
    containers: [
      {
        ...script(''),
        command: [process.execPath, '-e', server],
        env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
        ports: [{ name: 'web', containerPort: 18080 }],
        readinessProbe: { httpGet: { path: '/', port: 'web' }, periodSeconds: 1 },
        volumeMounts: [{ name: 'r', mountPath: '/r' }],
      },
    ],
    volumes: [{ name: 'r', emptyDir: {} }],
  });
  const pod = await node.until(name, ({ status }) => status?.phase === 'Running', 'running');
  assert.equal(ready(pod), false);
  const told = 'Warning Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503';
  await node.told(name, one => one === told);
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${node.folder}/pods/${pod.metadata.uid}/volumes/r/yes`, '');
  const after = await node.until(name, ready, 'ready');
  const condition = after.status?.conditions?.find(({ type }) => type === 'Ready');
  assert.deepEqual(
    [condition?.status, condition?.reason, condition?.message],
    ['True', undefined, undefined],
  );
});

test('a sidecar among the init containers starts first and ends last', async () => {
  const name = fresh('sidecar');
  const volumeMounts = [{ name: 'o', mountPath: '/o' }];
  await node.pod(name, {
    restartPolicy: 'Never',
    initContainers: [
      {
        ...script(
          'echo side >>/o/order; trap "echo end >>/o/order; exit 0" TERM; while :; do sleep 0.01; done',
          { volumeMounts },
        ),
        name: 'side',
        restartPolicy: 'Always',
      },
    ],
    containers: [
      script('while ! grep -q side /o/order; do sleep 0.01; done; echo main >>/o/order', { volumeMounts }),
    ],
    volumes: [{ name: 'o', emptyDir: {} }],
  });
  const pod = await node.until(name, ({ status }) => status?.phase === 'Succeeded', 'done');
  const file = `${node.folder}/pods/${pod.metadata.uid}/volumes/o/order`;
  const end = performance.now() + 5000;
  while (!readFileSync(file, 'utf8').includes('end') && performance.now() < end)
    await new Promise(setImmediate);
  assert.equal(readFileSync(file, 'utf8'), 'side\nmain\nend\n');
});

test('hooks run after the start and before the end', async () => {
  const [name, folder] = [fresh('hooks'), join(node.folder, fresh('hooks'))];
  const hook = (word: string): object => ({ exec: { command: ['sh', '-c', `echo ${word} >>/h/order`] } });
  await node.pod(name, {
    containers: [
      script('trap "echo end >>/h/order; exit 0" TERM; while :; do sleep 0.01; done', {
        lifecycle: { postStart: hook('after'), preStop: hook('before') },
        volumeMounts: [{ name: 'h', mountPath: '/h' }],
      }),
    ],
    volumes: [{ name: 'h', hostPath: { path: folder, type: 'DirectoryOrCreate' } }],
  });
  await node.until(name, ready, 'ready');
  await node.client('pods').delete('default', name);
  await node.untilGone(name);
  assert.equal(readFileSync(join(folder, 'order'), 'utf8'), 'after\nbefore\nend\n');
});

test('a pod that runs longer than it may has failed', async () => {
  const name = fresh('late');
  await node.pod(name, { activeDeadlineSeconds: 1, containers: [script('exec sleep 100')] });
  const pod = await node.until(
    name,
    one => one.status?.phase === 'Failed' && first(one)?.state.terminated !== undefined,
    'failed and ended',
  );
  assert.equal(pod.status?.reason, 'DeadlineExceeded');
  assert.equal(first(pod)?.state.terminated?.exitCode, 143);
});

test('what cannot be run says so in the pod', async () => {
  const [known, absent] = [fresh('known'), fresh('absent')];
  await node.pod(known, { containers: [{ name: 'main', image: 'tensorflow/serving:2.6.2' }] });
  const pod = await node.until(
    known,
    one => first(one)?.state.waiting?.reason === 'ImagePullBackOff',
    'refused',
  );
  assert.match(
    first(pod)?.state.waiting?.message ?? '',
    /this version of Davit does not serve TensorFlow SavedModels yet/,
  );
  await node.pod(absent, {
    restartPolicy: 'Never',
    containers: [{ ...script(''), command: ['no-such-program'] }],
  });
  const failed = await node.until(absent, ({ status }) => status?.phase === 'Failed', 'failed');
  const { terminated } = first(failed)?.state ?? {};
  assert.deepEqual(
    [terminated?.exitCode, terminated?.reason, terminated?.message],
    [
      128,
      'StartError',
      'failed to start container: exec: "no-such-program": executable file not found in $PATH',
    ],
  );
});

test('the node is registered, and gives signs of life', async () => {
  const found = await node.client('nodes').get('', 'here');
  const { addresses, capacity, nodeInfo } = found['status'] as {
    addresses: unknown;
    capacity: Record<string, string>;
    nodeInfo: { kubeletVersion: string };
  };
  assert.deepEqual(addresses, [
    { type: 'InternalIP', address: '127.0.0.1' },
    { type: 'Hostname', address: 'here' },
  ]);
  assert.match(capacity['memory'] ?? '', /^\d+Ki$/);
  assert.match(nodeInfo.kubeletVersion, /^v1\.37\.2\+davit/);
  const lease = await node.client('leases').get('kube-node-lease', 'here');
  assert.equal((lease['spec'] as { holderIdentity: string }).holderIdentity, 'here');
});

test('deleted pods leave no process', async () => {
  const { items } = await node.client('pods').list({ namespace: 'default' });
  await Promise.all(
    items.map(({ metadata: { name = '' } }) =>
      node.client('pods').delete('default', name, { gracePeriodSeconds: 0 }),
    ),
  );
  const end = performance.now() + 8000;
  const left = (): boolean => allProcesses().some(({ pid }) => commandLine(pid).includes(node.folder));
  while (left() && performance.now() < end) await new Promise(resolve => setTimeout(resolve, 20));
  assert.equal(left(), false);
  assert.deepEqual(node.errors, []);
});

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

test('what a container has left running under another parent counts too', async () => {
  const name = fresh('stray');
  const eater = 'const all = []; setInterval(() => all.length < 20 && all.push(Buffer.alloc(20e6, 1)), 10)';
  const command = ['sh', '-c', '("$0" -e "$1" &); exec sleep 600', process.execPath, eater];
  const limits = { memory: '150Mi' };
  await node.pod(name, {
    restartPolicy: 'Never',
    containers: [{ ...script(''), command, resources: { limits } }],
  });
  const pod = await node.until(name, ({ status }) => status?.phase === 'Failed', 'failed', 40_000);
  assert.equal(first(pod)?.state.terminated?.reason, 'OOMKilled');
});

test('a pod that asks for names of the cluster is told of the proxy, and no other', async () => {
  const [asking, other] = [fresh('asking'), fresh('other')];
  const containers = [script('echo "$http_proxy $no_proxy" >/dev/termination-log')];
  const spec = { restartPolicy: 'Never', containers };
  await node.pod(asking, spec, { annotations: { 'davit.dev/cluster-names': 'proxy' } });
  await node.pod(other, spec);
  const messageOf = async (name: string): Promise<string | undefined> => {
    const pod = await node.until(name, ({ status }) => status?.phase === 'Succeeded', 'done');
    return first(pod)?.state.terminated?.message;
  };
  assert.equal(await messageOf(asking), 'http://default@127.0.0.1:4321 localhost,127.0.0.0/8,::1\n');
  assert.equal(await messageOf(other), ' \n');
});

test('tokens, and files of a pod with a group, are read by containers that are not root', async () => {
  const [name, group] = [fresh('modes'), fresh('group')];
  await node.create('secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'default' },
    stringData: { a: 'text' },
  });
  const spec = {
    restartPolicy: 'Never',
    containers: [
      script('stat -L -c %a /t/a /s/a', {
        volumeMounts: [
          { name: 't', mountPath: '/t' },
          { name: 's', mountPath: '/s' },
        ],
      }),
    ],
    volumes: [
      { name: 't', projected: { sources: [{ serviceAccountToken: { path: 'a' } }] } },
      { name: 's', secret: { secretName: name, defaultMode: 0o400 } },
    ],
  };
  await node.pod(name, spec);
  await node.pod(group, { ...spec, securityContext: { fsGroup: 7 } });
  for (const [one, modes] of [
    [name, '644\n400\n'],
    [group, '644\n444\n'],
  ] as const) {
    await node.until(one, ({ status }) => status?.phase === 'Succeeded', 'done');
    assert.equal(await node.output(one), modes);
  }
});
