import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type KubeObject, StatusError } from '../../meta/index.ts';
import { customShapeOf, deploymentShape } from '../shapes.fixture.ts';
import { apply } from './apply.ts';
import { updateManaged } from './update.ts';

const options = {
  manager: 'one',
  apiVersion: 'apps/v1',
  subresource: '',
  time: '2026-01-01T00:00:01Z',
  force: false,
  reset: [['status']],
};

function deployment(spec: object, metadata: object = {}): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', ...metadata }, spec };
}

function applied(live: KubeObject | undefined, spec: object, more: object = {}): KubeObject {
  return apply(live, deployment(spec), deploymentShape, { ...options, ...more });
}

function owners({ metadata }: KubeObject): Record<string, unknown> {
  return Object.fromEntries((metadata.managedFields ?? []).map(entry => [entry.manager, entry.fieldsV1]));
}

function failure(run: () => unknown): StatusError {
  try {
    run();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('did not fail');
}

describe('server-side apply', () => {
  test('lists merge by keys, of which the schema knows what is left out', () => {
    const ports = [{ containerPort: 80 }];
    const live = applied(undefined, { template: { containers: [{ name: 'c', image: 'i', ports }] } });
    assert.deepEqual(owners(live)['one'], {
      'f:spec': {
        'f:template': {
          'f:containers': {
            'k:{"name":"c"}': {
              '.': {},
              'f:image': {},
              'f:name': {},
              'f:ports': {
                'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
              },
            },
          },
        },
      },
    });
    const side = { template: { containers: [{ name: 'side', image: 's' }] } };
    const both = applied(live, side, { manager: 'two' });
    const { containers } = (both['spec'] as { template: { containers: { name: string }[] } }).template;
    assert.deepEqual(
      containers.map(({ name }) => name),
      ['c', 'side'],
    );
  });

  test('a field goes with its last owner', () => {
    const live = applied(
      applied(undefined, { replicas: 1, paused: true }),
      { replicas: 1 },
      { manager: 'two' },
    );
    const less = applied(live, {});
    assert.deepEqual(less['spec'], { replicas: 1 });
    assert.deepEqual(owners(less), { one: { 'f:spec': {} }, two: { 'f:spec': { 'f:replicas': {} } } });
  });

  test('a conflict names all that it is with; force takes the fields', () => {
    const live = applied(
      applied(undefined, { replicas: 1, paused: true }),
      { replicas: 1 },
      { manager: 'two' },
    );
    const error = failure(() => applied(live, { replicas: 2, paused: false }, { manager: 'three' }));
    assert.equal(
      error.message,
      'Apply failed with 3 conflicts: conflicts with "one":\n- .spec.paused\n- .spec.replicas\nconflicts with "two":\n- .spec.replicas',
    );
    const forced = applied(live, { replicas: 2 }, { manager: 'three', force: true });
    assert.deepEqual(owners(forced), {
      one: { 'f:spec': { 'f:paused': {} } },
      three: { 'f:spec': { 'f:replicas': {} } },
    });
  });

  test('what was there before anything was applied has an owner, too', () => {
    const live = deployment({ replicas: 1, paused: true }, { uid: 'u' });
    const error = failure(() => applied(live, { replicas: 2 }));
    assert.equal(
      error.message,
      'Apply failed with 1 conflict: conflict with "before-first-apply" using apps/v1: .spec.replicas',
    );
  });

  test('kubectl goes over from client-side apply without conflicts', () => {
    const name = 'kubectl.kubernetes.io/last-applied-configuration';
    const config = deployment({ replicas: 1, paused: true });
    const annotations = { [name]: JSON.stringify(config) };
    const object = deployment({ replicas: 1, paused: true }, { annotations });
    const write = { ...options, manager: 'kubectl-client-side-apply' };
    const managedFields = updateManaged(undefined, object, deploymentShape, write);
    const live = { ...object, metadata: { ...object.metadata, uid: 'u', managedFields } };
    const result = applied(live, { replicas: 3 }, { manager: 'kubectl' });
    assert.deepEqual(result['spec'], { replicas: 3, paused: true });
    assert.equal(
      result.metadata.annotations?.[name],
      '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":3}}\n',
    );
    assert.equal(failure(() => applied(live, { replicas: 3 }, { manager: 'another' })).code, 409);
  });

  test('fields that a path leaves alone are owned by nobody', () => {
    const body = { ...deployment({ replicas: 1 }), status: { replicas: 5 } };
    const result = apply(undefined, body, deploymentShape, options);
    assert.deepEqual(owners(result), { one: { 'f:spec': { 'f:replicas': {} } } });
  });

  test('says all that does not fit the schema', () => {
    const spec = { replicas: 'x', paused: { a: 1 }, selector: [1], bogus: 1, strategy: {} };
    const { code, reason, message } = failure(() => applied(undefined, spec));
    assert.deepEqual([code, reason], [500, undefined]);
    assert.equal(
      message,
      [
        'failed to create typed patch object (/d; apps/v1, Kind=Deployment): errors:',
        '  .spec.replicas: expected numeric (int or float), got string',
        '  .spec.paused: expected boolean, got &{map[a:1]}',
        '  .spec.selector: expected map, got &{[1]}',
        '  .spec.bogus: field not declared in schema',
      ].join('\n'),
    );
  });

  test('unknown fields of a custom kind are owned one by one where they are kept', () => {
    const shape = customShapeOf({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true });
    const body = { apiVersion: 'x/v1', kind: 'X', metadata: { name: 'x' }, spec: { a: { b: [1], c: 1 } } };
    const result = apply(undefined, body, shape, { ...options, apiVersion: 'x/v1' });
    assert.deepEqual(owners(result)['one'], {
      'f:spec': { 'f:a': { '.': {}, 'f:b': {}, 'f:c': {} } },
    });
  });

  test('whoever owned a part owns the whole when a list has become one piece', () => {
    const list = (type: 'set' | 'atomic') =>
      customShapeOf({
        type: 'object',
        properties: { tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': type } },
      });
    const body = { apiVersion: 'x/v1', kind: 'X', metadata: { name: 'x' }, spec: { tags: ['a'] } };
    const write = { ...options, apiVersion: 'x/v1' };
    const live = apply(undefined, body, list('set'), write);
    const error = failure(() =>
      apply(live, { ...body, spec: { tags: ['b'] } }, list('atomic'), { ...write, manager: 'two' }),
    );
    assert.equal(error.message, 'Apply failed with 1 conflict: conflict with "one": .spec.tags');
  });

  test('an owner whose version is not served any more is forgotten', () => {
    const live = applied(undefined, { replicas: 1 });
    const [entry] = live.metadata.managedFields ?? [];
    const old = { ...entry, apiVersion: 'apps/v0' };
    const stored = { ...live, metadata: { ...live.metadata, managedFields: [old] } };
    const result = applied(stored, { replicas: 2 }, { manager: 'two', versions: () => undefined });
    assert.deepEqual(Object.keys(owners(result)), ['two']);
  });

  test('refuses what is too deep', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 50_000; depth++) deep = [deep];
    assert.equal(failure(() => applied(undefined, { deep })).code, 422);
  });
});
