import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileJsonPath } from './jsonpath.ts';

const object = {
  metadata: { name: 'a', annotations: { 'a.b/c': 'dotted' } },
  spec: {
    list: [
      { n: 'x', v: 1 },
      { n: 'y', v: 2 },
      { n: 'z', v: 3 },
    ],
    map: { one: 1, two: 2 },
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
  },
};

function found(path: string): unknown {
  return compileJsonPath(path)?.(object);
}

const rows: readonly (readonly [string, unknown[]])[] = [
  ['.metadata.name', ['a']],
  ['.metadata.annotations.a\\.b/c', ['dotted']],
  [".metadata.annotations['a.b/c']", ['dotted']],
  ['.metadata.missing.deeper', []],
  ['.spec.list[0].n', ['x']],
  ['.spec.list[-1].n', ['z']],
  ['.spec.list[1:].n', ['y', 'z']],
  ['.spec.list[0:3:2].n', ['x', 'z']],
  ['.spec.list[0,2].n', ['x', 'z']],
  ['.spec.list[*].v', [1, 2, 3]],
  ['.spec.map.*', [1, 2]],
  ['.spec.list[?(@.v>1)].n', ['y', 'z']],
  ['.spec.list[?(@.n=="y")].v', [2]],
  ['.spec.list[?(@.missing)].v', []],
  [".status.conditions[?(@.type=='Ready')].status", ['True']],
  ['.status.conditions[?(@.type!="Ready")].status', ['False']],
  ['..n', ['x', 'y', 'z']],
  ['$.metadata.name', ['a']],
];

for (const [path, values] of rows) {
  test(`${path} finds what kubectl finds`, () => assert.deepEqual(found(path), values));
}

test('what is no path is refused', () => {
  for (const path of ['.spec[', '.spec.list[?(@.v]', '.spec.list[!]', '.a b', `.${'a.'.repeat(5000)}`]) {
    assert.equal(compileJsonPath(path), undefined, path);
  }
});
