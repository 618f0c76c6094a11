import { createHash } from 'node:crypto';
import type { KubeObject } from '../../meta/index.ts';
import { customShape, type Definitions, type TypedSchema } from '../../schema/index.ts';
import type { Converter, Kind, Subresource, Verb } from '../kind.ts';
import { compareVersions } from '../registry/order.ts';
import { selectableAt } from '../registry/selectable.ts';
import { customTraits } from '../registry/traits.ts';
import { printedColumns } from './columns.ts';
import { type AskConversion, converterOf } from './converter.ts';
import { specOf, statusOf, type DefinitionSpec, type Names, type Version } from './definition.ts';

/** What the kinds of a definition are made with. */
export interface CustomOptions {
  /** Must have ObjectMeta. */
  readonly definitions: Definitions;
  /** Groups in whose kinds a field in another letter case is taken for the known one. */
  readonly lenientGroups: readonly string[];
  /** Asks the webhook that knows how versions differ; absent: they differ in nothing but `apiVersion`. */
  readonly ask?: AskConversion | undefined;
}

/** In the order in which the real server lists them. */
const verbs: readonly Verb[] = [
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'create',
  'update',
  'watch',
];
const partVerbs: readonly Verb[] = ['get', 'patch', 'update'];

/** The kinds that a CustomResourceDefinition makes, one for each version that is served; they share their objects. */
export function kindsOf(definition: KubeObject, options: CustomOptions): Kind[] {
  const spec = specOf(definition);
  const names = acceptedNames(definition, spec);
  const storageVersion = spec.versions.find(({ storage }) => storage)?.name ?? spec.versions[0]?.name ?? '';
  const shapes = new Map(spec.versions.map(version => [version.name, shapeOf(version, options)]));
  const { ask } = options;
  const converter = ask === undefined ? undefined : converterOf(spec.group, shapes, ask);
  return spec.versions
    .filter(({ served }) => served)
    .map(version => kindOf(spec, names, version, { shapes, storageVersion, converter, ...options }));
}

function shapeOf({ schema }: Version, { definitions }: CustomOptions): TypedSchema {
  return customShape(schema?.openAPIV3Schema ?? { type: 'object' }, definitions);
}

/** The names that were free; those that the definition asks for where nobody has decided yet. */
function acceptedNames(definition: KubeObject, { names }: DefinitionSpec): Names {
  const accepted = statusOf(definition).acceptedNames;
  return accepted === undefined || accepted.plural === '' ? names : accepted;
}

interface Making extends CustomOptions {
  readonly shapes: ReadonlyMap<string, TypedSchema>;
  readonly storageVersion: string;
  readonly converter: Converter | undefined;
}

function kindOf(spec: DefinitionSpec, names: Names, version: Version, making: Making): Kind {
  const { group } = spec;
  const { plural, kind } = names;
  const deprecated = deprecationOf(spec, version);
  return {
    ...customTraits,
    group,
    version: version.name,
    kind,
    plural,
    singular: names.singular ?? kind.toLowerCase(),
    listKind: names.listKind ?? `${kind}List`,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: spec.scope === 'Namespaced',
    verbs,
    resource: `${group}/${plural}`,
    storageVersion: making.storageVersion,
    storageHash: storageHash(group, making.storageVersion, kind),
    ...(deprecated !== undefined && { deprecated }),
    shape: making.shapes.get(version.name) ?? shapeOf(version, making),
    columns: printedColumns(version.additionalPrinterColumns),
    subresources: subresourcesOf(version),
    selectable: selectableAt((version.selectableFields ?? []).map(({ jsonPath }) => jsonPath)),
    manner: 'custom',
    lenientCase: making.lenientGroups.includes(group),
    rules: {},
    ...(making.converter !== undefined && { converter: making.converter }),
  };
}

/** The author's words, or a sentence that names the version to use instead. */
function deprecationOf({ group, names, versions }: DefinitionSpec, version: Version): string | undefined {
  if (version.deprecated !== true) return undefined;
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const [newer] = versions
    .filter(
      other => other.served && other.deprecated !== true && compareVersions(other.name, version.name) < 0,
    )
    .toSorted((a, b) => compareVersions(a.name, b.name));
  const advice = newer === undefined ? '' : `; use ${group}/${newer.name} ${names.kind}`;
  return `${group}/${version.name} ${names.kind} is deprecated${advice}`;
}

function subresourcesOf({ subresources }: Version): Subresource[] {
  const found: Subresource[] = [];
  if (subresources?.status !== undefined) found.push({ name: 'status', verbs: partVerbs, served: 'status' });
  if (subresources?.scale !== undefined) {
    const kind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
    found.push({ name: 'scale', kind, verbs: partVerbs, served: 'scale', scale: subresources.scale });
  }
  return found;
}

/** Changes when objects are stored differently (apiserver's `discovery.StorageVersionHash`). */
function storageHash(group: string, version: string, kind: string): string {
  const hash = createHash('sha256').update(`${group}/${version}/${kind}`).digest();
  return hash.subarray(0, 8).toString('base64');
}
