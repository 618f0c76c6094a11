import type { Action } from '../../base/access/index.ts';

/** A rule of a Role or ClusterRole (rbac.authorization.k8s.io/v1 PolicyRule). */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

const any = '*';

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

function urlMatches(url: string, path: string): boolean {
  if (url === any || url === path) return true;
  return url.endsWith(any) && path.startsWith(url.slice(0, -1).replace(/\*+$/, ''));
}

/** A permission of a rule: usually a single verb on a single thing. */
type Grain = Required<PolicyRule>;

/** How many permissions rules are taken apart into, together: a rule that has more than are left is looked at whole. */
const mostGrains = 100_000;

function countOf({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Grain): number {
  const named = apiGroups.length * resources.length * Math.max(1, resourceNames.length);
  return verbs.length * (nonResourceURLs.length + named);
}

/** A rule taken apart into single permissions. */
function grainsOf({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Grain): Grain[] {
  const names = resourceNames.length === 0 ? [[]] : resourceNames.map(name => [name]);
  return verbs.flatMap(verb => [
    ...nonResourceURLs.map(url => grain({ verbs: [verb], nonResourceURLs: [url] })),
    ...apiGroups.flatMap(one =>
      resources.flatMap(resource =>
        names.map(resourceNames =>
          grain({ verbs: [verb], apiGroups: [one], resources: [resource], resourceNames }),
        ),
      ),
    ),
  ]);
}

/** A rule that says everything once. */
function once(rule: PolicyRule): Grain {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  return {
    verbs: [...new Set(verbs)],
    apiGroups: [...new Set(apiGroups)],
    resources: [...new Set(resources)],
    resourceNames: [...new Set(resourceNames)],
    nonResourceURLs: [...new Set(nonResourceURLs)],
  };
}

function grain(rule: PolicyRule): Grain {
  return { apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [], ...rule };
}

/** The permissions of `wanted` that `held` does not give. */
export function missing(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  let left = mostGrains;
  const grains = wanted.flatMap(rule => {
    const whole = once(rule);
    const count = countOf(whole);
    if (count > left) return [whole];
    left -= count;
    return grainsOf(whole);
  });
  return grains.filter(one => !held.some(rule => covers(rule, one)));
}

function covers(rule: PolicyRule, one: Grain): boolean {
  if (!coversAll(rule.verbs, one.verbs)) return false;
  if (one.nonResourceURLs.length > 0) {
    return one.nonResourceURLs.every(url => (rule.nonResourceURLs ?? []).some(has => urlMatches(has, url)));
  }
  return (
    coversAll(rule.apiGroups ?? [], one.apiGroups) &&
    one.resources.every(resource => coversResource(rule.resources ?? [], resource)) &&
    coversNames(rule.resourceNames ?? [], one.resourceNames)
  );
}

function coversAll(held: readonly string[], wanted: readonly string[]): boolean {
  return held.includes(any) || wanted.every(one => held.includes(one));
}

function coversResource(held: readonly string[], wanted: string): boolean {
  const [resource = '', subresource = ''] = wanted.split('/');
  return held.includes(wanted) || resourceMatches(held, resource, subresource);
}

function coversNames(held: readonly string[], wanted: readonly string[]): boolean {
  if (held.length === 0) return true;
  return wanted.length > 0 && wanted.every(name => held.includes(name));
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
