import type { Action, Authorizer, User, Verdict } from '../../../base/access/index.ts';
import { scopeNamespaceExtra, scopeVerbsExtra } from './apitokens.ts';

const reads = new Set(['get', 'list', 'watch']);
const yes: Verdict = { allowed: true };

/** What one asks about himself: it changes nothing, though it is asked by `create`. */
const questions = new Set(['selfsubjectreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews']);

/** Paths that tell of the API and nothing of what is in it. */
const aboutTheApi = /^\/(api|apis|openapi|version|healthz|livez|readyz)(\/|$)/;

/**
 * An authorizer that allows what another allows and the scope of a token does not exclude. A user without a scope is whom the
 * other one knows.
 */
export function narrowed(inner: Authorizer): Authorizer {
  return {
    can: (user, action) => {
      const scope = withinScope(user, action);
      return scope.allowed ? inner.can(user, action) : scope;
    },
  };
}

/** Whether the scope of the token that a user came with, if any, leaves room for an action. */
export function withinScope({ extra }: User, action: Action): Verdict {
  const verbs = extra?.[scopeVerbsExtra];
  if (verbs === undefined) return yes;
  if ('path' in action) return pathWithin(action.path, action.verb, verbs);
  if (questions.has(action.resource)) return yes;
  const needed = neededVerb(action);
  if (needed === undefined || !verbs.includes(needed)) {
    const wanted = needed ?? 'nothing that a token can have';
    return refused(`it is for ${verbs.join(', ')}, and this needs ${wanted}`);
  }
  const namespace = extra?.[scopeNamespaceExtra]?.[0];
  if (namespace === undefined || action.namespace === namespace) return yes;
  const elsewhere = action.namespace === '' ? 'the whole cluster' : `the namespace ${action.namespace}`;
  return refused(`it is for the namespace ${namespace}, and this is about ${elsewhere}`);
}

function pathWithin(path: string, verb: string, verbs: readonly string[]): Verdict {
  if (verb === 'get' && (aboutTheApi.test(path) || verbs.includes('read'))) return yes;
  if (verb !== 'get' && verbs.includes('write')) return yes;
  return refused(`it is for ${verbs.join(', ')}, and this is ${verb} ${path}`);
}

function neededVerb({
  verb,
  group,
  resource,
  subresource,
}: Exclude<Action, { readonly path: string }>): string | undefined {
  if (group === 'serving.kserve.io' && subresource === 'predict') return 'predict';
  // Somebody else would not be held to the scope.
  if (verb === 'impersonate' || verb === 'escalate' || verb === 'bind') return undefined;
  // What a Secret holds, or a container does, may be worth more than reading.
  if (resource === 'secrets' || subresource === 'proxy') return 'write';
  if (resource === 'pods' && ['exec', 'attach', 'portforward'].includes(subresource)) return 'write';
  return reads.has(verb) ? 'read' : 'write';
}

function refused(why: string): Verdict {
  return { allowed: false, reason: `the scope of the token: ${why}` };
}
