import assert from 'node:assert/strict';
import { after, afterEach, before, mock, test } from 'node:test';
import { type Asked, converted, Converting, definition, review, turned } from './converting.ts';
import { type Answered, type Asking, Cluster, until } from './serving.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const group = 'turned.example.dev';

let cluster: Cluster;
const webhook = new Converting();
let made = 0;

before(async () => {
  cluster = await Cluster.open();
  await webhook.listen();
});
after(async () => {
  await webhook.close();
  await cluster.close();
});
afterEach(() => {
  webhook.answer = undefined;
  webhook.seen.length = 0;
});

/** Defines a kind of its own and gives where its objects lie, by version. */
async function defined(storage = 'v1'): Promise<(version: string, name?: string) => string> {
  const plural = `things${String.fromCharCode(97 + made++)}s`;
  const body = definition(plural, client(), storage);
  const answer = await cluster.ask('POST', definitions, { body });
  assert.equal(answer.status, 201, answer.text);
  const at = (version: string, name = ''): string =>
    `/apis/${group}/${version}/namespaces/default/${plural}${name === '' ? '' : `/${name}`}`;
  await until(async () => (await cluster.ask('GET', at('v2'))).status === 200, 'a kind that is served');
  return at;
}

function client(): object {
  return { url: webhook.url, caBundle: webhook.caBundle };
}

function thing(path: string, name: string, more: object = { hostPort: 'a:1' }): object {
  const [, , , version = '', , , plural = ''] = path.split('/');
  const kind = `${plural.slice(0, 1).toUpperCase()}${plural.slice(1, -1)}`;
  return { apiVersion: `${group}/${version}`, kind, metadata: { name }, ...more };
}

function make(path: string, name: string, more?: object): Promise<Answered> {
  return cluster.ask('POST', path, { body: thing(path, name, more) });
}

test('objects are written and read in either version, and asked about only where that is another', async () => {
  const at = await defined();
  const first = await make(at('v1'), 'one');
  assert.equal(first.status, 201, first.text);
  assert.equal(webhook.seen.length, 0);
  const other = await cluster.ask('GET', at('v2', 'one'));
  assert.deepEqual([other.body.host, other.body.port, other.body.hostPort], ['a', '1', undefined]);
  assert.deepEqual(other.body.metadata, first.body.metadata);
  const second = await make(at('v2'), 'two', { host: 'b' });
  assert.equal(second.status, 201, second.text);
  assert.equal(second.body.port, '80', 'defaults are those of the version of the request');
  assert.equal((await cluster.ask('GET', at('v1', 'two'))).body.hostPort, 'b:80');
  const [{ objects = [], desiredAPIVersion = '' } = {}] = webhook.seen as Partial<Asked>[];
  assert.equal(objects[0]?.apiVersion, `${group}/v1`);
  assert.equal(desiredAPIVersion, `${group}/v2`);
});

test('a state of an object is asked about once by all who ask at a time, and by lists', async () => {
  const at = await defined();
  await make(at('v1'), 'one');
  await Promise.all([1, 2, 3].map(() => cluster.ask('GET', at('v2', 'one'))));
  await cluster.ask('GET', at('v2'));
  assert.equal(webhook.seen.length, 1);
});

test('an object that is read or changed by its name is asked about anew', async () => {
  const at = await defined();
  await make(at('v1'), 'one');
  const path = at('v2', 'one');
  const say = (host: string): void => {
    webhook.answer = asked =>
      converted(asked, {
        convertedObjects: asked.objects.map(object =>
          asked.desiredAPIVersion.endsWith('/v2')
            ? { ...turned(object, asked.desiredAPIVersion), host }
            : turned(object, asked.desiredAPIVersion),
        ),
      });
  };
  for (const host of ['x', 'y']) {
    say(host);
    assert.equal((await cluster.ask('GET', path)).body.host, host);
    assert.equal((await cluster.ask('GET', at('v2'))).body.items[0].host, host, 'lists know the last answer');
  }
  say('z');
  const patch = { bytes: '{"note":"n"}', type: 'application/merge-patch+json' };
  assert.equal((await cluster.ask('PATCH', path, patch)).status, 200);
  assert.equal((await cluster.ask('GET', at('v1', 'one'))).body.hostPort, 'z:1');
});

