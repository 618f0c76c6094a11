import type { Action, Authorizer, User } from '../../../base/access/index.ts';
import type { Known } from '../index.ts';
import { type Callers, isPublic } from './callers.ts';
import { beyondScope } from './scope.ts';
import { predictAction, proxyAction, seeAction } from './words.ts';

/** What a request leads to. */
export interface Wanted {
  /** An InferenceService, or a Service that is none's: a route of somebody's own. */
  readonly kind: 'InferenceService' | 'Service';
  readonly namespace: string;
  readonly name: string;
}

export interface Decision {
  /** `login`: nobody knows who asks; `unseen`: who asks may not learn that it is there. */
  readonly verdict: 'allowed' | 'login' | 'forbidden' | 'unseen';
  /** By which rule, in words for people. */
  readonly rule: string;
}

/** Whether somebody may send requests there. Pure, but for what the authorizer looks at. */
export function decided(authorizer: Authorizer, known: Known, wanted: Wanted): Decision {
  const { kind, namespace, name } = wanted;
  const action = (kind === 'Service' ? proxyAction : predictAction)(namespace, name);
  const asked = permitted(authorizer, known, action);
  if (asked.allowed) return { verdict: 'allowed', rule: asked.rule };
  return { verdict: maySee(authorizer, known, wanted) ? 'forbidden' : 'unseen', rule: asked.rule };
}

/** Whether somebody may learn that a service is there. */
export function maySee(authorizer: Authorizer, known: Known, { kind, namespace, name }: Wanted): boolean {
  const action =
    kind === 'Service'
      ? { ...proxyAction(namespace, name), verb: 'get', subresource: '' }
      : seeAction(namespace, name);
  return permitted(authorizer, known, action).allowed;
}

/** Of nobody in particular. */
export function undecidedFor(callers: Callers | undefined, path: string): Decision {
  if (callers !== undefined && isPublic(callers, path)) {
    return { verdict: 'allowed', rule: `${callers.publicBy} makes it public` };
  }
  return { verdict: 'login', rule: 'nobody has said who asks' };
}

function permitted(
  authorizer: Authorizer,
  { user, credential }: Known,
  action: Action,
): { readonly allowed: boolean; readonly rule: string } {
  const scope = credential.kind === 'api-token' ? credential.scope : undefined;
  const beyond = scope && beyondScope(scope, action);
  if (beyond !== undefined) return { allowed: false, rule: beyond };
  const { allowed, reason } = authorizer.can(user, action);
  return { allowed, rule: reason ?? usualReason(user, allowed) };
}

function usualReason({ name }: User, allowed: boolean): string {
  return allowed ? `${name} may do everything` : `no role allows it to ${name}`;
}
