import { any, type PolicyRule, urlMatches } from './rules.ts';

/** A permission of a rule: usually a single verb on a single thing. */
type Grain = Required<PolicyRule>;

/** How many permissions rules are taken apart into, together: a rule that has more than are left is looked at whole. */
const mostGrains = 5_000;
/** How often rules are compared as a whole with those that are held: what comes later is missing. */
const mostLooks = 200_000;

/**
 * The permissions of `wanted` that `held` does not give. Both are made by users, so the work does not grow with their product: what is
 * wanted is taken apart into some thousand permissions at most, and each rule that is held takes away those that it gives.
 */
export function missing(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  if (wanted.length === 0) return [];
  const all = held.map(heldOf);
  const lacking = new Lacking();
  let [left, looks] = [mostGrains, mostLooks];
  const grains = wanted.flatMap(rule => {
    const whole = once(rule);
    const count = countOf(whole);
    if (count <= left) {
      left -= count;
      const single = grainsOf(whole);
      for (const one of single) lacking.add(one);
      return single;
    }
    looks -= all.length;
    return looks >= 0 && all.some(one => covers(one, whole)) ? [] : [whole];
  });
  for (const one of all) lacking.take(one);
  return grains.filter(one => !lacking.given.has(one));
}

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

/** Texts that a rule allows; undefined: all. */
type Texts = ReadonlySet<string> | undefined;

/** The same, which can only be asked of single texts. */
type Allowed = Pick<ReadonlySet<string>, 'has'> | undefined;

/** A rule that is held, as it is asked about many permissions. */
interface Held {
  readonly verbs: Texts;
  readonly groups: Texts;
  /** By what stands after the name, as `/status`; undefined: all resources, and all parts of them. */
  readonly resources: ReadonlyMap<string, Texts> | undefined;
  readonly names: Texts;
  readonly urls: readonly string[];
}

function heldOf(rule: PolicyRule): Held {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  return {
    verbs: textsOf(verbs),
    groups: textsOf(apiGroups),
    resources: resources.includes(any) ? undefined : byPart(resources),
    names: resourceNames.length === 0 ? undefined : new Set(resourceNames),
    urls: nonResourceURLs,
  };
}

function textsOf(list: readonly string[]): Texts {
  return list.includes(any) ? undefined : new Set(list);
}

function byPart(resources: readonly string[]): ReadonlyMap<string, Texts> {
  const parts = new Map<string, Set<string>>();
  for (const resource of resources) {
    const [name, part] = split(resource);
    const names = parts.get(part);
    if (names === undefined) parts.set(part, new Set([name]));
    else names.add(name);
  }
  return new Map([...parts].map(([part, names]) => [part, names.has(any) ? undefined : names]));
}

/** `pods/status` as `pods` and `/status`. */
function split(resource: string): readonly [name: string, part: string] {
  const at = resource.indexOf('/');
  return at < 0 ? [resource, ''] : [resource.slice(0, at), resource.slice(at)];
}

function covers({ verbs, groups, resources, names, urls }: Held, one: Grain): boolean {
  const all = (texts: Texts, list: readonly string[]): boolean =>
    texts === undefined || list.every(text => texts.has(text));
  if (!all(verbs, one.verbs)) return false;
  if (one.nonResourceURLs.length > 0) return one.nonResourceURLs.every(url => opens(urls, url));
  if (!all(groups, one.apiGroups) || !all(names, one.resourceNames)) return false;
  if (names !== undefined && one.resourceNames.length === 0) return false;
  return one.resources.every(resource => {
    const [name, part] = split(resource);
    return resources === undefined || (resources.has(part) && all(resources.get(part), [name]));
  });
}

function opens(urls: readonly string[], url: string): boolean {
  return urls.some(has => urlMatches(has, url));
}

/** What is said at each place of a permission, one below the other; `undefined` stands for what has no name. */
type Branch = Map<string | undefined, Branch | Grain[]>;

/** Permissions that nobody has given yet, by verb, group, part, resource and name; those on paths by verb and path. */
class Lacking {
  readonly given = new Set<Grain>();
  readonly #things: Branch = new Map();
  readonly #paths: Branch = new Map();

  /** Of a single verb on a single thing or path. */
  add(one: Grain): void {
    const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = one;
    const [verb, url] = [verbs[0], nonResourceURLs[0]];
    if (url !== undefined) return put(this.#paths, [verb, url], one);
    const [name, part] = split(resources[0] as string);
    put(this.#things, [verb, apiGroups[0], part, name, resourceNames[0]], one);
  }

  take({ verbs, groups, resources, names, urls }: Held): void {
    if (urls.length > 0) this.#strike(this.#paths, [verbs, { has: url => opens(urls, url) }]);
    const everything = new Map<string | undefined, Texts>([[undefined, undefined]]);
    for (const [part, resource] of resources ?? everything) {
      this.#strike(this.#things, [
        verbs,
        groups,
        part === undefined ? part : new Set([part]),
        resource,
        names,
      ]);
    }
  }

  #strike(branch: Branch, allowed: readonly Allowed[]): void {
    const [here, ...below] = allowed;
    for (const [key, next] of common(branch, here)) {
      if (!Array.isArray(next)) this.#strike(next, below);
      else for (const one of next) this.given.add(one);
      if (Array.isArray(next) || next.size === 0) branch.delete(key);
    }
  }
}

function put(root: Branch, keys: readonly (string | undefined)[], one: Grain): void {
  let branch = root;
  for (const key of keys.slice(0, -1)) {
    let next = branch.get(key) as Branch | undefined;
    if (next === undefined) branch.set(key, (next = new Map()));
    branch = next;
  }
  const last = keys.at(-1);
  const known = branch.get(last) as Grain[] | undefined;
  if (known === undefined) branch.set(last, [one]);
  else known.push(one);
}

/** What is allowed of a branch, looking through the smaller of both. */
function* common(branch: Branch, allowed: Allowed): Generator<[string | undefined, Branch | Grain[]]> {
  if (allowed === undefined) {
    yield* branch;
  } else if (allowed instanceof Set && allowed.size < branch.size) {
    for (const key of allowed) {
      const next = branch.get(key);
      if (next !== undefined) yield [key, next];
    }
  } else {
    for (const [key, next] of branch) if (key !== undefined && allowed.has(key)) yield [key, next];
  }
}
