import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GroupVersionRow, KindRow, SubresourceRow } from '../../src/cluster/kinds/registry/rows.ts';
import type { Schema } from '../../src/cluster/schema/index.ts';
import { asInGo, goDefinitions } from './golang.ts';
import { folderOf } from './modules.ts';
import { type Packages, withoutDescriptions } from './schemas.ts';

/** The groups of Kubernetes that are served, with their versions; others are left out on purpose. */
const served: Readonly<Record<string, readonly string[]>> = {
  '': ['v1'],
  apps: ['v1'],
  'events.k8s.io': ['v1'],
  'authentication.k8s.io': ['v1'],
  'authorization.k8s.io': ['v1'],
  autoscaling: ['v2', 'v1'],
  batch: ['v1'],
  'certificates.k8s.io': ['v1'],
  'networking.k8s.io': ['v1'],
  policy: ['v1'],
  'rbac.authorization.k8s.io': ['v1'],
  'storage.k8s.io': ['v1'],
  'admissionregistration.k8s.io': ['v1'],
  'apiextensions.k8s.io': ['v1'],
  'apiregistration.k8s.io': ['v1'],
  'scheduling.k8s.io': ['v1'],
  'coordination.k8s.io': ['v1'],
  'discovery.k8s.io': ['v1'],
  'node.k8s.io': ['v1'],
  'flowcontrol.apiserver.k8s.io': ['v1'],
  'storagemigration.k8s.io': ['v1'],
};

/** `APIResource` of an `api/discovery` document. */
interface ResourceDocument {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: KindRow['verbs'];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
}

function read(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(folderOf('kubernetes'), 'api', ...path), 'utf8'));
}

interface OperationDocument {
  readonly parameters?: readonly { readonly name: string; readonly schema: { readonly type: string } }[];
  readonly responses?: { readonly 200?: { readonly content?: Readonly<Record<string, unknown>> } };
  readonly 'x-kubernetes-action'?: string;
}

interface OpenapiDocument {
  readonly paths: Readonly<
    Record<string, { readonly get?: OperationDocument; readonly parameters: OperationDocument['parameters'] }>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

function openapiOf(group: string, version: string): OpenapiDocument {
  const file = group === '' ? `api__${version}_openapi.json` : `apis__${group}__${version}_openapi.json`;
  return read('openapi-spec', 'v3', file) as OpenapiDocument;
}

/** The Go package of a group, as the names of its definitions have it. */
function packageOf(group: string, version: string): string {
  if (group === 'apiextensions.k8s.io') {
    return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}`;
  }
  if (group === 'apiregistration.k8s.io') return `io.k8s.kube-aggregator.pkg.apis.apiregistration.${version}`;
  return `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] as string)}.${version}`;
}

/** The kinds of Kubernetes that are served. */
export function kubernetesKinds(): GroupVersionRow[] {
  return Object.entries(served).flatMap(([group, versions]) =>
    versions.map(version => ({
      group,
      version,
      package: packageOf(group, version),
      resources: kindsOf(group, version),
    })),
  );
}

function kindsOf(group: string, version: string): KindRow[] {
  const file = group === '' ? `api__${version}.json` : `apis__${group}__${version}.json`;
  const { resources } = read('discovery', file) as { resources: readonly ResourceDocument[] };
  const { paths } = openapiOf(group, version);
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(resource => {
      const { name, kind, singularName, namespaced, shortNames, categories, storageVersionHash } = resource;
      const subresources = subresourcesOf(resources, resource, paths);
      return {
        plural: name,
        kind,
        singular: singularName,
        namespaced,
        verbs: resource.verbs,
        ...(shortNames !== undefined && { shortNames }),
        ...(categories !== undefined && { categories }),
        ...(storageVersionHash !== undefined && { storageHash: storageVersionHash }),
        ...(subresources.length > 0 && { subresources }),
      };
    });
}

function subresourcesOf(
  all: readonly ResourceDocument[],
  resource: ResourceDocument,
  paths: OpenapiDocument['paths'],
): SubresourceRow[] {
  return all
    .filter(({ name }) => name.startsWith(`${resource.name}/`))
    .map(({ name, group, version, kind, verbs }) => ({
      name: name.slice(resource.name.length + 1),
      verbs,
      ...(kind !== resource.kind && { kind }),
      ...(group !== undefined && { group }),
      ...(version !== undefined && { version }),
      ...connectionOf(
        Object.entries(paths).find(([path]) => path.endsWith(`/${name.replace('/', '/{name}/')}`))?.[1],
      ),
    }));
}

/** The parameters of a path that connects, or that answers with text. */
function connectionOf(
  path: OpenapiDocument['paths'][string] | undefined,
): Pick<SubresourceRow, 'connects' | 'query'> {
  const get = path?.get;
  const connects = get?.['x-kubernetes-action'] === 'connect';
  if (!connects && get?.responses?.[200]?.content?.['text/plain'] === undefined) return {};
  const query = [...(path?.parameters ?? []), ...(get?.parameters ?? [])]
    .filter(({ name }) => !['name', 'namespace', 'pretty'].includes(name))
    .map(({ name, schema }) => [name, schema.type] as const);
  return {
    ...(connects && { connects }),
    query: Object.fromEntries(query) as NonNullable<SubresourceRow['query']>,
  };
}

/** The definitions that the documents of what is served name, one file a package. */
export function kubernetesDefinitions(): Packages[] {
  const all: Record<string, Record<string, Schema>> = {};
  const go = goDefinitions();
  for (const [group, version] of Object.entries(served).flatMap(([name, all]) =>
    all.map(one => [name, one]),
  )) {
    const document = openapiOf(group as string, version as string);
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      const dot = name.lastIndexOf('.');
      (all[name.slice(0, dot)] ??= {})[name.slice(dot + 1)] = asInGo(
        withoutGroups(name, withoutDescriptions(schema)),
        go.get(name),
      );
    }
  }
  return Object.entries(all)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, members]) => ({
      [name]: Object.fromEntries(Object.entries(members).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    }));
}

/** Kinds that every group has: each document names its own group among theirs, which is done when it is made. */
const everyGroups = ['DeleteOptions', 'WatchEvent'].map(
  name => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`,
);

function withoutGroups(name: string, schema: Schema): Schema {
  const kinds = schema['x-kubernetes-group-version-kind'];
  if (kinds === undefined || !everyGroups.includes(name)) return schema;
  const core = kinds.filter(({ group }) => group === '');
  return { ...schema, 'x-kubernetes-group-version-kind': core };
}
