import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type {
  GroupVersionRow,
  KindRow,
  PrinterColumn,
  ScalePaths,
} from '../../src/cluster/kinds/registry/rows.ts';
import type { Schema } from '../../src/cluster/schema/index.ts';
import { folderOf, type ModuleName } from './modules.ts';
import { type Packages, withoutDescriptions } from './schemas.ts';

/** Where the definitions of each group lie, in files or folders of a module; those of other groups in them are passed over. */
const sources: readonly {
  readonly group: string;
  readonly module: ModuleName;
  readonly path: string;
  /** Absent: all. */
  readonly plurals?: readonly string[];
}[] = [
  { group: 'serving.kserve.io', module: 'kserve', path: 'config/crd/full' },
  { group: 'serving.knative.dev', module: 'knativeServing', path: 'config/core/300-resources' },
  { group: 'autoscaling.internal.knative.dev', module: 'knativeServing', path: 'config/core/300-resources' },
  { group: 'networking.internal.knative.dev', module: 'knativeNetworking', path: 'config' },
  {
    group: 'networking.istio.io',
    module: 'istio',
    path: 'kubernetes/customresourcedefinitions.gen.yaml',
    plurals: ['virtualservices'],
  },
  { group: 'gateway.networking.k8s.io', module: 'gateway', path: 'config/crd/standard' },
];

interface CustomVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: unknown };
  readonly subresources?: { readonly status?: object; readonly scale?: ScalePaths };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
}

interface Definition {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: {
      readonly plural: string;
      readonly kind: string;
      readonly singular?: string;
      readonly shortNames?: readonly string[];
      readonly categories?: readonly string[];
    };
    readonly versions: readonly CustomVersion[];
  };
}

/** As a real server lists the verbs of a custom kind. */
const verbs: KindRow['verbs'] = [
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'create',
  'update',
  'watch',
];
const partVerbs: KindRow['verbs'] = ['get', 'patch', 'update'];

/** The kinds and the definitions of each group, one file a group. */
export function customKinds(): { kinds: GroupVersionRow[]; definitions: Packages[] } {
  const kinds: GroupVersionRow[] = [];
  const definitions: Packages[] = [];
  for (const source of sources) {
    const members: Record<string, Record<string, Schema>> = {};
    const rows = new Map<string, KindRow[]>();
    for (const definition of definitionsOf(source)) {
      for (const version of definition.spec.versions.filter(({ served }) => served)) {
        rows.set(version.name, [...(rows.get(version.name) ?? []), rowOf(definition, version)]);
        const schema = withoutDescriptions(version.schema?.openAPIV3Schema ?? {});
        (members[packageOf(source.group, version.name)] ??= {})[definition.spec.names.kind] = schema;
      }
    }
    for (const [version, resources] of rows) {
      kinds.push({ group: source.group, version, package: packageOf(source.group, version), resources });
    }
    definitions.push(members);
  }
  return { kinds, definitions };
}

/** As a real server names the definitions of custom kinds: the group turned round. */
function packageOf(group: string, version: string): string {
  return `${group.split('.').toReversed().join('.')}.${version}`;
}

function definitionsOf({ group, module, path, plurals }: (typeof sources)[number]): Definition[] {
  return filesBelow(join(folderOf(module), path))
    .flatMap(file =>
      parseAllDocuments(readFileSync(file, 'utf8')).map(one => one.toJS() as Definition | null),
    )
    .filter(one => one?.kind === 'CustomResourceDefinition' && one.spec?.group === group)
    .filter(one => plurals?.includes((one as Definition).spec.names.plural) ?? true) as Definition[];
}

function filesBelow(path: string): string[] {
  if (path.endsWith('.yaml')) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.yaml') && !/patch|kustomization/.test(name))
    .toSorted()
    .map(name => join(path, name));
}

function rowOf({ spec }: Definition, version: CustomVersion): KindRow {
  const { names, scope, group } = spec;
  const storage = spec.versions.find(one => one.storage)?.name ?? version.name;
  const hash = createHash('sha256').update(`${group}/${storage}/${names.kind}`).digest().subarray(0, 8);
  const subresources = subresourcesOf(version);
  const deprecated = `${group}/${version.name} ${names.kind} is deprecated`;
  return {
    plural: names.plural,
    kind: names.kind,
    singular: names.singular ?? names.kind.toLowerCase(),
    namespaced: scope === 'Namespaced',
    verbs,
    ...(names.shortNames !== undefined && { shortNames: names.shortNames }),
    ...(names.categories !== undefined && { categories: names.categories }),
    storageHash: hash.toString('base64'),
    ...(subresources.length > 0 && { subresources }),
    custom: {
      storageVersion: storage,
      ...(version.deprecated === true && { deprecated: version.deprecationWarning ?? deprecated }),
      ...(version.additionalPrinterColumns !== undefined && {
        printerColumns: version.additionalPrinterColumns.map(withoutDescription),
      }),
      ...(version.selectableFields !== undefined && {
        selectableFields: version.selectableFields.map(({ jsonPath }) => jsonPath),
      }),
    },
  };
}

function subresourcesOf({ subresources = {} }: CustomVersion): NonNullable<KindRow['subresources']> {
  const { status, scale } = subresources;
  return [
    ...(status === undefined ? [] : [{ name: 'status', verbs: partVerbs }]),
    ...(scale === undefined
      ? []
      : [{ name: 'scale', verbs: partVerbs, kind: 'Scale', group: 'autoscaling', version: 'v1', scale }]),
  ];
}

function withoutDescription({ name, type, jsonPath, format, priority }: PrinterColumn): PrinterColumn {
  return {
    name,
    type,
    jsonPath,
    ...(format !== undefined && { format }),
    ...(priority !== undefined && { priority }),
  };
}
