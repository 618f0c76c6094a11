import type { User } from '../../../base/access/index.ts';

/** What Kubernetes names its own users and groups with: nobody from outside may bear it. */
const own = 'system:';
const authenticated = 'system:authenticated';
const longest = 256;
const mostGroups = 200;

function isName(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || value.length > longest) return false;
  return !value.startsWith(own) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value);
}

/**
 * Somebody whom an issuer, or a file, names: never one of the cluster's own users, and in none of its groups but that of
 * everybody who is known.
 * @returns undefined when nobody can be called that
 */
export function outsider(name: unknown, groups: unknown): User | undefined {
  if (!isName(name)) return undefined;
  const told = Array.isArray(groups) ? groups : [];
  return { name, groups: [...new Set(told.filter(isName).slice(0, mostGroups)), authenticated] };
}

export function isGroup(value: unknown): value is string {
  return isName(value);
}
