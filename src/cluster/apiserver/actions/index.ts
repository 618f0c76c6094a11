import type { RoleAuthorizer, TokenIssuer } from '../../access/index.ts';
import type { ActionHandler } from '../call.ts';
import { finalize } from './finalize.ts';
import { componentStatuses, podLog, podStream, serviceProxy } from './nodework.ts';
import { binding, eviction } from './pods.ts';
import { accessReview, rulesReview, selfSubjectReview } from './reviews.ts';
import { tokenRequest, tokenReview, type TokenReader } from './tokens.ts';

export interface ActionParts {
  readonly roles: RoleAuthorizer;
  readonly issuer: TokenIssuer;
  readonly identify: TokenReader;
}

/** What is served by a handler of its own: by resource and subresource, or by the resource of kinds that are only answers. */
export function actionsOf({ roles, issuer, identify }: ActionParts): Map<string, ActionHandler> {
  return new Map<string, ActionHandler>([
    ['authentication.k8s.io/selfsubjectreviews', selfSubjectReview],
    ['authentication.k8s.io/tokenreviews', tokenReview(identify, [issuer.issuer])],
    ['authorization.k8s.io/selfsubjectaccessreviews', accessReview('self')],
    ['authorization.k8s.io/subjectaccessreviews', accessReview('named')],
    ['authorization.k8s.io/localsubjectaccessreviews', accessReview('named')],
    ['authorization.k8s.io/selfsubjectrulesreviews', rulesReview(roles)],
    ['serviceaccounts/token', tokenRequest(issuer)],
    ['pods/binding', binding],
    ['bindings', binding],
    ['pods/eviction', eviction],
    ['namespaces/finalize', finalize],
    ['pods/log', podLog],
    ['pods/exec', podStream],
    ['pods/attach', podStream],
    ['pods/portforward', podStream],
    ['services/proxy', serviceProxy],
    ['componentstatuses', componentStatuses],
  ]);
}
