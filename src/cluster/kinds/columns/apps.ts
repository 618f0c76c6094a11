import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import type { Container, Selector, Template } from '../rules/pod/shapes.ts';
import {
  age,
  containerColumns,
  integer,
  labelsText,
  named,
  partOf,
  selectorOrNone,
  selectorText,
  text,
  wide,
} from './cells.ts';

interface WorkloadSpec {
  readonly replicas?: number;
  readonly selector?: Selector;
  readonly template?: Template;
}

type Status = Readonly<Record<string, number | undefined>>;

function specOf(object: KubeObject): WorkloadSpec {
  return partOf<WorkloadSpec>(object, 'spec');
}

function countOf(object: KubeObject, name: string): number {
  return partOf<Status>(object, 'status')[name] ?? 0;
}

function containersOf(object: KubeObject): readonly Container[] {
  return specOf(object).template?.spec?.containers ?? [];
}

const ready = text(
  'Ready',
  'How many pods are ready, of those there should be',
  object => `${countOf(object, 'readyReplicas')}/${specOf(object).replicas ?? 0}`,
);
const selector = wide('Selector', 'Labels of its pods', object => selectorOrNone(specOf(object).selector));

export const deployments: readonly Column[] = [
  named(),
  ready,
  text('Up-to-date', 'How many pods are of the newest template', object =>
    countOf(object, 'updatedReplicas'),
  ),
  text('Available', 'How many pods have been ready for long enough', object =>
    countOf(object, 'availableReplicas'),
  ),
  age,
  ...containerColumns(containersOf),
  wide('Selector', 'Labels of its pods', object => selectorText(specOf(object).selector)),
];

export const replicasets: readonly Column[] = [
  named(),
  integer('Desired', 'How many pods there should be', object => specOf(object).replicas ?? 0),
  integer('Current', 'How many pods there are', object => countOf(object, 'replicas')),
  integer('Ready', 'How many of them are ready', object => countOf(object, 'readyReplicas')),
  age,
  ...containerColumns(containersOf),
  selector,
];

export const statefulsets: readonly Column[] = [named(), ready, age, ...containerColumns(containersOf)];

export const daemonsets: readonly Column[] = [
  named(),
  integer('Desired', 'On how many nodes it should run', object => countOf(object, 'desiredNumberScheduled')),
  integer('Current', 'On how many of them it runs', object => countOf(object, 'currentNumberScheduled')),
  integer('Ready', 'On how many it is ready', object => countOf(object, 'numberReady')),
  integer('Up-to-date', 'On how many it is the newest', object => countOf(object, 'updatedNumberScheduled')),
  integer('Available', 'On how many it has been ready for long enough', object =>
    countOf(object, 'numberAvailable'),
  ),
  text('Node Selector', 'Labels of its nodes', object =>
    labelsText(specOf(object).template?.spec?.nodeSelector),
  ),
  age,
  ...containerColumns(containersOf),
  selector,
];

function controllerText({ metadata }: KubeObject): string {
  const owner = metadata.ownerReferences?.find(one => one.controller === true);
  if (owner === undefined) return '<none>';
  const slash = owner.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${owner.apiVersion.slice(0, slash)}`;
  return `${(owner.kind + group).toLowerCase()}/${owner.name}`;
}

export const controllerrevisions: readonly Column[] = [
  named(),
  text('Controller', 'Whose state it holds', controllerText),
  text('Revision', 'Which state it is', object => (object['revision'] as number | undefined) ?? 0),
  age,
];
