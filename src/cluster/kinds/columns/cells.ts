import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import type { Container, Selector } from '../rules/pod/shapes.ts';
import { since } from './durations.ts';

type Cell = Column['cell'];

/** A column of texts that is always shown. */
export function text(name: string, description: string, cell: Cell): Column {
  return { name, type: 'string', format: '', description, priority: 0, cell };
}

/** A column of texts that is shown with `-o wide`. */
export function wide(name: string, description: string, cell: Cell): Column {
  return { ...text(name, description, cell), priority: 1 };
}

export function integer(name: string, description: string, cell: Cell): Column {
  return { ...text(name, description, cell), type: 'integer' };
}

export function truth(name: string, description: string, cell: Cell): Column {
  return { ...text(name, description, cell), type: 'boolean' };
}

/** The name of the object, which clients take for a name. */
export function named(cell: Cell = ({ metadata }) => metadata.name ?? '', priority = 0): Column {
  return { ...text('Name', 'The name of the object', cell), format: 'name', priority };
}

export const age: Column = text('Age', 'How long the object has existed', ({ metadata }, now) =>
  since(metadata.creationTimestamp, now),
);

/** The columns of kinds that have none of their own. */
export const plain: readonly Column[] = [
  named(),
  {
    name: 'Created At',
    type: 'date',
    format: '',
    description: 'When the object was made',
    priority: 0,
    cell: ({ metadata }) => metadata.creationTimestamp ?? null,
  },
];

/** A part of an object as the columns read it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the shape it reads
export function partOf<Part extends object>(object: KubeObject, name: 'spec' | 'status'): Part {
  return (object[name] ?? {}) as Part;
}

/** Labels as one text, sorted by key. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const terms = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return terms.length === 0 ? '<none>' : terms.toSorted().join(',');
}

/** A selector as one text; empty when it selects everything. */
export function selectorText(selector: Selector | undefined): string {
  const terms = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({
    key,
    text: `${key}=${value}`,
  }));
  for (const { key = '', operator, values = [] } of selector?.matchExpressions ?? []) {
    terms.push({ key, text: requirementText(key, operator ?? '', values) });
  }
  return terms
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(term => term.text)
    .join(',');
}

function requirementText(key: string, operator: string, values: readonly string[]): string {
  const list = `(${values.toSorted().join(',')})`;
  switch (operator) {
    case 'In':
      return `${key} in ${list}`;
    case 'NotIn':
      return `${key} notin ${list}`;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return key;
  }
}

export function selectorOrNone(selector: Selector | undefined): string {
  return selectorText(selector) || '<none>';
}

/** The names and images of the containers of a template, for `-o wide`. */
export function containerColumns(containers: (object: KubeObject) => readonly Container[]): Column[] {
  return [
    wide('Containers', 'Names of the containers', object =>
      containers(object)
        .map(one => one.name ?? '')
        .join(','),
    ),
    wide('Images', 'Images of the containers', object =>
      containers(object)
        .map(one => one.image ?? '')
        .join(','),
    ),
  ];
}

/** The first items of a list and how many more there are. */
export function firstOf(items: readonly string[], most: number, none: string): string {
  const shown = items.slice(0, most).join(',');
  if (items.length > most) return `${shown} + ${items.length - most} more...`;
  return shown === '' ? none : shown;
}
