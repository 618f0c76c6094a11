import type { Kind, Kinds, Subresource } from '../../../kinds/index.ts';
import type { JsonObject } from '../../../meta/index.ts';

/** The media type that asks for these documents. */
export const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** `/api` (`core`) or `/apis` (`named`) as one list of groups with all their resources (apidiscovery.k8s.io/v2). */
export function aggregatedDiscovery(kinds: Kinds, which: 'core' | 'named'): JsonObject {
  const groups = kinds.groups.filter(({ group }) => (group === '') === (which === 'core'));
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ group, versions }) => ({
      metadata: group === '' ? {} : { name: group },
      versions: versions.map(version => ({
        version,
        resources: kinds.all
          .filter(kind => kind.group === group && kind.version === version)
          .map(resourceRow),
        freshness: 'Current',
      })),
    })),
  };
}

function resourceRow(kind: Kind): JsonObject {
  const { plural, singular, namespaced, verbs, shortNames, categories, subresources } = kind;
  return {
    resource: plural,
    responseKind: responseKind(kind),
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(subresources.length > 0 && { subresources: subresources.map(one => subresourceRow(kind, one)) }),
  };
}

function subresourceRow(kind: Kind, { name, kind: taken, verbs }: Subresource): JsonObject {
  return { subresource: name, responseKind: responseKind(kind, taken), verbs };
}

/** Kubernetes' own kinds leave out the group and version that the list names already, custom ones repeat them. */
function responseKind(of: Kind, taken: Subresource['kind'] = of): JsonObject {
  const same = taken.group === of.group && taken.version === of.version;
  const named = !same || of.manner === 'custom';
  return { group: named ? taken.group : '', version: named ? taken.version : '', kind: taken.kind };
}
