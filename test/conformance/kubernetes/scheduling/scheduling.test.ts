import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose } from '../../../../src/cluster/controllers/kubernetes/scheduling/choice.ts';
import { placesOf } from '../../../../src/cluster/controllers/kubernetes/scheduling/places.ts';
import type { Claim, StorageClass, Volume } from '../../../../src/cluster/controllers/kubernetes/volumes.ts';
import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import { type Case, cases, namespaces } from './cases.ts';
import { one, standing, urgent } from './preempting.ts';
import recorded from './recorded.json' with { type: 'json' };

const answers: Readonly<Record<string, unknown>> = recorded.answers;

/** What becomes of the pod of a case. */
function answerOf({
  nodes,
  pods = [],
  claims = [],
  volumes = [],
  classes = [],
  budgets = [],
  incoming,
}: Case): object {
  const find = <Found extends KubeObject>(list: readonly Found[], name: string): Found | undefined =>
    list.find(({ metadata }) => metadata.name === name);
  const choice = choose(incoming, {
    places: placesOf(nodes, pods, new Map()),
    storage: {
      claim: (_, name) => find(claims as readonly Claim[], name),
      volume: name => find(volumes as readonly Volume[], name),
      storageClass: name => find(classes as readonly StorageClass[], name),
      volumes: () => volumes as Iterable<Volume>,
    },
    labelsOf: name => namespaces[name as keyof typeof namespaces],
    budgets,
  });
  if ('place' in choice) return { node: choice.place.node.metadata.name };
  const { message, victims } = choice;
  if (victims === undefined) return { message };
  const { place, pods: gone } = victims;
  const names = gone.map(({ metadata }) => metadata.name ?? '').toSorted();
  return { message, nominated: place.node.metadata.name, victims: names };
}

for (const each of cases) {
  test(`${each.name}: as the real scheduler`, () => {
    assert.deepEqual(answerOf(each), answers[each.name]);
  });
}

test('pods that end for another are named by their importance, the most important first', () => {
  const pods = [
    standing('later', { cpu: '1', worth: 'usual', since: 7 }),
    standing('most', { cpu: '1', worth: 'middle' }),
    standing('least', { cpu: '1' }),
    standing('longer', { cpu: '1', worth: 'usual', since: 3 }),
  ];
  const choice = choose(urgent('4'), {
    places: placesOf(one, pods, new Map()),
    storage: {
      claim: () => undefined,
      volume: () => undefined,
      storageClass: () => undefined,
      volumes: () => [],
    },
    labelsOf: () => ({}),
    budgets: [],
  });
  const gone = 'victims' in choice ? (choice.victims?.pods ?? []) : [];
  assert.deepEqual(
    gone.map(({ metadata }) => metadata.name),
    ['most', 'longer', 'later', 'least'],
  );
});

test('what is recorded is what there are cases of', () => {
  assert.deepEqual(
    Object.keys(answers),
    cases.map(({ name }) => name),
  );
});