test('what a version does not know is gone, and labels may change', async () => {
  const at = await defined();
  await make(at('v1'), 'one');
  webhook.answer = asked =>
    converted(asked, {
      convertedObjects: asked.objects.map(object => ({
        ...object,
        apiVersion: asked.desiredAPIVersion,
        host: 'x',
        strange: 1,
        metadata: { ...object.metadata, labels: { by: 'webhook' }, finalizers: ['a/b'], generation: 7 },
      })),
    });
  const { body } = await cluster.ask('GET', at('v2', 'one'));
  assert.deepEqual([body.host, body.strange, body.metadata.labels], ['x', undefined, { by: 'webhook' }]);
  assert.deepEqual([body.metadata.finalizers, body.metadata.generation], [undefined, 1]);
});

test('lists of another version are turned, chosen by what they are in it, and come in pages', async () => {
  const at = await defined();
  for (let index = 0; index < 7; index++) {
    await make(at('v1'), `n${index}`, { hostPort: `${index % 2 === 0 ? 'even' : 'odd'}:${index}` });
  }
  const all = await cluster.ask('GET', at('v2'));
  assert.deepEqual(
    all.body.items.map(({ apiVersion, port }: { apiVersion: string; port: string }) => [apiVersion, port]),
    Array.from({ length: 7 }, (_, index) => [`${group}/v2`, `${index}`]),
  );
  const field = `${at('v2')}?limit=2&fieldSelector=host%3Deven`;
  const first = await cluster.ask('GET', field);
  const names = ({ body }: Answered): string[] =>
    body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
  assert.deepEqual(names(first), ['n0', 'n2']);
  const rest = await cluster.ask('GET', `${field}&continue=${first.body.metadata.continue}`);
  assert.deepEqual([names(rest), rest.body.metadata.continue], [['n4', 'n6'], '']);
  const table = await cluster.ask('GET', at('v2'), {
    headers: { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' },
  });
  assert.deepEqual(table.body.rows[1].cells, ['n1', 'odd']);
});

test('a watch of another version tells each change in order, chosen by what objects are in it', async () => {
  const at = await defined();
  await make(at('v1'), 'one', { hostPort: 'mine:1' });
  const { body } = await make(at('v1'), 'two', { hostPort: 'yours:1' });
  const query = '?watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
  const watching = await cluster.watch(`${at('v2')}${query}&fieldSelector=host%3Dmine`);
  const mine = { ...body, hostPort: 'mine:2' };
  const became = await cluster.ask('PUT', at('v1', 'two'), { body: mine });
  await cluster.ask('PUT', at('v1', 'two'), { body: { ...became.body, hostPort: 'yours:3' } });
  await cluster.ask('DELETE', at('v1', 'one'));
  await until(() => watching.events.length >= 5, 'five events');
  watching.abort();
  const told = watching.events.map(({ type, object }) => [type, object.metadata.name, object['port']]);
  assert.deepEqual(told, [
    ['ADDED', 'one', '1'],
    ['BOOKMARK', undefined, undefined],
    ['ADDED', 'two', '2'],
    ['DELETED', 'two', '2'],
    ['DELETED', 'one', '1'],
  ]);
  assert.ok(watching.events.every(({ object }) => object.apiVersion === `${group}/v2`));
});

test('a watch whose objects cannot be turned ends with the error', async () => {
  const at = await defined();
  await make(at('v1'), 'one');
  webhook.answer = asked => review({ uid: asked.uid, result: { status: 'Failed', message: 'not now' } });
  const watching = await cluster.watch(`${at('v2')}?watch=1`);
  await until(() => watching.ended, 'the end of the watch');
  const [{ type, object } = { type: '', object: undefined }] = watching.events;
  assert.equal(type, 'ERROR');
  assert.match(String(object?.['message']), /conversion webhook for .*\/v1, Kind=\w+ failed: not now$/);
});

test('what waits for a slow webhook is bounded, and other versions do not wait', async () => {
  const at = await defined();
  await make(at('v1'), 'one');
  const { promise, resolve } = Promise.withResolvers<void>();
  webhook.answer = async asked => {
    await promise;
    return converted(asked);
  };
  const watching = await cluster.watch(`${at('v2')}?watch=1`);
  let { body } = await cluster.ask('GET', at('v1', 'one'));
  for (let index = 0; index < 300; index++) {
    ({ body } = await cluster.ask('PUT', at('v1', 'one'), { body: { ...body, hostPort: `a:${index}` } }));
  }
  assert.equal(body.hostPort, 'a:299');
  assert.equal(webhook.seen.length, 1, 'one question at a time');
  resolve();
  await until(() => watching.events.length === 301, '301 events');
  watching.abort();
  assert.equal(watching.events.at(-1)?.object['port'], '299');
  const most = Math.max(...webhook.seen.map(({ objects }) => objects.length));
  assert.ok(most <= 100, `${most} objects in one question`);
});

test('a webhook whose answer does not fit is told of, and nothing changes', async () => {
  const at = await defined();
  const { body: before } = await make(at('v1'), 'one');
  const kept = { ...before };
  webhook.answer = () => review(undefined);
  const read = await cluster.ask('GET', at('v2', 'one'));
  assert.equal(read.status, 500);
  const words = `conversion webhook for ${group}/v1, Kind=${kept.kind} failed: no response provided`;
  assert.ok(read.body.message.endsWith(words), read.body.message);
  for (const [method, path, asking] of [
    ['PUT', at('v2', 'one'), { body: thing(at('v2'), 'one', { host: 'z' }) }],
    ['DELETE', at('v2', 'one'), {}],
    ['POST', at('v2'), { body: thing(at('v2'), 'new', { host: 'z' }) }],
    ['PATCH', at('v2', 'one'), { bytes: '{"note":"x"}', type: 'application/merge-patch+json' }],
  ] as const) {
    assert.equal((await cluster.ask(method, path, asking)).status, 500, method);
  }
  assert.deepEqual((await cluster.ask('GET', at('v1', 'one'))).body, kept);
  webhook.answer = undefined;
  assert.equal((await cluster.ask('GET', at('v2', 'one'))).body.host, 'a', 'a failure is not remembered');
  const dropped = await cluster.ask('DELETE', at('v2', 'one'));
  assert.equal(dropped.status, 200);
  assert.equal((await cluster.ask('GET', at('v1'))).body.items.length, 0);
});

test('fields that were applied in one version are given up and fought for in another', async () => {
  const at = await defined();
  const apply = (version: string, manager: string, more: object, force = ''): Promise<Answered> =>
    cluster.ask('PATCH', `${at(version, 'one')}?fieldManager=${manager}${force}`, {
      body: thing(at(version), 'one', more),
      type: 'application/apply-patch+yaml',
    });
  assert.equal((await apply('v1', 'first', { hostPort: 'a:1', note: 'n' })).status, 201);
  const clash = await apply('v2', 'second', { host: 'b', port: '1' });
  assert.equal(clash.status, 409, clash.text);
  assert.match(
    clash.body.message,
    /conflict with "first" using [^ ]*: \.hostPort|conflict with "first": \.hostPort/,
  );
  const forced = await apply('v2', 'second', { host: 'b', port: '1' }, '&force=true');
  assert.equal(forced.status, 200, forced.text);
  const owners = forced.body.metadata.managedFields as {
    manager: string;
    apiVersion: string;
    fieldsV1: object;
  }[];
  assert.deepEqual(
    owners.map(({ manager, apiVersion, fieldsV1 }) => [manager, apiVersion, Object.keys(fieldsV1)]),
    [
      ['first', `${group}/v1`, ['f:note']],
      ['second', `${group}/v2`, ['f:host', 'f:port']],
    ],
  );
  const moved = await apply('v1', 'second', { note: 'n' });
  assert.equal(moved.status, 200, moved.text);
  assert.deepEqual(
    [moved.body.hostPort, moved.body.note],
    [undefined, 'n'],
    'what is not applied any more goes',
  );
});

for (const [why, end] of [
  ['its client leaves', ({ left }: { left: AbortController }) => left.abort()],
  ['its time is over', () => mock.timers.tick(10_000)],
] as const) {
  test(`a write that has to ask more than once asks no more when ${why}`, async t => {
    const at = await defined();
    const apply = (version: string, more: object, asking: Asking = {}): Promise<Answered> =>
      cluster.ask('PATCH', `${at(version, 'one')}?fieldManager=${version}&force=true`, {
        body: thing(at(version), 'one', more),
        type: 'application/apply-patch+yaml',
        ...asking,
      });
    assert.equal((await apply('v1', { hostPort: 'a:1', note: 'n' })).status, 201);
    const whole = { host: 'b', port: '1' };
    t.after(() => mock.timers.reset());
    mock.timers.enable({ apis: ['setTimeout'] });
    const left = new AbortController();
    webhook.answer = asked => {
      if (webhook.seen.length === 2) mock.timers.tick(20_000);
      if (webhook.seen.length === 3) end({ left });
      return converted(asked);
    };
    const { status, text } = await apply('v2', whole, { left: left.signal });
    assert.deepEqual([status, webhook.seen.length], [500, 3]);
    assert.match(text, /context deadline exceeded/);
  });
}

test('an object that lies in an older version is written in the newer one by a write that changes nothing', async () => {
  const at = await defined();
  await make(at('v1'), 'one');
  const name = `${at('v1').split('/')[6]}.${group}`;
  const { body } = await cluster.ask('GET', `${definitions}/${name}`);
  const versions = body.spec.versions.map((version: { name: string }) => ({
    ...version,
    storage: version.name === 'v2',
  }));
  const changed = { ...body, spec: { ...body.spec, versions } };
  assert.equal((await cluster.ask('PUT', `${definitions}/${name}`, { body: changed })).status, 200);
  const resource = `${group}/${at('v1').split('/')[6]}`;
  const lies = (): string | undefined =>
    cluster.store.get({ resource, namespace: 'default', name: 'one' })?.object.apiVersion;
  assert.equal(lies(), `${group}/v1`);
  const { body: read } = await cluster.ask('GET', at('v2', 'one'));
  const put = await cluster.ask('PUT', at('v2', 'one'), { body: read });
  assert.equal(put.status, 200, put.text);
  assert.notEqual(put.body.metadata.resourceVersion, read.metadata.resourceVersion);
  assert.equal(lies(), `${group}/v2`);
});

test('a webhook that is a service is reached at its address, under its own name', async () => {
  const hosts = ['turning.default.svc'];
  const named = new Converting(hosts);
  await named.listen();
  const spec = { type: 'ExternalName', externalName: '127.0.0.1' };
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'turning' }, spec };
  const services = '/api/v1/namespaces/default/services';
  assert.equal((await cluster.ask('POST', services, { body: service })).status, 201);
  const reference = { namespace: 'default', name: 'turning', path: '/turn', port: named.port };
  const { caBundle } = named;
  const body = definition('referreds', { service: reference, caBundle });
  assert.equal((await cluster.ask('POST', definitions, { body })).status, 201);
  const at = (version: string): string => `/apis/${group}/${version}/namespaces/default/referreds`;
  await until(async () => (await cluster.ask('GET', at('v2'))).status === 200, 'a kind that is served');
  await make(at('v1'), 'one');
  assert.equal((await cluster.ask('GET', `${at('v2')}/one`)).body.host, 'a');
  await named.close();
  await cluster.ask('DELETE', `${services}/turning`);
  const failed = await make(at('v2'), 'two', { host: 'b' });
  assert.equal(failed.status, 500);
  const words = `conversion webhook for ${group}/v2, Kind=Referred failed: `;
  assert.ok(failed.body.message.startsWith(words), failed.body.message);
  assert.match(failed.body.message, /service "turning" not found$/);
});

