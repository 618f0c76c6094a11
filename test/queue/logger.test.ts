import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createLog } from '../../src/base/log/index.ts';
import { createMetrics, renderPrometheus } from '../../src/base/metrics/index.ts';
import { prepareHead, type Handler } from '../../src/base/net/index.ts';
import { fileSink, withLogger, type LoggerOptions } from '../../src/serve/queue/index.ts';
import { structuredEvent } from '../../src/wire/cloudevents/index.ts';
import { serve, until } from './serving.ts';

const json = prepareHead(200, [['Content-Type', 'application/json']]);
const bad = prepareHead(400, [['Content-Type', 'application/problem+json']]);

const model: Handler = (_method, target, _head, body, sink) => {
  if (target === '/bad') return sink.send(bad, '{"error":"é"}'.replace('é', 'e'));
  if (target !== '/stream')
    return sink.send(json, Buffer.from(body).toString().replace('instances', 'predictions'));
  const stream = sink.stream(json);
  stream?.write('{"part":');
  stream?.write('1}');
  return stream?.end();
};

interface Logged {
  readonly url: string;
  readonly text: () => string;
  readonly close: (within: number) => Promise<void>;
}

async function logged(context: TestContext, url: string, more: Partial<LoggerOptions> = {}): Promise<Logged> {
  const metrics = createMetrics();
  const log = createLog({ level: 'error', format: 'json', colour: false, now: Date.now, write: () => {} });
  const logger = withLogger(model, {
    source: {
      source: 'http://localhost:9081/',
      inferenceService: 'iris',
      namespace: 'users',
      endpoint: '',
      component: 'predictor',
      metadataHeaders: ['x-request-id', 'X-User'],
      annotations: { team: 'a b' },
    },
    mode: 'all',
    url,
    trust: { skipVerify: false },
    log,
    metrics,
    firstWait: 5,
    ...more,
  });
  context.after(() => logger.close(0));
  const served = await serve(context, logger.handler);
  return {
    url: served.url,
    text: () => renderPrometheus(metrics.snapshot()),
    close: within => logger.close(within),
  };
}

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function sink(
  context: TestContext,
  answer: RequestListener = (_request, response) => void response.end(),
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`, received };
}

const ask = (url: string, path = '/', headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    body: '{"instances":[1]}',
    headers: { 'content-type': 'application/json', ...headers },
  });

test('a request and its answer are told in binary mode, with the attributes of KServe’s agent', async context => {
  const { url: to, received } = await sink(context);
  const { url } = await logged(context, to);
  const answer = await ask(url, '/', {
    'x-request-id': 'r1',
    'ce-id': 'the-id',
    'x-user': 'Zoë'.replace('ë', 'e'),
  });
  assert.equal(await answer.text(), '{"predictions":[1]}');
  await until(() => received.length === 2);
  const byType = Object.fromEntries(
    received.map(event => [String(event.headers['ce-type']).split('.').at(-1), event]),
  );
  const { request, response } = byType;
  assert.equal(request?.body, '{"instances":[1]}');
  assert.equal(response?.body, '{"predictions":[1]}');
  const attributes = (event: Received | undefined) =>
    Object.fromEntries(
      Object.entries(event?.headers ?? {}).filter(
        ([name]) => (name.startsWith('ce-') || name === 'content-type') && !name.endsWith('time'),
      ),
    );
  assert.deepEqual(attributes(request), {
    'ce-specversion': '1.0',
    'ce-id': 'the-id',
    'ce-type': 'org.kubeflow.serving.inference.request',
    'ce-source': 'http://localhost:9081/',
    'ce-inferenceservicename': 'iris',
    'ce-namespace': 'users',
    'ce-component': 'predictor',
    'ce-endpoint': '',
    'ce-metadata': '{"x-request-id":["r1"],"X-User":["Zoe"]}',
    'ce-annotations': '{"team":"a b"}',
    'content-type': 'application/json',
  });
  assert.equal(attributes(response)['ce-id'], 'the-id');
  for (const name of ['ce-time', 'ce-recordedtime']) {
    assert.match(String(request?.headers[name]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
});

for (const [mode, types] of [
  ['request', ['request']],
  ['response', ['response']],
] as const) {
  test(`mode ${mode} tells of the ${mode} alone; probes are not told`, async context => {
    const { url: to, received } = await sink(context);
    const { url, close } = await logged(context, to, { mode });
    await ask(url, '/', { 'user-agent': 'kube-probe/1.34' });
    await ask(url);
    await close(2000);
    assert.deepEqual(
      received.map(({ headers }) => String(headers['ce-type']).split('.').at(-1)),
      types,
    );
  });
}

test('errors are told with their status and their own content type, and streams once they are whole', async context => {
  const { url: to, received } = await sink(context);
  const { url, close } = await logged(context, to, { mode: 'response' });
  assert.equal((await ask(url, '/bad')).status, 400);
  assert.equal(await (await ask(url, '/stream')).text(), '{"part":1}');
  await close(2000);
  const of = (body: string) => received.find(event => event.body === body)?.headers;
  assert.equal(of('{"error":"e"}')?.['ce-statuscode'], '400');
  assert.equal(of('{"error":"e"}')?.['content-type'], 'application/problem+json');
  assert.equal(of('{"part":1}')?.['ce-statuscode'], undefined);
});

test('a sink that hangs holds nobody up: events are dropped, counted, and told in the log', async context => {
  const { url: to } = await sink(context, () => {});
  const { url, text, close } = await logged(context, to, { mostEvents: 10 });
  const started = performance.now();
  for (let i = 0; i < 50; i++) assert.equal((await ask(url)).status, 200);
  assert.ok(performance.now() - started < 3000);
  // Of a hundred events five are on their way and ten wait.
  assert.match(text(), /^davit_logger_dropped_total\{reason="full"\} 85$/m);
  assert.match(text(), /^davit_logger_queue_length 10$/m);
  await close(20);
  assert.match(text(), /^davit_logger_dropped_total\{reason="ending"\} 15$/m);
});

test('a sink that nobody listens on is tried again, and given up', async context => {
  const { url, text } = await logged(context, 'http://127.0.0.1:1/', { mode: 'request', tries: 3 });
  assert.equal((await ask(url)).status, 200);
  await until(() => /davit_logger_dropped_total\{reason="failed"\} 1/.test(text()));
});

test('a sink that fails at first gets its events in the end, and one that refuses them gets them once', async context => {
  let failures = 2;
  const { url: to, received } = await sink(context, (request, response) => {
    response.statusCode = request.headers['ce-id'] === 'refused' ? 400 : failures-- > 0 ? 503 : 200;
    response.end();
  });
  const { url, text } = await logged(context, to, { mode: 'request' });
  await ask(url, '/', { 'ce-id': 'late' });
  await until(() => /davit_logger_delivered_total 1/.test(text()));
  assert.equal(received.length, 3);
  await ask(url, '/', { 'ce-id': 'refused' });
  await until(() => /davit_logger_dropped_total\{reason="refused"\} 1/.test(text()));
  assert.equal(received.length, 4);
});

test('a file gets a line of JSON for each event, and full ones are put aside', async context => {
  const folder = mkdtempSync(join(tmpdir(), 'davit-events-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'deep', 'events.jsonl');
  const { url, close } = await logged(context, pathToFileURL(path).href);
  await ask(url);
  await ask(url, '/bad');
  await close(2000);
  const events = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    events.map(({ data }) => data),
    [{ instances: [1] }, { predictions: [1] }, { instances: [1] }, { error: 'e' }],
  );
  assert.equal(events[0]?.['specversion'], '1.0');
  assert.equal(events[0]?.['datacontenttype'], 'application/json');
  const small = fileSink(pathToFileURL(join(folder, 'small')), { bytes: 1500, files: 2 });
  for (let i = 0; i < 30; i++) {
    const event = {
      id: String(i),
      type: 't',
      source: 's',
      time: 0,
      contentType: 'text/plain',
      extensions: {},
    };
    await small.deliver([{ ...event, data: Buffer.alloc(200, 'x') }], AbortSignal.timeout(1000));
  }
  assert.deepEqual(readdirSync(folder).toSorted(), ['deep', 'small', 'small.1', 'small.2']);
  const ids = ['small.2', 'small.1', 'small'].flatMap(name =>
    readFileSync(join(folder, name), 'utf8')
      .trim()
      .split('\n')
      .map(line => Number((JSON.parse(line) as { id: string }).id)),
  );
  assert.deepEqual(
    ids,
    ids.map((_, at) => 30 - ids.length + at),
  );
});

test('data that are no JSON and no text are base64 in a structured event', () => {
  const event = { id: '1', type: 't', source: 's', time: 0, extensions: {} };
  const read = (contentType: string | undefined, data: Buffer) =>
    JSON.parse(structuredEvent({ ...event, contentType, data })) as Record<string, unknown>;
  assert.equal(read('application/octet-stream', Buffer.from([0xff, 0]))['data_base64'], '/wA=');
  assert.equal(read('application/json', Buffer.from('{broken'))['data'], '{broken');
  assert.deepEqual(
    read('application/cloudevents+json; charset=utf-8', Buffer.from('{\n "a": 1.0 }'))['data'],
    {
      a: 1,
    },
  );
  assert.equal(read(undefined, Buffer.from('é'))['data'], 'é');
});

test('a url of another scheme is refused by name', () => {
  const log = createLog({ level: 'error', format: 'json', colour: false, now: Date.now, write: () => {} });
  const source = {
    source: '',
    inferenceService: '',
    namespace: '',
    endpoint: '',
    component: '',
    metadataHeaders: [],
    annotations: {},
  };
  assert.throws(
    () =>
      withLogger(model, {
        source,
        mode: 'all',
        url: 's3://logs',
        trust: { skipVerify: false },
        log,
        metrics: createMetrics(),
      }),
    /"s3:\/\/logs"; expected http:\/\/, https:\/\/ or file:\/\//,
  );
});
