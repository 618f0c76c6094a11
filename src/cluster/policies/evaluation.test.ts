import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdmissionRequest } from '../admission/index.ts';
import type { PolicySpec } from './configuration.ts';
import { Evaluation } from './evaluation.ts';

function evaluation(
  list: readonly number[],
  authorizer: unknown,
  variables: Readonly<Record<string, string>>,
): Evaluation {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default' }, list };
  const kind = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
  const request = {
    operation: 'CREATE',
    object,
    oldObject: undefined,
    kind,
    resource: kind,
    namespace: 'default',
    name: 'c',
    user: { name: 'ada', groups: [] },
    dryRun: false,
  } as unknown as AdmissionRequest;
  const named = Object.entries(variables).map(([name, expression]) => ({ name, expression }));
  const spec = { variables: named } as unknown as PolicySpec;
  return new Evaluation(request, undefined, undefined, authorizer, 'uid').define(spec);
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

test('a variable that fails is asked once, however often a loop names it', () => {
  let asked = 0;
  const authorizer = {
    get counted(): string {
      asked++;
      return 'x';
    },
  };
  const about = evaluation(numbers(1000), authorizer, { bad: 'int(authorizer.counted) == 1' });
  assert.throws(() => about.ask('object.list.exists(i, variables.bad)', 'bool'), /int/);
  assert.throws(() => about.ask('variables.bad', 'bool'), /int/);
  assert.equal(asked, 1);
});

test('variables are paid by the expression that names them', () => {
  const steps = 'object.list.all(a, object.list.all(b, true))';
  const about = evaluation(numbers(800), undefined, { one: steps, two: steps });
  assert.equal(about.ask('variables.one', 'bool'), true);
  const again = evaluation(numbers(800), undefined, { one: steps, two: steps });
  assert.throws(() => again.ask('variables.one && variables.two', 'bool'), /cost budget/);
  // And the next has a budget of its own, although that one has failed.
  assert.equal(about.ask('variables.two', 'bool'), true);
});
