import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Cluster, fresh, until } from './serving.ts';

let cluster: Cluster;
before(async () => {
  cluster = await Cluster.open();
});
after(() => cluster.close());

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

function definition(plural: string, kind: string, served = true): object {
  const schema = {
    openAPIV3Schema: {
      type: 'object',
      properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
    },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: 'v1', served, storage: true, schema }],
    },
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

interface Defined {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

const pathOf = (plural: string): string => `/apis/example.com/v1/namespaces/default/${plural}`;

/** Waits until the definition says so: it is settled after the write that asked is answered. */
async function settles(plural: string, ready: (definition: Defined | undefined) => boolean): Promise<void> {
  const path = `${definitions}?watch=1&fieldSelector=metadata.name%3D${plural}.example.com`;
  const watching = await cluster.watch(path);
  const settled = (): boolean => {
    const last = watching.events.at(-1);
    return last !== undefined && ready(last.type === 'DELETED' ? undefined : (last.object as Defined));
  };
  await until(settled, `the definition of ${plural} as it is waited for`);
  watching.abort();
}

const established = (one: Defined | undefined): boolean =>
  one?.status?.conditions?.some(each => each.type === 'Established' && each.status === 'True') === true;

async function define(plural: string, kind: string): Promise<void> {
  const made = await cluster.ask('POST', definitions, { body: definition(plural, kind) });
  assert.equal(made.status, 201, made.text);
  await settles(plural, established);
}

function object(kind: string, name: string, finalizers?: readonly string[]): object {
  const metadata = { name, ...(finalizers !== undefined && { finalizers }) };
  return { apiVersion: 'example.com/v1', kind, metadata, spec: { size: 1 } };
}

test('a kind is served from the moment its definition says so, and in the documents', async () => {
  assert.equal((await cluster.ask('GET', pathOf('gears'))).status, 404);
  await define('gears', 'Gear');
  assert.equal((await cluster.ask('POST', pathOf('gears'), { body: object('Gear', 'g') })).status, 201);
  const { body } = await cluster.ask('GET', '/apis/example.com/v1');
  assert.deepEqual(
    body.resources.map((one: { name: string }) => one.name),
    ['gears'],
  );
  assert.equal((await cluster.ask('GET', '/openapi/v3/apis/example.com/v1')).status, 200);
});

test('a definition that changes changes what is served', async () => {
  await define('cogs', 'Cog');
  const { body } = await cluster.ask('GET', `${definitions}/cogs.example.com`);
  const text = { type: 'string', default: 'new' };
  body.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.text = text;
  assert.equal((await cluster.ask('PUT', `${definitions}/cogs.example.com`, { body })).status, 200);
  const made = await cluster.ask('POST', pathOf('cogs'), { body: object('Cog', 'c') });
  assert.deepEqual(made.body.spec, { size: 1, text: 'new' });
});

test('a definition that goes takes its objects along, waits for those that are held, and takes no new ones', async () => {
  await define('pins', 'Pin');
  await cluster.ask('POST', pathOf('pins'), { body: object('Pin', 'free') });
  await cluster.ask('POST', pathOf('pins'), { body: object('Pin', 'held', ['x.io/a']) });
  const watching = await cluster.watch(`${pathOf('pins')}?watch=1&resourceVersion=${cluster.store.revision}`);
  const gone = await cluster.ask('DELETE', `${definitions}/pins.example.com`);
  assert.equal(gone.status, 200, gone.text);
  await until(() => watching.events.length >= 2, 'events of both pins');
  assert.deepEqual(
    watching.events.map(({ type, object: { metadata } }) => `${type} ${metadata.name}`).toSorted(),
    ['DELETED free', 'MODIFIED held'],
  );
  const refused = await cluster.ask('POST', pathOf('pins'), { body: object('Pin', 'new') });
  assert.match(refused.body.message, /create not allowed while custom resource definition is terminating/);
  // Changes meanwhile ask for the same again, and change nothing more.
  const touched = { type: 'application/merge-patch+json', body: { metadata: { labels: { a: 'b' } } } };
  const touchedAnswer = await cluster.ask('PATCH', `${definitions}/pins.example.com`, touched);
  assert.equal(touchedAnswer.status, 200, touchedAnswer.text);
  const released = { type: 'application/merge-patch+json', body: { metadata: { finalizers: null } } };
  const releasedAnswer = await cluster.ask('PATCH', `${pathOf('pins')}/held`, released);
  assert.equal(releasedAnswer.status, 200, releasedAnswer.text);
  await until(
    async () => (await cluster.ask('GET', `${definitions}/pins.example.com`)).status !== 200,
    'the end of the definition of pins',
  );
  assert.equal((await cluster.ask('GET', pathOf('pins'))).status, 404);
  watching.abort();
  await define('pins', 'Pin');
  assert.deepEqual((await cluster.ask('GET', pathOf('pins'))).body.items, []);
});

test('names that another definition has are refused until it goes', async () => {
  await define('bolts', 'Bolt');
  const made = await cluster.ask('POST', definitions, { body: definition('bolties', 'Bolt') });
  assert.equal(made.status, 201);
  await settles(
    'bolties',
    one =>
      one?.status?.conditions?.some(each => each.type === 'NamesAccepted' && each.status === 'False') ===
      true,
  );
  assert.equal((await cluster.ask('GET', pathOf('bolties'))).status, 404);
  await cluster.ask('DELETE', `${definitions}/bolts.example.com`);
  await settles('bolties', established);
  assert.equal((await cluster.ask('GET', pathOf('bolties'))).status, 200);
});

test('an object that was stored before its definition had a default is read with it', async () => {
  const group = fresh('late');
  const schema = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } };
  const names = { plural: 'lates', singular: 'late', kind: 'Late', listKind: 'LateList' };
  const late = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `lates.${group}.example` },
    spec: { group: `${group}.example`, scope: 'Cluster', names, versions: [version] },
  };
  const made = await cluster.ask('POST', definitions, { body: late });
  assert.equal(made.status, 201, made.text);
  const path = `/apis/${group}.example/v1/lates`;
  const apiVersion = `${group}.example/v1`;
  const stored = { apiVersion, kind: 'Late', metadata: { name: 'x' } };
  assert.equal((await cluster.ask('POST', path, { body: stored })).status, 201);
  assert.equal((await cluster.ask('GET', `${path}/x`)).body.a, undefined);
  const patch = [
    { op: 'add', path: '/spec/versions/0/schema/openAPIV3Schema/properties/a/default', value: 'A' },
  ];
  const changed = await cluster.ask('PATCH', `${definitions}/lates.${group}.example`, {
    type: 'application/json-patch+json',
    body: patch,
  });
  assert.equal(changed.status, 200, changed.text);
  assert.equal((await cluster.ask('GET', `${path}/x`)).body.a, 'A');
  const { body } = await cluster.ask('GET', path);
  assert.deepEqual(
    body.items.map((one: { a?: string }) => one.a),
    ['A'],
  );
});

