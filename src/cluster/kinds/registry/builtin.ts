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
  const path = resourceOf(group.group, row);
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

/** Of the core by the plural alone. */
function resourceOf(group: string, { plural }: KindRow): string {
  return group === '' ? plural : `${group}/${plural}`;
}

function headOf(of: GroupVersionRow, row: KindRow) {
  const { group, version } = of;
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
    subresources: (row.subresources ?? []).map(one => subresourceOf(of, row, one)),
    storageVersion: custom?.storageVersion ?? storedVersion({ group, version, plural: row.plural }),
    ...(storageHash !== undefined && { storageHash }),
    ...(custom?.deprecated !== undefined && { deprecated: custom.deprecated }),
  };
}

type Serving = Pick<Subresource, 'served' | 'scale' | 'holds'>;

/** What subresources of single kinds are; others are what their name says, or actions. */
const servings: Readonly<Record<string, Serving>> = {
  'pods/ephemeralcontainers': { served: 'part' },
  'pods/resize': { served: 'part', holds: 'resources' },
  // An approval is a part of the status.
  'certificates.k8s.io/certificatesigningrequests/approval': { served: 'status' },
};

function servingOf(resource: string, { name, scale = usualScale }: SubresourceRow): Serving {
  if (name === 'scale') return { served: 'scale', scale };
  return servings[`${resource}/${name}`] ?? { served: name === 'status' ? 'status' : 'action' };
}

function subresourceOf({ group, version }: GroupVersionRow, of: KindRow, row: SubresourceRow): Subresource {
  const { name, verbs, connects, query } = row;
  const taken = { group: row.group ?? group, version: row.version ?? version, kind: row.kind ?? of.kind };
  const other = row.kind !== undefined || row.group !== undefined;
  return {
    name,
    verbs,
    ...(other && { kind: taken }),
    ...(connects === true && { connects }),
    ...(query !== undefined && { query }),
    ...servingOf(resourceOf(group, of), row),
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
