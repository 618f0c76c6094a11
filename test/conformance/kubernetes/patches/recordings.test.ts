import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  isStatusError,
  type JsonObject,
  type KubeObject,
  type ManagedFieldsEntry,
  type Status,
} from '../../../../src/cluster/meta/index.ts';
import {
  apply,
  jsonPatch,
  mergePatch,
  scaleManaged,
  strategicMergePatch,
  updateManaged,
} from '../../../../src/cluster/patch/index.ts';
import { definitions, rulesOf } from '../../../../src/cluster/kinds/index.ts';
import {
  applyDefaults,
  customShape,
  decodeTyped,
  prune,
  type Schema,
  type TypedSchema,
} from '../../../../src/cluster/schema/index.ts';
import { withTimes } from './replay.ts';

interface Row {
  readonly id: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly response: { readonly status: number; readonly body?: unknown };
}

function rowsOf(group: string): readonly Row[] {
  const file = new URL(`../recordings/${group}.jsonl`, import.meta.url);
  return readFileSync(file, 'utf8')
    .replaceAll('<time>', time)
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Row);
}

/** What stands for every time in the recordings. */
const time = '2026-01-01T00:00:00Z';

interface Subject {
  readonly shape: TypedSchema;
  finish(value: unknown): KubeObject;
}

function typed(name: string, resource: string): Subject {
  const shape = { schema: definitions.get(name) as Schema, definitions };
  return {
    shape,
    finish: value => {
      const decoded = decodeTyped(value, shape).value as KubeObject;
      return withTimes(rulesOf(resource).complete?.(decoded) ?? decoded);
    },
  };
}

/** The custom kind that the recordings define. */
function widgets(): Subject {
  const row = rowsOf('crd').find(({ id }) => id === 'crd-create') as Row;
  const { spec } = row.request.body as { spec: { versions: { schema: { openAPIV3Schema: Schema } }[] } };
  const shape = customShape(
    (spec.versions[0] as (typeof spec.versions)[0]).schema.openAPIV3Schema,
    definitions,
  );
  return { shape, finish: value => applyDefaults(prune(value, shape).value, shape) as KubeObject };
}

const subjects: Readonly<Record<string, () => Subject>> = {
  configmaps: () => typed('io.k8s.api.core.v1.ConfigMap', 'configmaps'),
  deployments: () => typed('io.k8s.api.apps.v1.Deployment', 'apps/deployments'),
  widgets,
};

/** Who owns what, without times and without those who write between the recorded requests. */
function ownersOf(entries: readonly ManagedFieldsEntry[] | undefined): unknown {
  const ours = (entries ?? []).filter(({ manager }) => manager !== 'kube-controller-manager');
  return JSON.parse(JSON.stringify(ours.map(entry => ({ ...entry, time: undefined })))) as unknown;
}

function failureOf(run: () => unknown): Status {
  try {
    run();
  } catch (error) {
    if (isStatusError(error)) return error.status;
    throw error;
  }
  throw new Error('did not fail');
}

/** A recorded write that this room answers for, the object before it, and what it makes. */
interface Case extends Row {
  readonly live: KubeObject | undefined;
  readonly subject: Subject;
}

/** Follows the objects through a group of recordings. */
function casesOf(group: string): Case[] {
  const state = new Map<string, KubeObject>();
  const made = new Map<string, Subject>();
  return rowsOf(group).flatMap(row => {
    const url = new URL(row.request.path, 'http://server');
    const [, plural = '', name = '', part] =
      /namespaces\/[^/]+\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?/.exec(url.pathname) ?? [];
    const body = row.response.body as KubeObject | undefined;
    const key = `${plural}/${name || body?.metadata?.name}`;
    const live = state.get(key);
    const keeps = row.response.status < 300 && !url.searchParams.has('dryRun') && body?.kind !== 'Status';
    if (keeps && body !== undefined && part === undefined) state.set(key, body);
    if (subjects[plural] === undefined || row.request.method !== 'PATCH') return [];
    if (!made.has(plural)) made.set(plural, subjects[plural]());
    return [{ ...row, live, subject: made.get(plural) as Subject }];
  });
}

function optionsOf({ request, response, live }: Case): Parameters<typeof apply>[3] {
  const url = new URL(request.path, 'http://server');
  const { apiVersion } = (live ?? request.body ?? response.body) as KubeObject;
  const subresource = url.pathname.endsWith('/status') ? 'status' : '';
  return {
    manager: url.searchParams.get('fieldManager') ?? 'unknown',
    apiVersion,
    subresource,
    time,
    force: url.searchParams.get('force') === 'true',
    reset: subresource === '' ? [['status']] : [['spec'], ['metadata', 'labels']],
  };
}

