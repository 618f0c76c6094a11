import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import { named, partOf, plain, text, truth, wide } from './cells.ts';

interface DefinitionSpec {
  readonly group?: string;
  readonly scope?: string;
  readonly names?: { readonly kind?: string; readonly shortNames?: readonly string[] };
  readonly versions?: readonly {
    readonly name?: string;
    readonly served?: boolean;
    readonly storage?: boolean;
  }[];
}

function specOf(object: KubeObject): DefinitionSpec {
  return partOf<DefinitionSpec>(object, 'spec');
}

function versionsText(object: KubeObject): string {
  return (specOf(object).versions ?? [])
    .filter(version => version.served === true)
    .map(({ name = '', storage }) => (storage === true ? `${name}(storage)` : name))
    .toSorted()
    .join(',');
}

interface DefinitionStatus {
  readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
}

function isEstablished(object: KubeObject): boolean {
  const { conditions = [] } = partOf<DefinitionStatus>(object, 'status');
  return conditions.some(one => one.type === 'Established' && one.status === 'True');
}

const created = plain.filter(column => column.name === 'Created At');

/** Columns of CustomResourceDefinition. */
export const customresourcedefinitions: readonly Column[] = [
  named(),
  text('Scope', 'In a namespace, or in the cluster', object => specOf(object).scope ?? ''),
  text('Versions', 'The versions that are served', versionsText),
  ...created,
  wide('Group', 'The group of the API', object => specOf(object).group ?? ''),
  wide('Kind', 'The kind of its objects', object => specOf(object).names?.kind ?? ''),
  wide('ShortNames', 'Short names for it', object => (specOf(object).names?.shortNames ?? []).join(',')),
  { ...truth('Established', 'Whether it is served', isEstablished), priority: 1 },
];
