import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isStatusError, type KubeObject } from '../meta/index.ts';
import { apply, jsonPatch, mergePatch, scaleManaged, strategicMergePatch, updateManaged } from './index.ts';
import { customShapeOf, deploymentShape } from './shapes.fixture.ts';

/** A stream of numbers below a limit, the same every time. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return limit => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % limit;
  };
}

const keys = [
  'apiVersion kind metadata name labels annotations finalizers managedFields spec replicas selector strategy',
  'template containers ports args containerPort $patch $retainKeys $setElementOrder/containers',
  '$deleteFromPrimitiveList/finalizers $setElementOrder $setElementOrder/ op path from value __proto__',
  'constructor manager operation fieldsType fieldsV1 f:a k:{"a":1} k: v:1 i:0 . time',
].flatMap(line => line.split(' '));
const scalars = [
  null,
  true,
  0,
  1,
  1.5,
  -1,
  1e300,
  '',
  'a',
  '/a/b',
  'replace',
  'delete',
  'merge',
  'add',
  'Apply',
  'FieldsV1',
  '\ud800',
];

function value(next: (limit: number) => number, depth: number): unknown {
  const kind = next(depth > 0 ? 5 : 1);
  if (kind < 2) return scalars[next(scalars.length)];
  const size = next(4);
  if (kind === 2) return Array.from({ length: size }, () => value(next, depth - 1));
  const entries = Array.from({ length: size }, () => [keys[next(keys.length)], value(next, depth - 1)]);
  return Object.fromEntries(entries) as unknown;
}

function frozen<T>(json: T): T {
  if (json !== null && typeof json === 'object') {
    for (const inner of Object.values(json)) frozen(inner);
    Object.freeze(json);
  }
  return json;
}

/** An object that the server may hold: its metadata is one, the rest may be anything. */
function stored(next: (limit: number) => number): KubeObject {
  const fields = value(next, 5);
  const whole = typeof fields === 'object' && !Array.isArray(fields) ? fields : {};
  const spec =
    next(2) === 0
      ? { template: { containers: [{ name: 'a', ports: [{ containerPort: 1 }] }] } }
      : value(next, 4);
  return frozen({
    ...whole,
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', uid: 'u', finalizers: ['a'] },
    spec,
  }) as KubeObject;
}

/** Runs it; a failure has to be an answer. */
function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (isStatusError(error)) return undefined;
    throw error;
  }
}

test('whatever a patch is, it is applied or answered, and changes nothing in place', () => {
  const next = numbers(20_261_125);
  let done = 0;
  for (let round = 0; round < 4000; round++) {
    const live = stored(next);
    const patch = frozen(value(next, 6));
    const operations = frozen(
      Array.from({ length: 1 + next(3) }, () => ({
        op: ['add', 'remove', 'replace', 'move', 'copy', 'test'][next(6)],
        path: ['/spec', '/spec/template/containers/0', '/metadata/finalizers/-', '/spec/x', ''][next(5)],
        from: ['/spec', '/metadata', '/spec/template/containers'][next(3)],
        value: value(next, 3),
      })),
    );
    const results = [
      attempt(() => jsonPatch(live, operations)),
      attempt(() => jsonPatch(live, patch)),
      attempt(() => mergePatch(live, patch)),
      attempt(() => strategicMergePatch(live, patch, deploymentShape)),
    ];
    for (const result of results) if (result !== undefined && JSON.stringify(result) !== '{}') done++;
  }
  assert.ok(done > 4000, `${done}`);
});

test('whatever is applied or owned is counted or answered', () => {
  const next = numbers(7);
  const shapes = [deploymentShape, customShapeOf({ 'x-kubernetes-preserve-unknown-fields': true })];
  let done = 0;
  for (let round = 0; round < 4000; round++) {
    const shape = shapes[next(2)] ?? deploymentShape;
    const write = { manager: 'm', apiVersion: 'apps/v1', subresource: '', time: '2026-01-01T00:00:00Z' };
    const body = stored(next);
    const entries = [value(next, 4)].flat() as never[];
    const entry = {
      manager: 'x',
      operation: 'Apply',
      apiVersion: 'apps/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: value(next, 4),
    };
    const managedFields = next(2) === 0 ? entries : ([entry] as never[]);
    const live = frozen({ ...stored(next), metadata: { name: 'd', uid: 'u', managedFields } });
    const results = [
      attempt(() => apply(undefined, body, shape, { ...write, force: false })),
      attempt(() => apply(live, body, shape, { ...write, force: true })),
      attempt(() => updateManaged(live, body, shape, write)),
      attempt(() => scaleManaged(live, { path: ['spec', 'replicas'], before: 1, after: 2 }, write)),
    ];
    done += results.filter(result => result !== undefined).length;
  }
  assert.ok(done > 4000, `${done}`);
});
