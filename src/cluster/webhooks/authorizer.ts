import type { Action, Authorizer, User } from '../../base/access/index.ts';
import type { AdmissionRequest } from '../admission/index.ts';
import { authorizing, type Question } from '../schema/index.ts';

/**
 * What `authorizer` is to an expression: it asks for the rights of whoever makes a request, or of a service account; its
 * `requestResource` is what the request is about.
 */
export function authorizerFor(authorizer: Authorizer, request: AdmissionRequest): unknown {
  const { user, subresource, namespace, name } = request;
  const { requestKind: kind = request.kind } = request;
  const may = (question: Question): { allowed: boolean; reason: string } => {
    const { account, ...asked } = question;
    const verdict = authorizer.can(account === undefined ? user : accountOf(account), actionOf(asked));
    return { allowed: verdict.allowed, reason: verdict.reason ?? '' };
  };
  return authorizing(may, { group: kind.group, resource: kind.plural, subresource, namespace, name });
}

function accountOf({ namespace, name }: { readonly namespace: string; readonly name: string }): User {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}

function actionOf({ path, verb, ...asked }: Omit<Question, 'account'>): Action {
  if (path !== undefined) return { verb, path };
  const { group = '', resource = '', subresource = '', namespace = '', name = '' } = asked;
  return { verb, group, version: '*', resource, subresource, namespace, name };
}
