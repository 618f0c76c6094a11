import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { backend } from '../net/relaying.ts';
import { iris, irisRequest, root } from '../e2e/program.ts';
import { start, type Started } from './programs.ts';
import { until } from './serving.ts';

const probe = { 'user-agent': 'kube-probe/1.34', 'k-network-probe': 'queue' };
const anyPort = ['--admin-port', '0', '--stat-port', '0', '--metrics-port', '0'];
const rows = ['[6.8,2.8,4.8,1.4]', '[6,3.4,4.5,1.6]', '[5.1,3.5,1.4,0.2]'];

/** What KServe’s controller gives its agent for a batcher and a logger. */
const agentArgs = (url: string): string[] =>
  [
    '--enable-batcher --max-batchsize 16 --max-latency 100',
    `--log-url ${url} --source-uri  --log-mode all --inference-service log --namespace ns`,
    '--endpoint  --component predictor --metadata-headers x-request-id',
    '--logger-tls-skip-verify false --component-port 8080',
  ]
    .join(' ')
    .split(' ');

interface Predicted {
  readonly batchId: string;
  readonly predictions: number[];
}

async function predict(port: unknown, instance: string): Promise<Predicted> {
  const url = `http://127.0.0.1:${String(port)}/v1/models/iris-model:predict`;
  const answer = await fetch(url, { method: 'POST', body: `{"instances":[${instance}]}` });
  assert.equal(answer.status, 200);
  return (await answer.json()) as Predicted;
}

