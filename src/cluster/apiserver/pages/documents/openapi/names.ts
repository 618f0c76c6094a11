import type { Kind } from '../../../../kinds/index.ts';

/** The name of a definition that a document holds: `io.k8s.api.apps.v1.Deployment`, of a custom kind `com.example.v1.Widget`. */
export function definitionName(kind: Kind): string {
  if (kind.definition !== undefined) return kind.definition;
  return `${kind.group.split('.').toReversed().join('.')}.${kind.version}.${kind.kind}`;
}

export function listDefinitionName(kind: Kind): string {
  return definitionName(kind).replace(/[^.]*$/, kind.listKind);
}

export function reference(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Definitions of what every kind has, by what they are. */
export const shared = {
  deleteOptions: `${meta}.DeleteOptions`,
  listMeta: `${meta}.ListMeta`,
  objectMeta: `${meta}.ObjectMeta`,
  patch: `${meta}.Patch`,
  resourceList: `${meta}.APIResourceList`,
  scale: 'io.k8s.api.autoscaling.v1.Scale',
  status: `${meta}.Status`,
  watchEvent: `${meta}.WatchEvent`,
} as const;

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The words of a group: `rbac`, `authorization` of rbac.authorization.k8s.io. */
function words(group: string): string[] {
  return group === '' ? ['core'] : group.replace(/\.k8s\.io$/, '').split('.');
}

/** `RbacAuthorizationV1`: what stands after the verb in the name of an operation. */
export function operationPrefix(group: string, version: string): string {
  return [...words(group), version].map(capital).join('');
}

/** `rbacAuthorization_v1`: what operations of a group and version are filed under. */
export function tag(group: string, version: string): string {
  const [first = '', ...rest] = words(group);
  return `${first}${rest.map(capital).join('')}_${version}`;
}

/** `Pod`, `NamespacedPod`, `NamespacedPodLog`. */
export function operationSubject(kind: Kind, subresource = ''): string {
  return `${kind.namespaced ? 'Namespaced' : ''}${kind.kind}${capital(subresource)}`;
}
