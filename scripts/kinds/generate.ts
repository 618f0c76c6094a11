/**
 * Writes `src/cluster/kinds/generated/` from what Kubernetes publishes: the kinds of its API (discovery) and their shapes (OpenAPI
 * v3), without descriptions. See README.md beside this file.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Schema } from '../../src/cluster/schema/index.ts';

const module = 'k8s.io/kubernetes@v1.37.2';

/** What is served: each group with its versions, the preferred one first. Others are left out on purpose. */
const served: Readonly<Record<string, readonly string[]>> = {
  '': ['v1'],
  apps: ['v1'],
  'events.k8s.io': ['v1'],
  'authentication.k8s.io': ['v1'],
  'authorization.k8s.io': ['v1'],
  autoscaling: ['v2'],
  batch: ['v1'],
  'networking.k8s.io': ['v1'],
  policy: ['v1'],
  'rbac.authorization.k8s.io': ['v1'],
  'storage.k8s.io': ['v1'],
  'admissionregistration.k8s.io': ['v1'],
  'apiextensions.k8s.io': ['v1'],
  'scheduling.k8s.io': ['v1'],
  'coordination.k8s.io': ['v1'],
  'discovery.k8s.io': ['v1'],
};

interface SubresourceDocument {
  readonly subresource: string;
  readonly responseKind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly verbs: readonly string[];
}

interface ResourceDocument {
  readonly resource: string;
  readonly responseKind: { readonly kind: string };
  readonly scope: string;
  readonly singularResource: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources?: readonly SubresourceDocument[];
}

interface GroupDocument {
  readonly metadata: { readonly name?: string };
  readonly versions: readonly { readonly version: string; readonly resources: readonly ResourceDocument[] }[];
}

const root = dirname(dirname(import.meta.dirname));
const out = join(root, 'src/cluster/kinds/generated');
const api = join(moduleFolder(), 'api');

function moduleFolder(): string {
  const told = execFileSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8' });
  return (JSON.parse(told) as { Dir: string }).Dir;
}

function read<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(api, ...path), 'utf8')) as T;
}

/** The kinds of every served group and version, in the order of discovery. */
function resources(): unknown[] {
  const core = coreGroup();
  const others = read<{ items: GroupDocument[] }>('discovery', 'aggregated_v2.json').items;
  return [core, ...others].flatMap(({ metadata, versions }) => {
    const group = metadata.name ?? '';
    return versions
      .filter(({ version }) => served[group]?.includes(version) === true)
      .map(({ version, resources }) => ({
        group,
        version,
        resources: resources.map(resource => resourceRow(resource)),
      }));
  });
}

/** The core group is published in the old form of discovery only. */
function coreGroup(): GroupDocument {
  interface Legacy {
    readonly name: string;
    readonly kind: string;
    readonly group?: string;
    readonly version?: string;
    readonly namespaced: boolean;
    readonly singularName: string;
    readonly verbs: readonly string[];
    readonly shortNames?: readonly string[];
    readonly categories?: readonly string[];
  }
  const { resources } = read<{ resources: Legacy[] }>('discovery', 'api__v1.json');
  const rows = resources.filter(one => !one.name.includes('/')).map(one => ({
    resource: one.name,
    responseKind: { kind: one.kind },
    scope: one.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: one.singularName,
    ...(one.shortNames !== undefined && { shortNames: one.shortNames }),
    ...(one.categories !== undefined && { categories: one.categories }),
    verbs: one.verbs,
    subresources: resources
      .filter(sub => sub.name.startsWith(`${one.name}/`))
      .map(sub => ({
        subresource: sub.name.slice(one.name.length + 1),
        responseKind: { group: sub.group ?? '', version: sub.version ?? '', kind: sub.kind },
        verbs: sub.verbs,
      })),
  }));
  return { metadata: {}, versions: [{ version: 'v1', resources: rows }] };
}

function resourceRow(document: ResourceDocument): unknown {
  const { resource, responseKind, scope, singularResource, shortNames, categories, verbs } = document;
  return {
    plural: resource,
    kind: responseKind.kind,
    singular: singularResource,
    namespaced: scope === 'Namespaced',
    ...(shortNames !== undefined && { shortNames }),
    ...(categories !== undefined && { categories }),
    verbs,
    subresources: (document.subresources ?? []).map(sub => ({
      name: sub.subresource,
      ...(sub.responseKind !== undefined && { kind: sub.responseKind }),
      verbs: sub.verbs,
    })),
  };
}

/** Every definition that a served document names, without descriptions. */
function definitions(): Map<string, Schema> {
  const all = new Map<string, Schema>();
  for (const file of readdirSync(join(api, 'openapi-spec/v3')).toSorted()) {
    const match = /^apis?(?:__(.*?))?__(v[^_]*)_openapi\.json$/.exec(file);
    if (match === null) continue;
    const [, group = '', version = ''] = match;
    if (served[group]?.includes(version) !== true) continue;
    const { components } = read<{ components: { schemas: Record<string, Schema> } }>('openapi-spec', 'v3', file);
    for (const [name, schema] of Object.entries(components.schemas)) all.set(name, stripped(schema) as Schema);
  }
  return all;
}

/** Without descriptions; a property of that name is kept. */
function stripped(value: unknown, properties = false): unknown {
  if (Array.isArray(value)) return value.map(item => stripped(item));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value)
    .filter(([key, inner]) => properties || key !== 'description' || typeof inner !== 'string')
    .map(([key, inner]) => [key, stripped(inner, key === 'properties' && !properties)] as const);
  return Object.fromEntries(entries);
}

/** Definitions by the package they belong to: what is before the last dot. */
function packages(all: Map<string, Schema>): Map<string, Record<string, Schema>> {
  const byPackage = new Map<string, Record<string, Schema>>();
  for (const [name, schema] of [...all].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const dot = name.lastIndexOf('.');
    const members = byPackage.get(name.slice(0, dot)) ?? {};
    members[name.slice(dot + 1)] = schema;
    byPackage.set(name.slice(0, dot), members);
  }
  return byPackage;
}

function moduleText(name: string, value: unknown): string {
  const text = JSON.stringify(value).replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return `// Generated by scripts/kinds/generate.ts from ${module}.\n/** JSON. */\nexport const ${name} = \`${text}\`;\n`;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'resources.ts'), moduleText('resources', resources()));
const rows: string[] = [];
for (const [name, members] of packages(definitions())) {
  const file = `${name.replaceAll(/[^A-Za-z0-9]+/g, '-').replace(/^io-k8s-/, '')}.ts`;
  writeFileSync(join(out, file), moduleText('definitions', members));
  rows.push(`  ${JSON.stringify(name)}: async () => (await import('./${file}')).definitions,`);
}
writeFileSync(
  join(out, 'index.ts'),
  `// Generated by scripts/kinds/generate.ts from ${module}.\n/** Definitions of each package, as JSON. */\nexport const packages: Readonly<Record<string, () => Promise<string>>> = {\n${rows.join('\n')}\n};\n`,
);
