import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createDoor } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Running } from '../../src/app/sidecars/running.ts';
import { agentLayer } from '../../src/app/sidecars/layers.ts';
import { sidecarsOf } from '../../src/app/sidecars/told.ts';
import { agentAsker } from '../../src/app/controller/agents.ts';
import { createMetrics } from '../../src/base/metrics/index.ts';
import { createLog } from '../../src/base/log/index.ts';
import { type Handler, prepareHead } from '../../src/base/net/index.ts';
import {
  Guard,
  modelServer,
  modelsProbe,
  Puller,
  type PulledModel,
  type PullerOptions,
  type ToldModel,
} from '../../src/serve/queue/index.ts';
import { iris } from '../e2e/program.ts';
import { start, type Started } from './programs.ts';
import { until } from './serving.ts';

const quiet = createLog({ level: 'error', format: 'json', colour: false, now: () => 0, write: () => {} });

/** Folders of a list and of models, and a server that has the model of irises at `/iris.joblib` and nothing else. */
class Place {
  readonly top = mkdtempSync(join(tmpdir(), 'davit-puller-'));
  readonly configs = join(this.top, 'configs');
  readonly models = join(this.top, 'models');
  readonly #server = createServer((request, response) => {
    if (request.url === '/iris.joblib') response.end(readFileSync(iris));
    else response.writeHead(404).end();
  });
  #lists = 0;

  async start(context: TestContext): Promise<void> {
    mkdirSync(this.configs);
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    context.after(() => {
      this.#server.close();
      this.#server.closeAllConnections();
      rmSync(this.top, { recursive: true, force: true });
    });
  }

  uri(name: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}`;
  }

  /** Writes the list as a whole. */
  list(models: Readonly<Record<string, string>>): void {
    const entries = Object.entries(models).map(([modelName, storageUri]) => ({
      modelName,
      modelSpec: { storageUri, framework: 'sklearn', memory: '1Mi' },
    }));
    this.write(JSON.stringify(entries));
  }

  write(text: string): void {
    const part = join(this.top, `list-${this.#lists++}`);
    writeFileSync(part, text);
    renameSync(part, join(this.configs, 'models.json'));
  }

  get args(): string[] {
    return ['--enable-puller', '--config-dir', this.configs, '--model-dir', this.models];
  }

  get environment(): Record<string, string> {
    return { DAVIT_CACHE: join(this.top, 'cache'), DAVIT_POD_UID: uid };
  }
}

/** Of the pod. */
const uid = '0b5c7d0e-57c5-4a37-8f0a-0d3b1f4d2c11';

async function told(port: unknown): Promise<readonly ToldModel[]> {
  const answer = await fetch(`http://127.0.0.1:${String(port)}/`, {
    headers: Object.fromEntries(modelsProbe(uid)),
  });
  return ((await answer.json()) as { models: readonly ToldModel[] }).models;
}