test('an object with a field `items` is no list, in whatever form it is asked for', async () => {
  const cart = structuredClone(definition('carts', 'Cart')) as {
    spec: { versions: { schema: { openAPIV3Schema: { properties: Record<string, object> } } }[] };
  };
  const { properties } = cart.spec.versions[0]?.schema.openAPIV3Schema ?? assert.fail();
  properties['items'] = { type: 'array', items: { type: 'string' } };
  assert.equal((await cluster.ask('POST', definitions, { body: cart })).status, 201);
  await settles('carts', established);
  const path = pathOf('carts');
  const body = { ...object('Cart', 'full'), items: ['apple'] };
  assert.equal((await cluster.ask('POST', path, { body })).status, 201);
  const get = async (name: string, as: string): Promise<object> => {
    const accept = `application/json;as=${as};v=v1;g=meta.k8s.io`;
    const answer = await cluster.ask('GET', `${path}${name}`, { headers: { accept } });
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  const rowsOf = async (name: string): Promise<unknown[]> =>
    ((await get(name, 'Table')) as { rows: { cells: unknown[] }[] }).rows.map(({ cells }) => cells[0]);
  assert.deepEqual([await rowsOf('/full'), await rowsOf('')], [['full'], ['full']]);
  const { kind, metadata } = (await get('/full', 'PartialObjectMetadata')) as {
    kind: string;
    metadata: { name: string };
  };
  assert.deepEqual([kind, metadata.name], ['PartialObjectMetadata', 'full']);
  assert.deepEqual((await cluster.ask('GET', `${path}/full`)).body.items, ['apple']);
});
