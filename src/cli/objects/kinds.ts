import type { Discovered } from '../../cluster/client/index.ts';
import { Complaint } from './failures.ts';

/**
 * The kind that a word means: a plural, a singular, a kind or a short name, in any case, alone, with a group, or with a version and
 * a group. Core and built-in groups win over others, and a group's first version over its others, as discovery lists them.
 * @throws Complaint when the server has none.
 */
export function kindOf(word: string, kinds: readonly Discovered[]): Discovered {
  const found = lookUp(word.toLowerCase(), kinds);
  if (found !== undefined) return found;
  const dot = word.indexOf('.');
  if (dot === -1) throw new Complaint(`the server doesn't have a resource type "${word}"`);
  const [type, group] = [word.slice(0, dot), word.slice(dot + 1)];
  throw new Complaint(`the server doesn't have a resource type "${type}" in group "${group}"`);
}

function lookUp(word: string, kinds: readonly Discovered[]): Discovered | undefined {
  const [name = '', ...rest] = word.split('.');
  const [version, ...group] = rest;
  const exact = kinds.filter(one => isNamed(one, name));
  if (rest.length === 0) return exact[0] ?? kinds.find(one => one.shortNames.includes(name));
  const among = [...exact, ...kinds.filter(one => one.shortNames.includes(name))];
  return (
    among.find(one => one.version === version && one.group === group.join('.')) ??
    among.find(one => one.group === rest.join('.')) ??
    (rest.length === 1 ? among.find(one => one.group.startsWith(`${rest[0]}.`)) : undefined)
  );
}

function isNamed({ plural, singular, kind }: Discovered, name: string): boolean {
  return plural === name || singular === name || kind.toLowerCase() === name;
}

/** The kinds that a list of words means: `pods,svc`, a category such as `all` among them. Each once. */
export function kindsOf(words: string, kinds: readonly Discovered[]): readonly Discovered[] {
  const found = words
    .split(',')
    .filter(word => word !== '')
    .flatMap(word => inCategory(word, kinds) ?? [kindOf(word, kinds)]);
  return [...new Set(found)];
}

function inCategory(category: string, kinds: readonly Discovered[]): readonly Discovered[] | undefined {
  const groups = new Set<string>();
  const members = kinds.filter(one => {
    // The first version of a group is the one it prefers.
    const key = `${one.plural}.${one.group}`;
    if (!one.categories.includes(category) || groups.has(key)) return false;
    groups.add(key);
    return true;
  });
  return members.length === 0 ? undefined : members;
}

/** `deployment.apps`, as kubectl names a kind before an object's name. */
export function kindText({ kind, group }: { readonly kind: string; readonly group: string }): string {
  return group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
}