/** Rows that are answered before or after this room has its turn. */
const others = new Set([
  'no-manager',
  'yaml-body',
  'missing-kind',
  'with-managedfields',
  'with-resourceversion-stale',
  'name-mismatch',
  'deploy-conflict-via-scale',
  'deploy-list-map-keys',
  'json-patch-not-array',
  'merge-patch-bad-json',
  'merge-patch-array',
  'merge-patch-rv-conflict',
  'merge-patch-name-change',
  'merge-patch-type-error',
  'selector-immutable',
  'scale-patch',
  'scale-negative',
  'status-patch-spec-ignored',
  'cr-apply-without-gvk',
]);

function patchedBy({ request, live, subject }: Case): unknown {
  const type = request.headers['Content-Type'] ?? '';
  if (type.includes('json-patch')) return jsonPatch(live, request.body);
  if (type.includes('strategic')) return strategicMergePatch(live, request.body, subject.shape);
  return mergePatch(live, request.body);
}

describe('recorded applies', () => {
  const cases = [...casesOf('server-side-apply'), ...casesOf('crd')].filter(
    ({ id, request }) => !others.has(id) && (request.headers['Content-Type'] ?? '').includes('apply-patch'),
  );
  for (const one of cases) {
    test(one.id, () => {
      const { request, response, live, subject } = one;
      const run = (): KubeObject => apply(live, request.body as KubeObject, subject.shape, optionsOf(one));
      if (response.status >= 300) {
        assert.deepEqual(failureOf(run), response.body);
        return;
      }
      const wanted = response.body as KubeObject;
      const result = run();
      assert.deepEqual(ownersOf(result.metadata.managedFields), ownersOf(wanted.metadata.managedFields));
      const object = subject.finish(result);
      assert.deepEqual(object['data'], wanted['data']);
      assert.deepEqual(object['spec'], wanted['spec']);
      assert.deepEqual(object.metadata.labels, wanted.metadata.labels);
    });
  }
  test('are all there', () => assert.ok(cases.length >= 18, `${cases.length}`));
});

describe('recorded patches', () => {
  const cases = [...casesOf('patch'), ...casesOf('server-side-apply')].filter(
    ({ id, live, request }) =>
      live !== undefined &&
      !others.has(id) &&
      !request.path.includes('/scale') &&
      !(request.headers['Content-Type'] ?? '').includes('apply-patch'),
  );
  for (const one of cases) {
    test(one.id, () => {
      const { response, live, subject } = one;
      if (response.status >= 300) {
        assert.deepEqual(
          failureOf(() => patchedBy(one)),
          response.body,
        );
        return;
      }
      const wanted = response.body as KubeObject;
      const object = subject.finish(patchedBy(one));
      assert.deepEqual(object['spec'], wanted['spec']);
      assert.deepEqual(object['data'], wanted['data']);
      assert.deepEqual(object.metadata.labels, wanted.metadata.labels);
      const entries = updateManaged(live, object, subject.shape, optionsOf(one));
      assert.deepEqual(ownersOf(entries), ownersOf(wanted.metadata.managedFields));
    });
  }
  test('are all there', () => assert.ok(cases.length >= 14, `${cases.length}`));
});

test('ownership through a scale (deploy-scale-by-other, deploy-conflict-via-scale, deploy-list-map-keys)', () => {
  const rows = rowsOf('server-side-apply');
  const find = (id: string): Row => rows.find(row => row.id === id) as Row;
  const live = find('deploy').response.body as KubeObject;
  const write = { manager: 'scaler', apiVersion: 'apps/v1', subresource: 'scale', time };
  const managedFields = scaleManaged(live, { path: ['spec', 'replicas'], before: 2, after: 5 }, write);
  const scaled = {
    ...live,
    metadata: { ...live.metadata, managedFields },
    spec: { ...(live['spec'] as JsonObject), replicas: 5 },
  };
  const { shape } = (subjects['deployments'] as () => Subject)();
  const options = { apiVersion: 'apps/v1', subresource: '', time, force: false, reset: [['status']] };
  const again = find('deploy-conflict-via-scale');
  const run = (): unknown =>
    apply(scaled, again.request.body as KubeObject, shape, { ...options, manager: 'kubectl' });
  assert.deepEqual(failureOf(run), again.response.body);
  const side = find('deploy-list-map-keys');
  const result = apply(scaled, side.request.body as KubeObject, shape, { ...options, manager: 'sidecar' });
  const wanted = (side.response.body as KubeObject).metadata.managedFields;
  assert.deepEqual(ownersOf(result.metadata.managedFields), ownersOf(wanted));
});
