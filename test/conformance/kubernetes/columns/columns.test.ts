import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { columnsOf, createKinds, kindParts } from '../../../../src/cluster/kinds/index.ts';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import { podStates } from './pods.ts';
import { recordedTables } from './recorded.ts';

describe('printed columns of built-in kinds, against tables of a real API server', () => {
  const tables = recordedTables();

  it('every state of a pod is among them', () => {
    const pods = tables.find(one => one.resource === 'pods');
    const names = new Set(pods?.rows.map(row => row.cells[0]));
    assert.deepEqual(
      podStates.filter(state => !names.has(state.name)),
      [],
    );
  });

  it('every kind of Kubernetes’ own that is listed has a table, and rows where that needs no node', () => {
    const rows = new Map(tables.map(one => [one.resource, one.rows.length]));
    const listed = createKinds(kindParts).all.filter(
      ({ manner, verbs }) => manner === 'typed' && verbs.includes('list'),
    );
    const without = listed.filter(({ resource }) => (rows.get(resource) ?? 0) === 0);
    assert.deepEqual(
      without.map(({ resource }) => resource),
      ['certificates.k8s.io/podcertificaterequests'],
    );
  });

  for (const { resource, now, columns, rows } of tables) {
    it(`${resource}: ${rows.length} rows`, () => {
      const ours = columnsOf(resource);
      assert.deepEqual(
        ours.map(({ name, type, format, priority }) => ({ name, type, format, priority })),
        columns,
      );
      for (const { cells, object } of rows) {
        assert.deepEqual(
          ours.map(column => column.cell(object as KubeObject, now)),
          cells,
        );
      }
    });
  }
});
