import type { User } from '../../base/access/index.ts';
import { type Scope, type ScopeVerb, scopeVerbs } from './contract.ts';

/** By which the scope of a token stands among a user's extras, where whoever is told of the user sees it. */
export const scopeVerbsExtra = 'davit.dev/scope-verbs';
export const scopeNamespaceExtra = 'davit.dev/scope-namespace';

/** What the token is limited to by which a user has shown who he is; undefined when it is not. A verb that is not known allows nothing. */
export function scopeIn({ extra }: User): Scope | undefined {
  const verbs = extra?.[scopeVerbsExtra];
  const namespace = extra?.[scopeNamespaceExtra]?.[0];
  if (verbs === undefined && namespace === undefined) return undefined;
  return { namespace, verbs: (verbs ?? []).filter(isVerb) };
}

function isVerb(text: string): text is ScopeVerb {
  return scopeVerbs.some(verb => verb === text);
}
