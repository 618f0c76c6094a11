import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../../../view/index.ts';
import type { Node } from '../scheduling/fit.ts';
import { toldOf } from './controller.ts';
import { dataOf } from './history.ts';
import { type DaemonSet, revisionLabel } from './objects.ts';
import { planOf } from './plan.ts';
import { podFor } from './pods.ts';
import { statusOf } from './status.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

function node(name: string, more: object = {}): Node {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { name } }, ...more };
}

function set(spec: object = {}, template: object = {}): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'd', namespace: 'n', uid: 'u', generation: 2 },
    spec: {
      selector: { matchLabels: { app: 'd' } },
      template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'c' }], ...template } },
      ...spec,
    },
  };
}

interface State {
  readonly hash?: string;
  readonly phase?: string;
  readonly ready?: boolean;
  readonly leaving?: boolean;
}

let count = 0;
function pod(
  on: string,
  { hash = 'new', phase = 'Running', ready = true, leaving = false }: State = {},
): Pod {
  count += 1;
  const made = new Date(now - 60_000 + count * 1000).toISOString();
  const condition = { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: made };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `p${count}`,
      uid: `p${count}`,
      creationTimestamp: made,
      labels: { app: 'd', [revisionLabel]: hash },
      ...(leaving && { deletionTimestamp: made }),
    },
    spec: { containers: [], nodeName: on },
    status: { phase, conditions: [condition] as never },
  };
}

const three = ['a', 'b', 'c'].map(name => node(name));
const nodesOf = (pods: readonly Pod[]): (string | undefined)[] => pods.map(({ spec }) => spec.nodeName);

test('every node gets a pod, one that is leaving is waited for, one that has ended is replaced', () => {
  const pods = [pod('a', { phase: 'Failed' }), pod('b', { leaving: true })];
  const plan = planOf(set(), three, pods, 'new', now);
  assert.deepEqual(plan.create, ['c']);
  assert.deepEqual([nodesOf(plan.remove), nodesOf(plan.ended)], [['a'], ['a']]);
});

test('a pod that has ended and is leaving takes no room, whatever holds it', () => {
  for (const phase of ['Failed', 'Succeeded']) {
    const plan = planOf(set(), [node('a')], [pod('a', { phase, leaving: true })], 'new', now);
    assert.deepEqual(plan, { create: ['a'], remove: [], ended: [] });
  }
});

test('of a pod that has ended it is told how', () => {
  assert.deepEqual(toldOf(pod('a', { phase: 'Succeeded' })).slice(0, 2), ['Normal', 'SucceededDaemonPod']);
  assert.deepEqual(toldOf(pod('a', { phase: 'Failed' })).slice(0, 2), ['Warning', 'FailedDaemonPod']);
});

test('nodes that are not selected have none, taints that are not tolerated keep pods away or drive them out', () => {
  const selective = set({}, { nodeSelector: { name: 'b' } });
  const plan = planOf(selective, three, [pod('a')], 'new', now);
  assert.deepEqual([plan.create, nodesOf(plan.remove)], [['b'], ['a']]);
  const tainted = (effect: string): Node => node('a', { spec: { taints: [{ key: 'k', effect }] } });
  const soft = planOf(set(), [tainted('NoSchedule')], [], 'new', now);
  assert.deepEqual(soft.create, []);
  assert.deepEqual(planOf(set(), [tainted('NoSchedule')], [pod('a')], 'new', now).remove, []);
  assert.deepEqual(nodesOf(planOf(set(), [tainted('NoExecute')], [pod('a')], 'new', now).remove), ['a']);
  const cordoned = node('a', { spec: { unschedulable: true } });
  assert.deepEqual(planOf(set(), [cordoned], [], 'new', now).create, ['a']);
  assert.deepEqual(nodesOf(planOf(set(), three, [pod('gone')], 'new', now).remove), ['gone']);
});

test('pods of an old template go as many at once as may be away, those that are away already first', () => {
  const old = (on: string, more: State = {}): Pod => pod(on, { hash: 'old', ...more });
  const rows: readonly [pods: Pod[], strategy: object, removed: string[], created?: string[]][] = [
    [[old('a'), old('b'), old('c')], {}, ['a']],
    [[old('a'), old('b'), old('c')], { rollingUpdate: { maxUnavailable: '50%' } }, ['a', 'b']],
    [[old('a'), old('b', { ready: false }), old('c')], {}, ['b']],
    [[pod('a', { ready: false }), old('b'), old('c')], {}, []],
    [[pod('a'), old('b'), old('c')], {}, ['b']],
    [[old('a'), old('b'), old('c')], { type: 'OnDelete' }, []],
    [[old('a'), old('b'), old('c')], { rollingUpdate: { maxSurge: 1 } }, [], ['a']],
    [[old('a'), pod('a', { ready: false }), old('b'), old('c')], { rollingUpdate: { maxSurge: 1 } }, []],
    [[old('a'), pod('a'), old('b'), old('c')], { rollingUpdate: { maxSurge: 1 } }, ['a']],
  ];
  for (const [pods, updateStrategy, removed, created = []] of rows) {
    const plan = planOf(set({ updateStrategy }), three, pods, 'new', now);
    assert.deepEqual([nodesOf(plan.remove), plan.create], [removed, created], JSON.stringify(updateStrategy));
  }
});

test('a pod is pinned to its node and stays there whatever is wrong with it', () => {
  const { spec, metadata } = podFor(set(), 'a', 'h') as Pod;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  assert.deepEqual(terms?.nodeSelectorTerms, [
    { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] },
  ]);
  assert.ok(spec.tolerations?.some(({ key }) => key === 'node.kubernetes.io/unreachable'));
  assert.equal(metadata.labels?.[revisionLabel], 'h');
});

test('the status counts nodes', () => {
  const pods = [pod('a'), pod('b', { hash: 'old', ready: false }), pod('c')];
  const status = statusOf(set({}, { nodeSelector: {} }), three, pods, 'new', now);
  assert.deepEqual(status, {
    currentNumberScheduled: 3,
    numberMisscheduled: 0,
    desiredNumberScheduled: 3,
    numberReady: 2,
    observedGeneration: 2,
    updatedNumberScheduled: 2,
    numberAvailable: 2,
    numberUnavailable: 1,
  });
});

test('what a revision holds is in the order of its letters', () => {
  const template = {
    tolerations: [{ operator: 'Exists', key: 'k' }],
    containers: [{ name: 'c', image: 'i' }],
  };
  assert.equal(
    JSON.stringify(dataOf(set({}, template))),
    '{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"d"}},' +
      '"spec":{"containers":[{"image":"i","name":"c"}],"tolerations":[{"key":"k","operator":"Exists"}]}}}}',
  );
});
