import type { KubeObject } from '../../../../src/cluster/meta/index.ts';
import type { Pod } from '../../../../src/cluster/view/index.ts';
import { type Case, far, incoming, node, pod, port, spread, term, two, zones } from './objects.ts';

/** Priority classes that there are, by what they are worth. */
export const priorities = { low: -5, usual: 0, middle: 50, high: 100 } as const;

type Priority = keyof typeof priorities;

const worth = (name: Priority, more: object = {}): object => ({
  priorityClassName: name,
  priority: priorities[name],
  ...more,
});

interface Standing {
  readonly on?: string;
  readonly cpu?: string;
  readonly worth?: Priority;
  readonly labels?: Readonly<Record<string, string>>;
  /** Minutes after the first. */
  readonly since?: number;
  readonly container?: object;
  readonly spec?: object;
}

/** A pod that runs. */
export function standing(
  name: string,
  {
    on = 'one',
    cpu = '4',
    worth: priority = 'low',
    labels = { app: name },
    since = 0,
    ...more
  }: Standing = {},
): Pod {
  const startTime = `2026-01-01T00:${String(since).padStart(2, '0')}:00Z`;
  const { container = {}, spec = {} } = more;
  return pod(name, {
    on,
    labels,
    asks: { cpu },
    container,
    spec: { ...worth(priority), ...spec },
    status: { phase: 'Running', startTime },
  });
}

export const urgent = (cpu: string, more: object = {}): Pod =>
  incoming({ asks: { cpu }, spec: { ...worth('high'), ...more } });

function budget(name: string, app: string, disruptionsAllowed: number, more: object = {}): KubeObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: 'n' },
    spec: { selector: { matchLabels: { app } }, minAvailable: 1 },
    status: {
      disruptionsAllowed,
      currentHealthy: 1,
      desiredHealthy: 1,
      expectedPods: 1,
      observedGeneration: 1,
      ...more,
    },
  };
}

export const one = [node('one')];