test('a webhook that is not there is told of, with its address', async () => {
  const body = definition('absents', { url: 'https://127.0.0.1:1/convert' });
  assert.equal((await cluster.ask('POST', definitions, { body })).status, 201);
  const at = `/apis/${group}/v2/namespaces/default/absents`;
  await until(async () => (await cluster.ask('GET', at)).status === 200, 'a kind that is served');
  const { status, body: failure } = await make(at, 'one', { host: 'b' });
  assert.deepEqual(
    [status, failure.reason, failure.message],
    [
      500,
      undefined,
      `conversion webhook for ${group}/v2, Kind=Absent failed: Post "https://127.0.0.1:1/convert?timeout=30s": dial tcp 127.0.0.1:1: connect: connection refused`,
    ],
  );
});

test('policies about one version are asked by way of the webhook', async () => {
  const at = await defined();
  const plural = at('v1').split('/')[6] ?? '';
  const policies = '/apis/admissionregistration.k8s.io/v1';
  const head = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name: plural } };
  const rule = { apiGroups: [group], apiVersions: ['v2'], resources: [plural], operations: ['CREATE'] };
  const policy = {
    ...head,
    kind: 'ValidatingAdmissionPolicy',
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: "object.host != 'bad'" }],
    },
  };
  const spec = { policyName: plural, validationActions: ['Deny'] };
  const binding = { ...head, kind: 'ValidatingAdmissionPolicyBinding', spec };
  for (const [path, body] of [
    ['validatingadmissionpolicies', policy],
    ['validatingadmissionpolicybindings', binding],
  ] as const) {
    const answer = await cluster.ask('POST', `${policies}/${path}`, { body });
    assert.equal(answer.status, 201, answer.text);
  }
  assert.equal((await make(at('v1'), 'good')).status, 201);
  const denied = await make(at('v1'), 'bad', { hostPort: 'bad:1' });
  assert.equal(denied.status, 422);
  assert.match(denied.body.message, /denied request: failed expression: object\.host != 'bad'$/);
});

