import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { definitions, established, kindsOf, rulesOf } from '../../../../src/cluster/kinds/index.ts';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import { decodeTyped } from '../../../../src/cluster/schema/index.ts';

interface Row {
  readonly id: string;
  readonly request: { readonly method: string; readonly body?: unknown };
  readonly response: {
    readonly status: number;
    readonly body: KubeObject & { readonly details?: { readonly causes?: readonly object[] } };
  };
}

const text = readFileSync(join(import.meta.dirname, '../recordings/crd.jsonl'), 'utf8');
const rows = text
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as Row);

const rules = rulesOf('apiextensions.k8s.io/customresourcedefinitions');
const name = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition';
const shape = { schema: { $ref: `#/components/schemas/${name}` }, definitions };
const context = { now: Date.parse('2026-11-25T20:00:00Z'), subresource: '' };

function made(body: unknown): KubeObject {
  const { value, fault, unknown } = decodeTyped(body, shape);
  assert.equal(fault, undefined);
  assert.deepEqual(unknown, []);
  const object = rules.complete?.(value as KubeObject) as KubeObject;
  return rules.prepareCreate?.(object, context) as KubeObject;
}

for (const { id, request, response } of rows) {
  if (request.method !== 'POST' || !id.startsWith('crd-')) continue;
  test(`${id}: a definition is refused or stored as recorded`, () => {
    const object = made(request.body);
    const errors = rules.validateCreate?.(object, context) ?? [];
    const causes = errors.map(({ reason, body, field }) => ({ reason, message: body, field }));
    assert.deepEqual(causes, response.body.details?.causes ?? []);
    if (response.status !== 201) return;
    assert.deepEqual(object['spec'], response.body['spec']);
    assert.deepEqual(object['status'], response.body['status']);
  });
}

function row(id: string): Row {
  return rows.find(one => one.id === id) as Row;
}

test('crd-get: the names of a definition are accepted and its kinds served', () => {
  const served = established(made(row('crd-create').request.body), [], context.now);
  const status = JSON.stringify(row('crd-get').response.body['status']).replaceAll(
    '<time>',
    '2026-11-25T20:00:00Z',
  );
  assert.deepEqual(served['status'], JSON.parse(status));
  assert.equal(established(served, [], context.now + 1000), served);
});

test('crd-delete: a deletion waits for the objects', () => {
  const served = established(made(row('crd-create-deprecated').request.body), [], context.now);
  const going = rules.terminate?.(served, context);
  const recorded = row('crd-delete').response.body;
  assert.deepEqual(going?.metadata.finalizers, recorded.metadata.finalizers);
  const status = JSON.stringify(recorded['status']).replaceAll('<time>', '2026-11-25T20:00:00Z');
  assert.deepEqual(going?.['status'], JSON.parse(status));
});

test('names that another definition of the group has are not accepted', () => {
  const first = established(made(row('crd-create').request.body), [], context.now);
  const body = JSON.parse(
    JSON.stringify(row('crd-create').request.body).replaceAll('widgets', 'others'),
  ) as unknown;
  const second = established(made(body), [first], context.now);
  const conditions = (second['status'] as { conditions: { type: string; status: string; reason: string }[] })
    .conditions;
  assert.deepEqual(
    conditions.map(({ type, status, reason }) => [type, status, reason]),
    [
      ['NamesAccepted', 'False', 'ListKindConflict'],
      ['Established', 'False', 'NotAccepted'],
    ],
  );
});

test('cr-table, cr-selectable-field: cells and selectors of a custom kind', () => {
  const served = established(made(row('crd-create').request.body), [], context.now);
  const [kind] = kindsOf(served, { definitions, lenientGroups: [] });
  const object: KubeObject = {
    apiVersion: 'example.dev/v1',
    kind: 'Widget',
    metadata: { name: 'a', creationTimestamp: '2026-11-25T20:00:00Z' },
    spec: { size: 6, mode: 'Slow' },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
  assert.deepEqual(
    kind?.columns.map(column => column.cell(object, context.now)),
    ['a', 6, 'Slow', 'True', '0s'],
  );
  assert.equal(kind?.storageHash, 'dGliDuVrUiQ=');
  assert.equal(kind?.selectable.get('spec.mode')?.(object), 'Slow');
  assert.deepEqual(
    kind?.subresources.map(subresource => subresource.name),
    ['status', 'scale'],
  );
});

test('cr-deprecated-warning: a version says that it is going away', () => {
  const [kind] = kindsOf(made(row('crd-create-deprecated').request.body), { definitions, lenientGroups: [] });
  assert.equal(kind?.deprecated, 'example.dev/v1 Gadget is going away');
});
