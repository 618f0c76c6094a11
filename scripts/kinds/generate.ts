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

interface ResourceDocument {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
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
  return Object.entries(served).flatMap(([group, versions]) =>
    versions.map(version => ({
      group,
      version,
      package: packageOf(group, version),
      resources: resourcesOf(group, version),
    })),
  );
}

/** The Go package of a group, as the names of its definitions have it. */
function packageOf(group: string, version: string): string {
  if (group === 'apiextensions.k8s.io')
    return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}`;
  return `io.k8s.api.${group === '' ? 'core' : (group.split('.')[0] as string)}.${version}`;
}

function resourcesOf(group: string, version: string): unknown[] {
  const file = group === '' ? `api__${version}.json` : `apis__${group}__${version}.json`;
  const all = read<{ resources: ResourceDocument[] }>('discovery', file).resources;
  return all
    .filter(({ name }) => !name.includes('/'))
    .map(resource => ({
      plural: resource.name,
      kind: resource.kind,
      singular: resource.singularName,
      namespaced: resource.namespaced,
      shortNames: resource.shortNames,
      categories: resource.categories,
      storageHash: resource.storageVersionHash,
      verbs: resource.verbs,
      subresources: subresourcesOf(all, resource),
    }));
}

function subresourcesOf(all: readonly ResourceDocument[], resource: ResourceDocument): unknown[] | undefined {
  const subresources = all
    .filter(({ name }) => name.startsWith(`${resource.name}/`))
    .map(({ name, group, version, kind, verbs }) => ({
      name: name.slice(resource.name.length + 1),
      group,
      version,
      kind: kind === resource.kind ? undefined : kind,
      verbs,
    }));
  return subresources.length === 0 ? undefined : subresources;
}

/** Every definition that a served document names, without descriptions. */
function definitions(): Map<string, Schema> {
  const all = new Map<string, Schema>();
  for (const file of readdirSync(join(api, 'openapi-spec/v3')).toSorted()) {
    const match = /^apis?(?:__(.*?))?__(v[^_]*)_openapi\.json$/.exec(file);
    if (match === null) continue;
    const [, group = '', version = ''] = match;
    if (served[group]?.includes(version) !== true) continue;
    const { components } = read<{ components: { schemas: Record<string, Schema> } }>(
      'openapi-spec',
      'v3',
      file,
    );
    for (const [name, schema] of Object.entries(components.schemas))
      all.set(name, stripped(schema) as Schema);
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
  const text = JSON.stringify(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `// Generated by scripts/kinds/generate.ts from ${module}.\n/** JSON. */\nexport const ${name} = '${text}';\n`;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'resources.ts'), moduleText('resources', resources()));
const rows: { name: string; file: string; variable: string }[] = [];
for (const [name, members] of packages(definitions())) {
  const file = name.replaceAll(/[^A-Za-z0-9]+/g, '-').replace(/^io-k8s-/, '');
  writeFileSync(join(out, `${file}.ts`), moduleText('definitions', members));
  rows.push({ name, file, variable: file.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()) });
}
writeFileSync(
  join(out, 'index.ts'),
  `// Generated by scripts/kinds/generate.ts from ${module}.
${rows.map(({ file, variable }) => `import { definitions as ${variable} } from './${file}.ts';`).join('\n')}
export { resources } from './resources.ts';

/** The definitions of each package, as JSON. */
export const packages: Readonly<Record<string, string>> = {
${rows.map(({ name, variable }) => `  '${name}': ${variable},`).join('\n')}
};
`,
);