const field = 'spec.conversion.webhookClientConfig';
const url = 'https://a.example.dev';
const refused: readonly (readonly [
  client: object | undefined,
  versions: readonly string[],
  message: string,
])[] = [
  [undefined, ['v1'], `${field}: Required value: required when strategy is set to Webhook`],
  [{}, ['v1'], `${field}: Required value: exactly one of url or service is required`],
  [
    { url, service: { name: 'a', namespace: 'b' } },
    ['v1'],
    `${field}: Required value: exactly one of url or service is required`,
  ],
  [
    { url: 'http://a' },
    ['v1'],
    `${field}.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
  ],
  [
    { service: { name: '', namespace: '', port: 0 } },
    ['v1'],
    `[${field}.service.name: Required value, ${field}.service.namespace: Required value, ${field}.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive]`,
  ],
  [
    { service: { name: 'a', namespace: 'b', path: '/c//d' } },
    ['v1'],
    `${field}.service.path: Invalid value: "/c//d": segment[1] may not be empty`,
  ],
  [{ url }, [], 'spec.conversion.conversionReviewVersions: Required value'],
  [
    { url },
    ['v2'],
    'spec.conversion.conversionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
  ],
  [
    { url },
    ['v1', 'v1'],
    'spec.conversion.conversionReviewVersions[1]: Invalid value: "v1": duplicate version',
  ],
  [
    { url },
    ['v1', 'V'],
    'spec.conversion.conversionReviewVersions[1]: Invalid value: "V": a DNS-1035 label must consist of',
  ],
];

for (const [clientConfig, conversionReviewVersions, message] of refused) {
  test(`a definition is refused: ${message}`, async () => {
    const webhook = { conversionReviewVersions, ...(clientConfig !== undefined && { clientConfig }) };
    const more = { conversion: { strategy: 'Webhook', webhook } };
    const body = definition('refuseds', {}, 'v1', more);
    const answer = await cluster.ask('POST', `${definitions}?dryRun=All`, { body });
    assert.equal(answer.status, 422, answer.text);
    const begin = `CustomResourceDefinition.apiextensions.k8s.io "refuseds.${group}" is invalid: `;
    assert.equal(answer.body.message.slice(0, begin.length + message.length), `${begin}${message}`);
  });
}

test('a definition whose certificates cannot be read is not served until they can', async () => {
  const service = { name: 'a', namespace: 'b' };
  const caBundle = Buffer.from('nothing').toString('base64');
  const path = `${definitions}/unreads.${group}`;
  const made = await cluster.ask('POST', definitions, { body: definition('unreads', { service, caBundle }) });
  assert.equal(made.status, 201, made.text);
  assert.equal(made.body.spec.conversion.webhook.clientConfig.service.port, 443);
  const reason = async (): Promise<string | undefined> =>
    (await cluster.ask('GET', path)).body.status.conditions?.find(
      ({ type }: { type: string }) => type === 'Established',
    )?.reason;
  await until(async () => (await reason()) === 'InvalidCABundle', 'the reason InvalidCABundle');
  const use = (bundle: string): Promise<Answered> =>
    cluster.ask('PATCH', path, {
      bytes: JSON.stringify({
        spec: { conversion: { webhook: { clientConfig: { service, caBundle: bundle } } } },
      }),
      type: 'application/merge-patch+json',
    });
  assert.equal((await use(webhook.caBundle)).status, 200);
  await until(async () => (await reason()) === 'InitialNamesAccepted', 'the reason InitialNamesAccepted');
  const back = await use(caBundle);
  assert.equal(back.status, 422);
  assert.match(back.body.message, /caBundle: Invalid value: .*unable to parse bytes as PEM block$/);
});
