import type { RoleAuthorizer, TokenIssuer } from '../../access/index.ts';
import type { ActionHandler } from '../call.ts';
import { binding } from './binding.ts';
import { componentStatuses } from './componentstatuses.ts';
import { finalize } from './finalize.ts';
import type { Kubelets } from '../nodes/kubelets.ts';
import { podLog, podStream } from './nodework.ts';
import { eviction } from './pods.ts';
import { nodeProxy, podProxy, serviceProxy } from './proxies.ts';
import { accessReview, rulesReview, selfSubjectReview } from './reviews.ts';
import { tokenRequest, tokenReview, type TokenReader } from './tokens.ts';

export interface ActionParts {
  readonly roles: RoleAuthorizer;
  readonly issuer: TokenIssuer;
  readonly identify: TokenReader;
  /** Absent where no node runs pods. */
  readonly kubelets: Kubelets | undefined;
}

/** What is served by a handler of its own: by resource and subresource, or by the resource of kinds that are only answers. */
export function actionsOf({ roles, issuer, identify, kubelets }: ActionParts): Map<string, ActionHandler> {
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
    ['pods/log', podLog(kubelets)],
    ['pods/exec', podStream(kubelets)],
    ['pods/attach', podStream(kubelets)],
    ['pods/portforward', podStream(kubelets)],
    ['pods/proxy', podProxy],
    ['services/proxy', serviceProxy],
    ['nodes/proxy', nodeProxy(kubelets)],
    ['componentstatuses', componentStatuses],
  ]);
}
