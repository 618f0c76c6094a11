import { customShape, type TypedSchema } from '../../schema/index.ts';
import { columnsThrough, conversionOf, rulesThrough, storedVersion } from '../conversions/index.ts';
import { packages, resources, stamp } from '../generated/index.ts';
import type { Column, Kind, Rules, Subresource } from '../kind.ts';
import { LazyDefinitions } from './definitions.ts';
import type { GroupVersionRow, KindRow, PrinterColumn, ScalePaths, SubresourceRow } from './rows.ts';
import { selectableAt, selectableOf } from './selectable.ts';
import { customTraits, traitsOf } from './traits.ts';

/** What the generated data does not hold; asked for when it is needed first. Resources are `pods`, `apps/deployments`. */
export interface KindParts {
  rulesOf(resource: string): Rules;
  columnsOf(resource: string): readonly Column[];
  /** The columns that a CustomResourceDefinition names. */
  printed(columns: readonly PrinterColumn[]): readonly Column[];
  /** Kinds that are always there and are written down as definitions. */
  defined?(): readonly Kind[];
}

/** Definitions of all built-in kinds by name, parsed when first asked for. */
export const definitions: LazyDefinitions = new LazyDefinitions(packages);

/** Where a built-in scale stands: every kind that has one has it there. */
const usualScale: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
};

/** Objects that lie where those of another kind lie: events have been moved to a group of their own and stayed. */
const storedElsewhere: Readonly<Record<string, Pick<Kind, 'resource' | 'storageGroup'>>> = {
  'events.k8s.io/events': { resource: 'events', storageGroup: '' },
};

/** Groups in which users write names of fields in other letter cases. */
const lenientGroups: readonly string[] = ['serving.kserve.io'];

/** The kinds that are always there: those of the generated data, and those that are written down as definitions. */
export function builtinKinds(parts: KindParts): readonly Kind[] {
  const generated = (JSON.parse(resources) as GroupVersionRow[]).flatMap(row =>
    row.resources.map(resource => kindOf(row, resource, parts)),
  );
  return [...generated, ...(parts.defined?.() ?? [])];
}

function kindOf(group: GroupVersionRow, row: KindRow, parts: KindParts): Kind {
  const path = group.group === '' ? row.plural : `${group.group}/${row.plural}`;
  const { custom } = row;
  const shape = once(() => shapeOf(`${group.package}.${row.kind}`, custom !== undefined));
  const place = { ...group, plural: row.plural };
  const conversion = conversionOf(place);
  // Rules and columns are those of the stored version; another version keeps them by way of it.
  const through = custom === undefined && storedVersion(place) !== group.version ? conversion : undefined;
  const rules = once(() => {
    const own = parts.rulesOf(path);
    return through === undefined ? own : rulesThrough(own, through);
  });
  const columns = once(() => {
    if (custom !== undefined) return parts.printed(custom.printerColumns ?? []);
    const own = parts.columnsOf(path);
    return through === undefined ? own : columnsThrough(own, through);
  });
  return {
    ...headOf(group, row),
    ...(conversion !== undefined && { conversion }),
    ...(custom === undefined ? traitsOf(path, row.verbs.includes('list')) : customTraits),
    ...(custom === undefined && { definition: `${group.package}.${row.kind}` }),
    shapeStamp: stamp,
    resource: path,
    ...storedElsewhere[path],
    selectable: custom === undefined ? selectableOf(path) : selectableAt(custom.selectableFields ?? []),
    manner: custom === undefined ? 'typed' : 'custom',
    lenientCase: lenientGroups.includes(group.group),
    get shape() {
      return shape();
    },
    get rules() {
      return rules();
    },
    get columns() {
      return columns();
    },
  };
}

function headOf({ group, version }: GroupVersionRow, row: KindRow) {
  const { custom, storageHash } = row;
  return {
    group,
    version,
    kind: row.kind,
    plural: row.plural,
    singular: row.singular,
    listKind: `${row.kind}List`,
    shortNames: row.shortNames ?? [],
    categories: row.categories ?? [],
    namespaced: row.namespaced,
    verbs: row.verbs,
    subresources: (row.subresources ?? []).map(one => subresourceOf({ group, version }, row.kind, one)),
    storageVersion: custom?.storageVersion ?? storedVersion({ group, version, plural: row.plural }),
    ...(storageHash !== undefined && { storageHash }),
    ...(custom?.deprecated !== undefined && { deprecated: custom.deprecated }),
  };
}

/** Subresources through which a status is written: an approval is a part of it. */
const ofStatus: ReadonlySet<string> = new Set(['status', 'approval']);

/** Subresources that are another part of their object, which the rules of its kind know. */
const parts: ReadonlySet<string> = new Set(['ephemeralcontainers', 'resize']);

function servedAs({ name, scale = usualScale }: SubresourceRow): Pick<Subresource, 'served' | 'scale'> {
  if (name === 'scale') return { served: 'scale', scale };
  if (parts.has(name)) return { served: 'part' };
  return { served: ofStatus.has(name) ? 'status' : 'action' };
}

function subresourceOf(
  of: { readonly group: string; readonly version: string },
  kind: string,
  row: SubresourceRow,
): Subresource {
  const { name, verbs, connects, query } = row;
  const taken = { group: row.group ?? of.group, version: row.version ?? of.version, kind: row.kind ?? kind };
  const other = row.kind !== undefined || row.group !== undefined;
  return {
    name,
    verbs,
    ...(other && { kind: taken }),
    ...(connects === true && { connects }),
    ...(query !== undefined && { query }),
    ...servedAs(row),
  };
}

function shapeOf(name: string, custom: boolean): TypedSchema {
  const schema = definitions.get(name);
  if (schema === undefined) throw new Error(`The generated data has no definition ${name}`);
  return custom ? customShape(schema, definitions) : { schema, definitions };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The shape of a kind of Kubernetes' own, also of those that no collection has (`TokenRequest`); undefined when there is none. */
export function definitionShape(group: string, version: string, kind: string): TypedSchema | undefined {
  const name = group === '' ? 'core' : (group.split('.')[0] as string);
  const schema = definitions.get(`io.k8s.api.${name}.${version}.${kind}`);
  return schema === undefined ? undefined : { schema, definitions };
}
