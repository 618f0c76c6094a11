import type { RoleAuthorizer, PolicyRule } from '../access/index.ts';
import { forbidden, type KubeObject, notFound, sameJson } from '../meta/index.ts';
import type { Admission, AdmissionRequest } from './contract.ts';

const group = 'rbac.authorization.k8s.io';

/** What can do everything, in so many words. */
const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/**
 * Nobody gives away rights that they do not hold, by a role or by a binding, unless they may `escalate` or `bind`. A role that collects
 * the rules of others, whatever they will be, is for those who hold all of them (the real server's `policybased` storages).
 */
export function roleEscalation(roles: RoleAuthorizer): Admission {
  return {
    name: 'RoleEscalation',
    concerns: ({ operation, kind }) =>
      kind.group === group && (operation === 'CREATE' || operation === 'UPDATE'),
    validate: request => {
      const object = request.object as KubeObject;
      if (onlyKeepsOrOwns(object, request.old)) return;
      if (object['roleRef'] === undefined) checkRole(roles, request, object);
      else checkBinding(roles, request, object);
    },
  };
}

/** Whether a change is one that the collection of garbage makes: who owns an object, and what keeps it. */
function onlyKeepsOrOwns(object: KubeObject, old: KubeObject | undefined): boolean {
  return old !== undefined && sameJson(essence(object), essence(old));
}

function essence({ metadata, ...rest }: KubeObject): unknown {
  const { ownerReferences: _, finalizers: __, managedFields: ___, ...kept } = metadata;
  return { ...rest, metadata: kept };
}

function rulesOf(object: KubeObject): readonly PolicyRule[] {
  return (object['rules'] ?? []) as readonly PolicyRule[];
}

function collects(object: KubeObject | undefined): boolean {
  const { clusterRoleSelectors = [] } = (object?.['aggregationRule'] ?? {}) as {
    clusterRoleSelectors?: readonly unknown[];
  };
  return clusterRoleSelectors.length > 0;
}

function checkRole(roles: RoleAuthorizer, request: AdmissionRequest, object: KubeObject): void {
  const { kind, named, name, namespace, old, user } = request;
  // A right that names a role says nothing of one that the path does not name.
  if (may(roles, request, 'escalate', kind.plural, named ? name : '')) return;
  const resource = { group, resource: kind.plural };
  roles.checkEscalation(user, rulesOf(object), namespace, { resource, name });
  if ((collects(object) || collects(old)) && !roles.holds(user, everything, namespace)) {
    throw forbidden(resource, name, 'must have cluster-admin privileges to use the aggregationRule');
  }
}

function checkBinding(roles: RoleAuthorizer, request: AdmissionRequest, object: KubeObject): void {
  const reference = object['roleRef'] as { kind: string; name: string };
  const plural = reference.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  if (may(roles, request, 'bind', plural, reference.name)) return;
  const resource = { group, resource: request.kind.plural };
  const rules = roles.rulesOfRole(reference, request.namespace);
  // The real server names a role that is not there by what the request is about.
  if (rules === undefined) throw notFound(resource, reference.name);
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