/** Pods that fit nowhere unless others end for them. */
export const preemptions: readonly Case[] = [
  { name: 'a pod of less priority in the way', nodes: one, pods: [standing('a')], incoming: urgent('1') },
  {
    name: 'a pod of the same priority in the way',
    nodes: one,
    pods: [standing('a', { worth: 'high' })],
    incoming: urgent('1'),
  },
  {
    name: 'a pod of less priority, and a pod that has none end',
    nodes: one,
    pods: [standing('a')],
    incoming: urgent('1', { preemptionPolicy: 'Never', priorityClassName: 'quiet-high' }),
  },
  {
    name: 'too little room even alone with those of more priority',
    nodes: one,
    pods: [standing('a', { cpu: '1' }), standing('b', { cpu: '3', worth: 'high' })],
    incoming: urgent('2'),
  },
  {
    name: 'no more room than a node has',
    nodes: one,
    pods: [standing('a', { cpu: '1' })],
    incoming: urgent('5'),
  },
  {
    name: 'as few as will do, of the least priority',
    nodes: one,
    pods: [
      standing('a', { cpu: '1', worth: 'middle' }),
      standing('b', { cpu: '1' }),
      standing('c', { cpu: '1', worth: 'usual' }),
      standing('d', { cpu: '1' }),
    ],
    incoming: urgent('2'),
  },
  {
    name: 'the youngest of the same priority',
    nodes: one,
    pods: [
      standing('a', { cpu: '2', since: 5 }),
      standing('b', { cpu: '1', since: 9 }),
      standing('c', { cpu: '1', since: 1 }),
    ],
    incoming: urgent('1'),
  },
  {
    name: 'one of more priority rather than two that do not do',
    nodes: one,
    pods: [
      standing('a', { cpu: '3', worth: 'middle' }),
      standing('b', { cpu: '500m' }),
      standing('c', { cpu: '500m' }),
    ],
    incoming: urgent('3'),
  },
  {
    name: 'the node whose most important victim is the least',
    nodes: two,
    pods: [standing('a', { worth: 'middle' }), standing('b', { on: 'two', worth: 'usual' })],
    incoming: urgent('1'),
  },
  {
    name: 'the node whose victims are worth less together',
    nodes: two,
    pods: [
      standing('a', { cpu: '2', worth: 'usual' }),
      standing('b', { cpu: '2', worth: 'usual' }),
      standing('c', { on: 'two', cpu: '2', worth: 'usual' }),
      standing('d', { on: 'two', cpu: '2' }),
    ],
    incoming: urgent('4'),
  },
  {
    name: 'the node with fewer victims',
    nodes: two,
    pods: [standing('a', { cpu: '2' }), standing('b', { cpu: '2' }), standing('c', { on: 'two', cpu: '4' })],
    incoming: urgent('4'),
  },
  {
    name: 'the node whose victims have begun last',
    nodes: two,
    pods: [standing('a', { since: 3 }), standing('b', { on: 'two', since: 7 })],
    incoming: urgent('1'),
  },
  {
    name: 'a node where no budget is broken',
    nodes: two,
    pods: [
      standing('a', { labels: { app: 'kept' } }),
      standing('b', { on: 'two', worth: 'middle', labels: { app: 'free' } }),
    ],
    budgets: [budget('kept', 'kept', 0)],
    incoming: urgent('1'),
  },
  {
    name: 'a budget that is broken where nothing else will do',
    nodes: one,
    pods: [standing('a', { labels: { app: 'kept' } })],
    budgets: [budget('kept', 'kept', 0)],
    incoming: urgent('1'),
  },
  {
    name: 'pods whose budget is used up are spared first',
    nodes: one,
    pods: [
      standing('a', { cpu: '2', labels: { app: 'kept' } }),
      standing('b', { cpu: '2', worth: 'middle', labels: { app: 'free' } }),
    ],
    budgets: [budget('kept', 'kept', 0)],
    incoming: urgent('2'),
  },
  {
    name: 'a budget that allows one of two',
    nodes: one,
    pods: [
      standing('a', { cpu: '2', labels: { app: 'kept' }, since: 1 }),
      standing('b', { cpu: '2', labels: { app: 'kept' }, since: 2 }),
    ],
    budgets: [budget('kept', 'kept', 1)],
    incoming: urgent('2'),
  },
  {
    name: 'a budget of all pods counts none',
    nodes: two,
    pods: [standing('a'), standing('b', { on: 'two', worth: 'middle' })],
    budgets: [{ ...budget('all', 'x', 0), spec: { selector: {}, minAvailable: 1 } }],
    incoming: urgent('1'),
  },
  {
    name: 'a pod that its budget knows to be evicted already',
    nodes: two,
    pods: [
      standing('a', { labels: { app: 'kept' } }),
      standing('b', { on: 'two', worth: 'middle', labels: { app: 'free' } }),
    ],
    budgets: [budget('kept', 'kept', 0, { disruptedPods: { a: '2026-01-01T00:00:00Z' } })],
    incoming: urgent('1'),
  },
  {
    name: 'a port that a pod of less priority has',
    nodes: one,
    pods: [standing('a', { cpu: '1', container: port(8080) })],
    incoming: incoming({ asks: { cpu: '1' }, container: port(8080), spec: worth('high') }),
  },
  {
    name: 'a pod of less priority that is shunned',
    nodes: one,
    pods: [standing('a', { cpu: '1', labels: { app: 'db' } })],
    incoming: urgent('1', far(term('db'))),
  },
  {
    name: 'a pod of less priority that shuns',
    nodes: one,
    pods: [standing('a', { cpu: '1', spec: far(term('web')) })],
    incoming: urgent('1'),
  },
  {
    name: 'pods of less priority that are spread badly',
    nodes: zones,
    pods: [
      standing('a', { on: 'a1', cpu: '1', labels: { app: 'web' } }),
      standing('b', { on: 'b1', cpu: '4', worth: 'high' }),
    ],
    incoming: urgent('1', spread()),
  },
  {
    name: 'nodes for ever, nodes with nobody, and nodes that are too full',
    nodes: [
      ...two,
      node('three', { taints: [{ key: 'k', effect: 'NoSchedule' }] }),
      node('four', { room: { cpu: '1' } }),
    ],
    pods: [
      standing('a', { worth: 'high' }),
      standing('b', { on: 'two', cpu: '3', worth: 'high' }),
      standing('c', { on: 'two', cpu: '1' }),
    ],
    incoming: urgent('2'),
  },
  {
    name: 'a node that is full of pods',
    nodes: [node('one', { room: { pods: '2' } })],
    pods: [standing('a', { cpu: '1', worth: 'middle' }), standing('b', { cpu: '1', worth: 'usual' })],
    incoming: urgent('1'),
  },
];
