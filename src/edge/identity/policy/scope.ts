import type { Action } from '../../../base/access/index.ts';
import type { Credential, Scope, ScopeVerb } from '../index.ts';

const reading = new Set(['get', 'list', 'watch']);

/** What of a token's scope an action needs. */
export function scopeVerbOf(action: Action): ScopeVerb {
  if (!('path' in action) && action.subresource === 'predict') return 'predict';
  return reading.has(action.verb) ? 'read' : 'write';
}

/** Why a token is not good for an action although its owner may be; undefined when it is. */
export function beyondScope({ namespace, verbs }: Scope, action: Action): string | undefined {
  const verb = scopeVerbOf(action);
  if (!verbs.includes(verb)) return `the token is for ${verbs.join(', ')}, not for ${verb}`;
  const asked = 'path' in action ? '' : action.namespace;
  if (namespace === undefined || asked === namespace) return undefined;
  const where = asked === '' ? 'what is in no namespace' : asked;
  return `the token is for namespace ${namespace}, not for ${where}`;
}

export function scopeOf(credential: Credential): Scope | undefined {
  return credential.kind === 'api-token' ? credential.scope : undefined;
}