async function metric(port: unknown, pattern: RegExp): Promise<boolean> {
  return pattern.test(await (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text());
}

function inside(context: TestContext, url: string, environment: Record<string, string> = {}): Started {
  const env = Object.assign(
    { QUEUE_SERVING_PORT: '0', USER_PORT: '0', CONTAINER_CONCURRENCY: '4', SERVING_POD: 'pod-a' },
    environment,
  );
  const sidecars = [
    { name: 'queue-proxy', env: { ...env, DAVIT_DRAIN_QUIET: '50ms' }, args: anyPort },
    { name: 'agent', env: { DAVIT_DRAIN_QUIET: '50ms' }, args: [...agentArgs(url), '--port', '0'] },
  ];
  const words = ['serve', iris, '--http-port', '0'];
  return start(context, words, { DAVIT_SIDECARS: JSON.stringify(sidecars) });
}

test('a model server does the work of its queue-proxy and its agent', async context => {
  const folder = mkdtempSync(join(tmpdir(), 'davit-inside-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const events = join(folder, 'events.jsonl');
  const { child, ended, event } = inside(context, pathToFileURL(events).href);
  const queue = await event('queue-proxy serves');
  const agent = await event('agent serves');
  const { url } = await event('serving');
  const answer = await fetch(`http://127.0.0.1:${String(queue['port'])}/`, { headers: probe });
  assert.deepEqual([answer.status, await answer.text()], [200, 'queue']);
  const direct = await fetch(`${String(url)}/v1/models/iris-model:predict`, {
    method: 'POST',
    body: `{"instances":[${rows.join()}]}`,
  });
  assert.deepEqual(await direct.json(), { predictions: [1, 1, 0] });
  // The queue's USER_PORT is the agent's port: its requests are batched and logged, too.
  for (const port of [queue['port'], agent['port']]) {
    const answers = await Promise.all(rows.map(row => predict(port, row)));
    assert.deepEqual(
      answers.map(({ predictions }) => predictions),
      [[1], [1], [0]],
    );
    assert.equal(new Set(answers.map(({ batchId }) => batchId)).size, 1);
  }
  await until(() => readFileSync(events, 'utf8').split('\n').length === 13);
  const told = readFileSync(events, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(new Set(told.map(({ inferenceservicename }) => inferenceservicename)), new Set(['log']));
  assert.ok(
    await metric(queue['metrics'], /^kn_serving_invocation_duration_seconds_count\{[^}]*"200"\} 3$/m),
  );
  const stat = Buffer.from(
    await (await fetch(`http://127.0.0.1:${String(queue['stat'])}/metrics`)).arrayBuffer(),
  );
  assert.ok(stat.subarray(0, 7).equals(Buffer.from('\n\u0005pod-a')));
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
});

test('a pod that ends loses no request of clients that stop when it says so', async context => {
  const { child, ended, event } = inside(context, 'file:///dev/null');
  const { port } = await event('queue-proxy serves');
  await event('serving');
  let served = 0;
  const going = new AbortController();
  const clients = Array.from({ length: 4 }, async (_, at) => {
    while (!going.signal.aborted) {
      await predict(port, rows[at % 3] as string);
      served++;
    }
  });
  await until(() => served > 4);
  child.kill('SIGTERM');
  const ask = async (): Promise<number> =>
    (await fetch(`http://127.0.0.1:${String(port)}/`, { headers: probe })).status;
  // As endpoints do: the pod is taken out once its probe fails.
  while ((await ask()) !== 503);
  going.abort();
  await Promise.all(clients);
  assert.equal(await ended, 0);
});

test('a hook before the end waits for the queue, which serves on if the end does not come', async context => {
  const { event } = inside(context, 'file:///dev/null');
  const { port, admin } = await event('queue-proxy serves');
  await event('serving');
  const waited = await fetch(`http://127.0.0.1:${String(admin)}/wait-for-drain`);
  assert.equal(waited.status, 200);
  const ask = async (): Promise<number> =>
    (await fetch(`http://127.0.0.1:${String(port)}/`, { headers: probe })).status;
  assert.equal(await ask(), 503);
  while ((await ask()) !== 200) await new Promise(resolve => setTimeout(resolve, 50));
});

test('what cannot be followed ends the server with a reason', async context => {
  for (const [sidecars, reason] of [
    ['no json', /DAVIT_SIDECARS: found "no json"/],
    ['[{"name":"agent","args":["--log-url","s3://logs"]}]', /"s3:\/\/logs"; expected http/],
    [
      '[{"name":"agent","args":["--enable-puller=maybe"]}]',
      /--enable-puller: found "maybe", expected true or false/,
    ],
  ] as const) {
    const run = promisify(execFile)(join(root, 'bin', 'davit'), ['serve', iris, '--http-port', '0'], {
      env: { ...process.env, DAVIT_SIDECARS: sidecars },
    });
    await assert.rejects(run, reason);
  }
  void context;
});

test('davit queue-proxy stands before another container: one at a time, bodies as they were sent', async context => {
  let running = 0;
  let most = 0;
  let up = false;
  const { port } = await backend(context, (request, response) => {
    if (request.url === '/ready') return void response.writeHead(up ? 200 : 503).end();
    most = Math.max(most, ++running);
    const hash: Buffer[] = [];
    request.on('data', (chunk: Buffer) => hash.push(chunk));
    return void request.on('end', () => {
      setTimeout(() => {
        running--;
        response.end(`${String(request.headers['content-encoding'])} ${Buffer.concat(hash).length}`);
      }, 5);
    });
  });
  const { child, ended, event } = start(context, ['queue-proxy', '--host', '127.0.0.1', ...anyPort], {
    QUEUE_SERVING_PORT: '0',
    USER_PORT: String(port),
    CONTAINER_CONCURRENCY: '1',
    REVISION_TIMEOUT_SECONDS: '300',
    SERVING_READINESS_PROBE: `{"httpGet":{"path":"/ready","port":${port},"host":"127.0.0.1"},"successThreshold":1}`,
  });
  const queue = await event('queue-proxy serves');
  const url = `http://127.0.0.1:${String(queue['port'])}`;
  const ask = async (): Promise<number> => (await fetch(url, { headers: probe })).status;
  assert.equal(await ask(), 503);
  up = true;
  assert.equal(await ask(), 200);
  const zipped = gzipSync(Buffer.alloc(500_000, 'x'));
  const bodies = [zipped, gzipSync('small')];
  const answers = await Promise.all(
    Array.from({ length: 10 }, async (_, at) => {
      const body = bodies[at % 2] as Buffer<ArrayBuffer>;
      const answer = await fetch(url, { method: 'POST', body, headers: { 'content-encoding': 'gzip' } });
      return [await answer.text(), `gzip ${body.length}`];
    }),
  );
  for (const [found, wanted] of answers) assert.equal(found, wanted);
  assert.equal(most, 1);
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
});

test('davit agent batches for another container, and undoes what it had to read', async context => {
  const asked: string[] = [];
  const { port } = await backend(context, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      asked.push(`${String(request.headers['content-encoding'])} ${text}`);
      response.setHeader('content-type', 'application/json');
      response.end(text.replace('instances', 'predictions'));
    });
  });
  const words = [...agentArgs('file:///dev/null'), '--port', '0', '--component-port', String(port)];
  const { event } = start(context, ['agent', '--host', '127.0.0.1', ...words]);
  const agent = await event('agent serves');
  const ready = await fetch(`http://127.0.0.1:${String(agent['port'])}/`, { headers: probe });
  assert.equal(ready.status, 200);
  const answers = await Promise.all(rows.map(row => predict(agent['port'], row)));
  assert.equal(new Set(answers.map(({ batchId }) => batchId)).size, 1);
  assert.equal(asked.length, 1);
  const zipped = await fetch(`http://127.0.0.1:${String(agent['port'])}/v2/models/m/infer`, {
    method: 'POST',
    body: gzipSync(irisRequest),
    headers: { 'content-encoding': 'gzip', 'inference-header-content-length': '1' },
  });
  assert.equal(zipped.status, 200);
  assert.equal(asked[1], `undefined ${irisRequest}`);
});
