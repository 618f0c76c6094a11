import type { Action, Authorizer, User, Verdict } from '../../../base/access/index.ts';
import { type Scope, scopeIn, type ScopeVerb } from '../index.ts';

const reading = new Set(['get', 'list', 'watch']);
/** Questions of somebody about himself: they are created, and change nothing. */
const aboutOneself = /^selfsubject/;
/** Parts of a pod, a service or a node by which something is done in them, though clients may ask for them by GET. */
const doing = new Set(['exec', 'attach', 'portforward', 'proxy']);

/** What of a token's scope an action needs. */
export function scopeVerbOf(action: Action): ScopeVerb {
  if ('path' in action) return reading.has(action.verb) ? 'read' : 'write';
  if (action.subresource === 'predict') return 'predict';
  // What a Secret holds may be worth more than reading.
  if (action.resource === 'secrets' || doing.has(action.subresource)) return 'write';
  return reading.has(action.verb) || aboutOneself.test(action.resource) ? 'read' : 'write';
}

/** What processes of the platform ask, and what people ask of their own tokens: only the latter is for a token. */
const platform = '/davit/';
const ofTokens = /^\/davit\/identity\/(?:issuer|tokens(?:\/.*)?)$/;

function beyondPath({ namespace }: Scope, verb: ScopeVerb, path: string): string | undefined {
  if (path.startsWith(platform) && !ofTokens.test(path)) return `no token is for ${path}`;
  if (namespace === undefined || verb === 'read') return undefined;
  return `the token is for namespace ${namespace}, not for what is in none`;
}

/** Why a token is not good for an action although its owner may be; undefined when it is. */
export function beyondScope({ namespace, verbs }: Scope, action: Action): string | undefined {
  // Whoever is impersonated is not held to the scope.
  if (action.verb === 'impersonate') return 'a token is good for nobody but its owner';
  const verb = scopeVerbOf(action);
  if (!verbs.includes(verb)) return `the token is for ${verbs.join(', ') || 'nothing'}, not for ${verb}`;
  // What the API says of itself is of no namespace, and clients cannot begin without it.
  if ('path' in action) return beyondPath({ namespace, verbs }, verb, action.path);
  if (namespace === undefined || aboutOneself.test(action.resource)) return undefined;
  if (action.namespace === namespace) return undefined;
  const where = action.namespace === '' ? 'what is in no namespace' : action.namespace;
  return `the token is for namespace ${namespace}, not for ${where}`;
}

/** Narrows what somebody may do to the scope of the token by which he has shown who he is. */
export class ScopedAuthorizer implements Authorizer {
  readonly #whole: Authorizer;

  constructor(whole: Authorizer) {
    this.#whole = whole;
  }

  can(user: User, action: Action): Verdict {
    const scope = scopeIn(user);
    const beyond = scope && beyondScope(scope, action);
    return beyond === undefined ? this.#whole.can(user, action) : { allowed: false, reason: beyond };
  }
}
