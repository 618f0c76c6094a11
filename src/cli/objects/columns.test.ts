import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../cluster/meta/index.ts';
import { Complaint } from './failures.ts';
import { formatOf, listOf } from './formats.ts';
import { sortedBy } from './sorting.ts';

function pod(name: string, more: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, ...more };
}

test('columns of one’s own have a header once, and say <none> for what is not there', () => {
  const format = formatOf('custom-columns=POD:.metadata.name,PORTS:{.spec.ports[*]},ON:spec.on', false);
  const list = listOf([pod('a', { spec: { ports: [1, 2], on: true } }), pod('longer')]);
  assert.equal(format?.(list), 'POD      PORTS    ON\na        1,2      true\nlonger   <none>   <none>\n');
  assert.equal(format?.(pod('b')), 'b     <none>   <none>\n');
  assert.equal(formatOf('custom-columns=POD:.metadata.name', false, false)?.(pod('b')), 'b\n');
});

test('columns that cannot be understood are told', () => {
  const refused = (output: string): string => {
    try {
      formatOf(output, false);
    } catch (thrown) {
      assert.ok(thrown instanceof Complaint, String(thrown));
      return thrown.message;
    }
    return 'nothing';
  };
  assert.equal(refused('custom-columns='), 'custom-columns format specified but no custom columns given');
  assert.match(refused('custom-columns=A'), /^unexpected custom-columns spec: A, expected <header>:/);
  assert.match(refused('custom-columns=A:{a}{b}'), /^unexpected path string/);
  assert.match(
    refused('go-template={{.}}'),
    /"go-template=\{\{\.\}\}", allowed formats are: custom-columns, json/,
  );
});

test('objects are sorted by numbers, quantities and letters, those without the field first', () => {
  const sorted = (values: readonly unknown[]): readonly unknown[] =>
    sortedBy(
      values.map(value => ({ spec: value === undefined ? {} : { value } })),
      one => one,
      'spec.value',
    ).map(({ spec }) => spec.value);
  assert.deepEqual(sorted([10, 9, undefined, -1]), [undefined, -1, 9, 10]);
  assert.deepEqual(sorted(['1Gi', '900Mi', '1k']), ['1k', '900Mi', '1Gi']);
  assert.deepEqual(sorted(['b', 'a10', 'a9']), ['a10', 'a9', 'b']);
  assert.throws(
    () => sorted([undefined]),
    new Complaint(`couldn't find any field with path "{.spec.value}" in the list of objects`),
  );
  assert.throws(
    () => sorted([[1], [2]]),
    new Complaint('field spec.value has a list, expected numbers or strings to sort by'),
  );
});