async function settled(port: unknown, ...states: string[]): Promise<readonly ToldModel[]> {
  for (;;) {
    const models = await told(port);
    if (models.map(({ name, state }) => `${name} ${state}`).join() === states.join()) return models;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function predict(port: unknown, model: string): Promise<number> {
  const url = `http://127.0.0.1:${String(port)}/v1/models/${model}:predict`;
  const answer = await fetch(url, { method: 'POST', body: '{"instances":[[6.8,2.8,4.8,1.4]]}' });
  const text = await answer.text();
  if (answer.status === 200) assert.equal(text, '{"predictions":[1]}');
  return answer.status;
}

/** What an agent does, whether it is a process of its own or the server's. */
async function bringsAndTakes(place: Place, port: unknown): Promise<void> {
  await settled(port, 'a Loaded');
  assert.equal(await predict(port, 'a'), 200);
  place.list({ a: place.uri('iris.joblib'), b: place.uri('iris.joblib'), c: place.uri('nothing.joblib') });
  const models = await settled(port, 'a Loaded', 'b Loaded', 'c Failed');
  assert.match(models[2]?.reason ?? '', /nothing\.joblib.* 404/);
  assert.equal(await predict(port, 'b'), 200);
  const health = await fetch(`http://127.0.0.1:${String(port)}/v2/health/ready`);
  assert.equal(health.status, 200);
  place.write('[{"modelName": "../b"}]');
  place.list({ b: place.uri('iris.joblib') });
  await settled(port, 'b Loaded');
  while ((await predict(port, 'a')) !== 404) await new Promise(resolve => setTimeout(resolve, 20));
  assert.equal(await predict(port, 'b'), 200);
  await until(() => !existsSync(join(place.models, 'a')));
  assert.ok(existsSync(join(place.models, 'b')));
}

test('an agent brings a server the models of its list, and takes them away', async context => {
  const place = new Place();
  await place.start(context);
  const words = ['serve', '--model-repository', place.models, '--http-port', '0'];
  const server = start(context, words, place.environment);
  const { url } = await server.event('serving');
  place.list({ a: place.uri('iris.joblib') });
  const behind = new URL(String(url)).port;
  const agentWords = ['agent', ...place.args, '--component-port', behind, '--port', '0'];
  const agent = start(context, agentWords, place.environment);
  await bringsAndTakes(place, (await agent.event('agent serves'))['port']);
});

test('a model server does that by itself, and its agent is ready once it has tried what was wanted first', async context => {
  const place = new Place();
  await place.start(context);
  place.list({ a: place.uri('iris.joblib') });
  const sidecars = [{ name: 'agent', env: { DAVIT_POD_UID: uid }, args: [...place.args, '--port', '0'] }];
  const server: Started = start(
    context,
    // What KServe's runtime says: the folder is no model.
    ['serve', '--model_name=parent', `--model_dir=${place.models}`, '--http_port=0'],
    {
      ...place.environment,
      DAVIT_MODEL_REPOSITORY: place.models,
      DAVIT_SIDECARS: JSON.stringify(sidecars),
    },
  );
  const { port } = await server.event('agent serves');
  const probe = { 'K-Network-Probe': 'queue' };
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${String(port)}/`, { headers: probe });
    await answer.arrayBuffer();
    if (answer.status === 200) break;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  assert.deepEqual(
    (await told(port)).map(({ state }) => state),
    ['Loaded'],
  );
  await bringsAndTakes(place, port);
});

function portOf({ url }: Record<string, unknown>): number {
  return Number(new URL(String(url)).port);
}

/** A port that stays, behind which one server after the other may be. */
async function door(context: TestContext): Promise<{ port: number; to: (port: number) => void }> {
  let behind = 0;
  const listener = createDoor(socket => {
    const other = connect(behind, '127.0.0.1');
    for (const one of [socket, other]) one.on('error', () => [socket, other].forEach(each => each.destroy()));
    socket.pipe(other).pipe(socket);
  });
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  context.after(() => listener.close());
  return { port: (listener.address() as AddressInfo).port, to: port => (behind = port) };
}

test('a server that is started anew beside its agent is given its models again', async context => {
  const place = new Place();
  await place.start(context);
  const standing = await door(context);
  const words = ['serve', '--model-repository', place.models, '--http-port', '0'];
  const first = start(context, words, place.environment);
  standing.to(portOf(await first.event('serving')));
  place.list({ a: place.uri('iris.joblib'), b: place.uri('iris.joblib') });
  const agentWords = ['agent', ...place.args, '--component-port', String(standing.port), '--port', '0'];
  const agent = start(context, agentWords, place.environment);
  const { port } = await agent.event('agent serves');
  await settled(port, 'a Loaded', 'b Loaded');
  first.child.kill('SIGKILL');
  await first.ended;
  const second = start(context, words, place.environment);
  const fresh = portOf(await second.event('serving'));
  assert.deepEqual([await predict(fresh, 'a'), await predict(fresh, 'b')], [404, 404]);
  standing.to(fresh);
  for (const model of ['a', 'b']) {
    while ((await predict(fresh, model)) !== 200) await new Promise(resolve => setTimeout(resolve, 20));
  }
  await settled(port, 'a Loaded', 'b Loaded');
});

test('models of a pod go only where it may write', async context => {
  const place = new Place();
  await place.start(context);
  place.list({ a: place.uri('iris.joblib') });
  const other = join(place.top, 'volume');
  mkdirSync(other);
  const bounds = { DAVIT_STORAGE_BOUNDS: JSON.stringify({ sources: [other], destinations: [other] }) };
  const agent = start(context, ['agent', ...place.args, '--port', '0'], { ...place.environment, ...bounds });
  assert.equal(await agent.ended, 1);
  assert.ok(!existsSync(place.models));
});

/** A puller of a server that takes everything; `fetched` are URIs, in order. */
function pulling(
  place: Place,
  fetch: (uri: string, signal: AbortSignal) => Promise<void>,
  more: Partial<PullerOptions> = {},
): { puller: Puller; asked: string[] } {
  const asked: string[] = [];
  const puller = new Puller({
    configFolder: place.configs,
    modelFolder: place.models,
    fetch: async (uri, folder, signal) => {
      await fetch(uri, signal);
      mkdirSync(folder);
    },
    server: {
      load: async name => void asked.push(`load ${name}`),
      unload: async name => void asked.push(`unload ${name}`),
      has: async () => true,
    },
    log: quiet,
    now: () => 0,
    ...more,
  });
  return { puller, asked };
}

function states(models: readonly PulledModel[]): string[] {
  return models.map(({ name, uri, state }) => `${name} ${uri} ${state}`);
}

test('what is wanted no more is given up, and what is wanted instead comes', async context => {
  const place = new Place();
  await place.start(context);
  const begun = Promise.withResolvers<void>();
  const { puller, asked } = pulling(place, async (uri, signal) => {
    if (uri !== 'x://slow') return;
    begun.resolve();
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  });
  place.list({ a: 'x://slow' });
  await puller.look();
  await begun.promise;
  assert.deepEqual([states(puller.models()), puller.ready], [['a x://slow Loading'], false]);
  place.list({ a: 'x://fast' });
  await puller.look();
  await until(() => puller.ready);
  assert.deepEqual([states(puller.models()), asked], [['a x://fast Loaded'], ['load a']]);
  place.list({});
  await puller.look();
  await until(() => asked.length === 2);
  assert.deepEqual([puller.models(), asked[1]], [[], 'unload a']);
});

test('a list that cannot be read changes nothing', async context => {
  const place = new Place();
  await place.start(context);
  const { puller } = pulling(place, async () => {});
  await puller.look();
  assert.ok(puller.ready);
  place.list({ a: 'x://a' });
  await puller.look();
  await until(() => states(puller.models()).join() === 'a x://a Loaded');
  const bad = [
    '',
    '{}',
    '[1]',
    '[{"modelName":"../a","modelSpec":{"storageUri":"x://a"}}]',
    '[{"modelName":"b"}]',
  ];
  for (const text of bad) {
    place.write(text);
    await puller.look();
    assert.deepEqual(states(puller.models()), ['a x://a Loaded'], text);
  }
});

test('no more than four models come at the same time', async context => {
  const place = new Place();
  await place.start(context);
  let [running, most] = [0, 0];
  const four = Promise.withResolvers<void>();
  const { puller, asked } = pulling(place, async () => {
    most = Math.max(most, ++running);
    if (running === 4) four.resolve();
    await four.promise;
    running--;
  });
  place.list(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`m${at}`, `x://${at}`])));
  await puller.look();
  await until(() => asked.length === 20);
  assert.equal(most, 4);
});

/** What ends when it is given up, and not before. */
function never(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}

test('what was given up is no failure of the same that is wanted again', async context => {
  const place = new Place();
  await place.start(context);
  const begun = Promise.withResolvers<void>();
  const givenUp = Promise.withResolvers<void>();
  let tries = 0;
  const { puller } = pulling(place, async (uri, signal) => {
    if (uri !== 'x://a' || tries++ > 0) return;
    begun.resolve();
    await never(signal).catch(() => givenUp.promise);
    throw signal.reason;
  });
  place.list({ m: 'x://a' });
  await puller.look();
  await begun.promise;
  place.list({ m: 'x://b' });
  await puller.look();
  place.list({ m: 'x://a' });
  await puller.look();
  givenUp.resolve();
  await until(() => states(puller.models()).join() !== 'm x://a Loading');
  assert.deepEqual([states(puller.models()), tries], [['m x://a Loaded'], 2]);
});

test('a fetch that does not end is given up, and keeps no server from its start', async context => {
  const place = new Place();
  await place.start(context);
  const { puller } = pulling(
    place,
    (uri, signal) => (uri === 'x://hangs' ? never(signal) : Promise.resolve()),
    {
      fetchTime: 5,
    },
  );
  place.list({ a: 'x://hangs', b: 'x://b' });
  await puller.look();
  await until(() => puller.ready);
  const [a, b] = puller.models();
  assert.deepEqual([a?.reason, b?.state], ['to fetch x://hangs took longer than 0.005 s', 'Loaded']);
});

test('a server that does not answer is asked no longer than it has time, and than the model is wanted', async () => {
  const gone: string[] = [];
  const hangs: Handler = (_method, target, _head, _body, sink) => sink.onAbort(() => gone.push(target));
  const wanted = new AbortController();
  await assert.rejects(
    modelServer(hangs, 5).load('a', wanted.signal),
    /the load of a took longer than 0\.005 s/,
  );
  const asking = modelServer(hangs).unload('b', wanted.signal);
  wanted.abort(new Error('something else'));
  await assert.rejects(asking, /something else/);
  await assert.rejects(modelServer(hangs).load('c', wanted.signal), /something else/);
  assert.deepEqual(gone, ['/v2/repository/models/a/load', '/v2/repository/models/b/unload']);
});

test('a server has a model or not by what it says of that alone', async () => {
  const signal = new AbortController().signal;
  const asked: string[] = [];
  for (const [status, has] of [
    [200, true],
    [404, false],
    [400, false],
    [401, undefined],
    [429, undefined],
    [500, undefined],
    [503, undefined],
  ] as const) {
    const answers: Handler = (method, target, _head, _body, sink) => {
      asked.push(`${method} ${target}`);
      sink.send(prepareHead(status, []), '');
    };
    assert.equal(await modelServer(answers).has('a', signal), has, String(status));
  }
  assert.deepEqual([...new Set(asked)], ['GET /v2/models/a/ready']);
  const hangs: Handler = () => {};
  assert.equal(await modelServer(hangs, 5).has('a', signal), undefined);
});

test('a server that was busy when it was asked first is believed once it has said that it has a model', async context => {
  const place = new Place();
  await place.start(context);
  const loaded: string[] = [];
  // What it says of `a`, in turn: that it was loaded, while it is looked after, and that it is gone.
  const says = [undefined, undefined, true, undefined, false];
  let now = 0;
  let times = 0;
  const server = {
    load: async (name: string) => void loaded.push(name),
    unload: async () => {},
    has: async () => says[times++],
  };
  const { puller } = pulling(place, async () => {}, { server, now: () => now });
  place.list({ a: 'x://a' });
  await puller.look();
  await until(() => puller.ready);
  for (let asked = 2; asked <= says.length; asked++) {
    assert.deepEqual([times, loaded], [asked - 1, ['a']]);
    now += 1000;
    await puller.look();
    await until(() => times === asked);
  }
  await until(() => loaded.length === 2);
});

test('a long refusal of a server is read whole, and told in part', async () => {
  const words = 'x'.repeat(5000);
  const refuses: Handler = (_method, _target, _head, _body, sink) =>
    sink.send(prepareHead(400, []), JSON.stringify({ error: words }));
  const asking = modelServer(refuses).load('a', new AbortController().signal);
  await assert.rejects(asking, { message: words.slice(0, 1000) });
});

test('a guarded agent tells its controller of its models, and nobody else', async context => {
  const place = new Place();
  await place.start(context);
  const { puller } = pulling(place, async () => {});
  place.list({ a: 'x://a' });
  await puller.look();
  await until(() => puller.ready);
  const nobody = { who: async () => undefined, may: async () => ({ allowed: false, reason: '' }) };
  const guard = new Guard({
    reviews: nobody,
    open: [],
    keeps: false,
    service: 'n/s',
    log: quiet,
    now: () => 0,
  });
  const events: Record<string, unknown>[] = [];
  const write = (line: string): void => void events.push(JSON.parse(line) as Record<string, unknown>);
  const log = createLog({ level: 'info', format: 'json', colour: false, now: () => 0, write });
  const running = new Running('127.0.0.1', log, guard);
  context.after(() => running.stop(0));
  const { agent } = await sidecarsOf(
    JSON.stringify([{ name: 'agent', args: [...place.args, '--port', '0'] }]),
  );
  assert.ok(agent !== undefined);
  const server: Handler = (_method, _target, _head, _body, sink) => sink.send(prepareHead(200, []), 'model');
  const layer = agentLayer(server, agent, { log, metrics: createMetrics(), ready: () => true }, puller);
  await running.openAgent(layer, agent, { bodies: 'whole' }, uid);
  const port = Number(events.find(({ event }) => event === 'agent serves')?.['port']);
  const models = await agentAsker()({ host: '127.0.0.1', port, uid });
  assert.ok(Array.isArray(models));
  assert.deepEqual(
    models.map(({ name, state }) => `${name} ${state}`),
    ['a Loaded'],
  );
  const foreign: readonly Record<string, string>[] = [
    { 'K-Network-Probe': 'models' },
    { 'K-Network-Probe': 'models', 'Davit-Pod-Uid': '' },
    Object.fromEntries(modelsProbe(uid.slice(1))),
  ];
  for (const headers of foreign) {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers });
    assert.deepEqual([answer.status, /"models"/.test(await answer.text())], [401, false]);
  }
});
