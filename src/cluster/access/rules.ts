import type { Action } from '../../base/access/index.ts';

/** A rule of a Role or ClusterRole (rbac.authorization.k8s.io/v1 PolicyRule). */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** What allows everything of a list. */
export const any = '*';

/** Whether a rule allows an action (the real server's `rbac.RuleAllows`). */
export function allows(rule: PolicyRule, action: Action): boolean {
  if (!holds(rule.verbs, action.verb)) return false;
  if ('path' in action) return (rule.nonResourceURLs ?? []).some(url => urlMatches(url, action.path));
  return (
    holds(rule.apiGroups, action.group) &&
    resourceMatches(rule.resources ?? [], action.resource, action.subresource) &&
    nameMatches(rule.resourceNames ?? [], action.name)
  );
}

function holds(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes(any) || list.includes(value));
}

function nameMatches(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}

function resourceMatches(resources: readonly string[], resource: string, subresource: string): boolean {
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return resources.some(
    one => one === any || one === combined || (subresource !== '' && one === `*/${subresource}`),
  );
}

/** Whether a path is one that a rule names, by itself or by its beginning. */
export function urlMatches(url: string, path: string): boolean {
  if (url === any || url === path) return true;
  return url.endsWith(any) && path.startsWith(url.slice(0, -1).replace(/\*+$/, ''));
}

/** A rule as messages about escalation write it. */
export function ruleText({
  apiGroups,
  resources,
  resourceNames,
  nonResourceURLs,
  verbs,
}: PolicyRule): string {
  const parts = [
    ['APIGroups', apiGroups],
    ['Resources', resources],
    ['NonResourceURLs', nonResourceURLs],
    ['ResourceNames', resourceNames],
    ['Verbs', verbs],
  ] as const;
  const shown = parts.flatMap(([name, list]) =>
    list === undefined || list.length === 0
      ? []
      : [`${name}:[${list.map(one => JSON.stringify(one)).join(' ')}]`],
  );
  return `{${shown.join(', ')}}`;
}

/** Rules with the same groups, resources and names put together, as a review lists them. */
export function compacted(rules: readonly PolicyRule[]): PolicyRule[] {
  const byTarget = new Map<string, { rule: PolicyRule; verbs: Set<string> }>();
  for (const rule of rules) {
    const { verbs, ...target } = rule;
    const key = JSON.stringify(target);
    const known = byTarget.get(key);
    if (known === undefined) byTarget.set(key, { rule, verbs: new Set(verbs) });
    else for (const verb of verbs) known.verbs.add(verb);
  }
  return [...byTarget.values()].map(({ rule, verbs }) => ({ ...rule, verbs: [...verbs] }));
}
