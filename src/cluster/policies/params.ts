import type { Lookup } from '../admission/index.ts';
import type { Kind } from '../kinds/index.ts';
import { parseApiVersion, selectorOf, type KubeObject } from '../meta/index.ts';
import type { Binding, PolicySpec } from './configuration.ts';

/** Finds a kind by what stands in an object. */
export type FindKind = (group: string, version: string, kind: string) => Kind | undefined;

/**
 * The parameters with which a binding asks its policy: `[undefined]` where there are none by intention, nothing where none that is
 * named is there and that is allowed.
 * @throws Error when they have to be there and are not.
 */
export function paramsOf(
  { paramKind }: PolicySpec,
  { spec: { paramRef } }: Binding,
  namespace: string,
  { lookup, findKind }: { readonly lookup: Lookup; readonly findKind: FindKind },
): readonly (KubeObject | undefined)[] {
  if (paramKind === undefined) return [undefined];
  const { apiVersion = '', kind: name = '' } = paramKind;
  const { group, version } = parseApiVersion(apiVersion);
  const kind = findKind(group, version, name);
  if (kind === undefined)
    throw new Error(`failed to find resource referenced by paramKind: '${apiVersion}, Kind=${name}'`);
  if (paramRef === undefined) return [undefined];
  const place = kind.namespaced ? paramRef.namespace || namespace : '';
  if (kind.namespaced && place === '') {
    throw new Error('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
  }
  const found = foundBy(paramRef, kind, place, lookup);
  if (found.length > 0 || paramRef.parameterNotFoundAction === 'Allow') return found;
  throw new Error('no params found for policy binding with `Deny` parameterNotFoundAction');
}

function foundBy(
  { name = '', selector }: NonNullable<Binding['spec']['paramRef']>,
  kind: Kind,
  namespace: string,
  lookup: Lookup,
): KubeObject[] {
  if (name !== '') {
    const one = lookup.get(kind.resource, namespace, name);
    return one === undefined ? [] : [one];
  }
  const chosen = selectorOf(selector ?? {});
  return lookup
    .list(kind.resource, namespace === '' ? undefined : namespace)
    .filter(one => chosen.matches(one.metadata.labels));
}
