import type { Resource } from './resource.ts';
import { throwIfFailed } from './resource.ts';
import type { Transport } from './transport.ts';

/** A kind as discovery tells of it. */
export interface Discovered extends Resource {
  readonly kind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

interface GroupDocument {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly ResourceDocument[];
    }[];
  }[];
}

interface ResourceDocument {
  readonly resource: string;
  readonly responseKind?: { readonly kind: string };
  readonly scope: 'Namespaced' | 'Cluster';
  readonly singularResource?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources?: readonly { readonly subresource: string }[];
}

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Every kind that a server has, in the order of discovery, all versions. */
export async function discover(transport: Transport): Promise<Discovered[]> {
  const found: Discovered[] = [];
  for (const path of ['/api', '/apis']) {
    const reply = await transport.ask({ method: 'GET', path, accept });
    throwIfFailed(reply);
    for (const { metadata, versions } of (reply.body as GroupDocument).items) {
      const group = metadata?.name ?? '';
      for (const { version, resources = [] } of versions) {
        for (const resource of resources) found.push(discovered(group, version, resource));
      }
    }
  }
  return found;
}

function discovered(group: string, version: string, document: ResourceDocument): Discovered {
  return {
    group,
    version,
    plural: document.resource,
    namespaced: document.scope === 'Namespaced',
    kind: document.responseKind?.kind ?? '',
    singular: document.singularResource ?? '',
    shortNames: document.shortNames ?? [],
    categories: document.categories ?? [],
    verbs: document.verbs,
    subresources: (document.subresources ?? []).map(one => one.subresource),
  };
}
