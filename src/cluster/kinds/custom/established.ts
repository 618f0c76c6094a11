import type { KubeObject } from '../../meta/index.ts';
import { hasUnusableBundle } from './conversion.ts';
import { type Condition, conditionOf, type Names, specOf, statusOf } from './definition.ts';

/**
 * Decides the names of a definition: those that no other definition of the group has are accepted, and with all of them its kinds
 * are served. Follows apiextensions' naming and establishing controllers.
 * @param others All other definitions.
 * @returns The definition with its status as it has to be; itself when nothing changes.
 */
export function established(definition: KubeObject, others: readonly KubeObject[], now: number): KubeObject {
  const { accepted, condition } = decided(definition, others);
  const status = statusOf(definition);
  const named = isSameNames(status.acceptedNames, accepted)
    ? definition
    : { ...definition, status: { ...status, acceptedNames: accepted } };
  return withCondition(withCondition(named, condition, now), establishing(definition, condition), now);
}

function establishing(definition: KubeObject, names: Condition): Condition {
  const before = conditionOf(definition, 'Established');
  if (before?.status === 'True') return before;
  if (names.status === 'True' && hasUnusableBundle(definition)) {
    const message = 'The conversion webhook CABundle is invalid';
    return { type: 'Established', status: 'False', reason: 'InvalidCABundle', message };
  }
  if (names.status === 'True') {
    const message = 'the initial names have been accepted';
    return { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message };
  }
  return {
    type: 'Established',
    status: 'False',
    reason: 'NotAccepted',
    message: 'not all names are accepted',
  };
}

interface Taken {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

function takenBy(others: readonly KubeObject[], group: string): Taken {
  const names = others
    .filter(other => specOf(other).group === group)
    .map(other => statusOf(other).acceptedNames);
  const resources = names.flatMap(one => [one?.plural, one?.singular, ...(one?.shortNames ?? [])]);
  const kinds = names.flatMap(one => [one?.kind, one?.listKind]);
  const given = (list: readonly (string | undefined)[]): Set<string> =>
    new Set(list.filter(name => name !== undefined && name !== '') as string[]);
  return { resources: given(resources), kinds: given(kinds) };
}

function decided(
  definition: KubeObject,
  others: readonly KubeObject[],
): { accepted: Names; condition: Condition } {
  const { group, names: wanted } = specOf(definition);
  const before = statusOf(definition).acceptedNames ?? { plural: '', kind: '' };
  const taken = takenBy(others, group);
  let condition: Condition = {
    type: 'NamesAccepted',
    status: 'True',
    reason: 'NoConflicts',
    message: 'no conflicts found',
  };
  const refuse = (reason: string, message: string): void => {
    condition = { type: 'NamesAccepted', status: 'False', reason, message };
  };
  const one = (
    name: 'plural' | 'singular' | 'kind' | 'listKind',
    used: ReadonlySet<string>,
  ): string | undefined => {
    const asked = wanted[name];
    if (asked === before[name] || asked === undefined || !used.has(asked)) return asked;
    refuse(`${name[0]?.toUpperCase()}${name.slice(1)}Conflict`, `${JSON.stringify(asked)} is already in use`);
    return before[name];
  };
  const plural = one('plural', taken.resources) ?? '';
  const singular = one('singular', taken.resources);
  const shortNames = shortNamesOf(wanted, before, taken.resources, refuse);
  const kind = one('kind', taken.kinds) ?? '';
  const listKind = one('listKind', taken.kinds);
  const accepted: Names = {
    plural,
    ...(singular !== undefined && { singular }),
    ...(shortNames !== undefined && { shortNames }),
    kind,
    ...(listKind !== undefined && { listKind }),
    ...(wanted.categories !== undefined && { categories: wanted.categories }),
  };
  return { accepted, condition };
}

function shortNamesOf(
  wanted: Names,
  before: Names,
  taken: ReadonlySet<string>,
  refuse: (reason: string, message: string) => void,
): readonly string[] | undefined {
  const own = before.shortNames ?? [];
  const clashes = (wanted.shortNames ?? []).filter(name => !own.includes(name) && taken.has(name));
  if (clashes.length === 0) return wanted.shortNames;
  const texts = clashes.map(name => `${JSON.stringify(name)} is already in use`);
  refuse('ShortNamesConflict', texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`);
  return before.shortNames;
}

function isSameNames(a: Names | undefined, b: Names): boolean {
  const essence = ({
    plural,
    singular = '',
    kind,
    listKind = '',
    shortNames = [],
    categories = [],
  }: Names): string => JSON.stringify([plural, singular, kind, listKind, shortNames, categories]);
  return a !== undefined && essence(a) === essence(b);
}

/** A definition with a condition set; the time of transition changes with its status only. */
export function withCondition(definition: KubeObject, condition: Condition, now: number): KubeObject {
  const before = conditionOf(definition, condition.type);
  const { status, reason, message } = condition;
  if (
    before !== undefined &&
    before.status === status &&
    before.reason === reason &&
    before.message === message
  ) {
    return definition;
  }
  const lastTransitionTime =
    before?.status === status && before.lastTransitionTime !== undefined
      ? before.lastTransitionTime
      : `${new Date(now).toISOString().slice(0, 19)}Z`;
  const next: Condition = {
    type: condition.type,
    status,
    lastTransitionTime,
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
  };
  const conditions = statusOf(definition).conditions ?? [];
  const changed =
    before === undefined
      ? [...conditions, next]
      : conditions.map(one => (one.type === condition.type ? next : one));
  return { ...definition, status: { ...statusOf(definition), conditions: changed } };
}
