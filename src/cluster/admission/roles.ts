import type { RoleAuthorizer, PolicyRule } from '../access/index.ts';
import { notFound, type KubeObject } from '../meta/index.ts';
import type { Admission, AdmissionRequest } from './contract.ts';

const group = 'rbac.authorization.k8s.io';

/** Nobody gives away rights that they do not hold, by a role or by a binding, unless they may `escalate` or `bind`. */
export function roleEscalation(roles: RoleAuthorizer): Admission {
  return {
    name: 'RoleEscalation',
    concerns: ({ operation, kind }) =>
      kind.group === group && (operation === 'CREATE' || operation === 'UPDATE'),
    validate: request => {
      const object = request.object as KubeObject;
      if (object['roleRef'] === undefined) checkRole(roles, request, object);
      else checkBinding(roles, request, object);
    },
  };
}

function rulesOf(object: KubeObject | undefined): readonly PolicyRule[] {
  return (object?.['rules'] ?? []) as readonly PolicyRule[];
}

function checkRole(roles: RoleAuthorizer, request: AdmissionRequest, object: KubeObject): void {
  if (JSON.stringify(rulesOf(object)) === JSON.stringify(rulesOf(request.old))) return;
  if (may(roles, request, 'escalate', request.kind.plural, request.name)) return;
  const resource = { group, resource: request.kind.plural };
  const about = { resource, name: request.name };
  roles.checkEscalation(request.user, rulesOf(object), request.namespace, about);
}

function checkBinding(roles: RoleAuthorizer, request: AdmissionRequest, object: KubeObject): void {
  const reference = object['roleRef'] as { kind: string; name: string };
  const plural = reference.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  if (may(roles, request, 'bind', plural, reference.name)) return;
  const rules = roles.rulesOfRole(reference, request.namespace);
  if (rules === undefined) throw notFound({ group, resource: plural }, reference.name);
  const resource = { group, resource: request.kind.plural };
  const about = { resource, name: request.name };
  roles.checkEscalation(request.user, rules, request.namespace, about);
}

function may(
  roles: RoleAuthorizer,
  { user, namespace }: AdmissionRequest,
  verb: string,
  resource: string,
  name: string,
): boolean {
  const action = { verb, group, version: 'v1', resource, subresource: '', namespace, name };
  return roles.can(user, action).allowed;
}
