import { badRequest, type KubeObject } from '../../meta/index.ts';
import type { Column, Kind } from '../../kinds/index.ts';

/** What a table's rows hold of their objects. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/**
 * Reads `includeObject`.
 * @throws StatusError 400 when it is no known choice.
 */
export function includeObject(query: URLSearchParams): IncludeObject {
  const choice = query.get('includeObject') ?? '';
  if (choice === '') return 'Metadata';
  if (choice === 'None' || choice === 'Metadata' || choice === 'Object') return choice;
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(choice)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

interface Definition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

function definitionOf({ name, type, format, description, priority }: Column): Definition {
  return { name, type, format, description, priority };
}

/** Objects of a kind as rows of a table (meta.k8s.io Table). `metadata` is the list's, or has the object's resourceVersion. */
export function tableOf(
  kind: Kind,
  objects: readonly KubeObject[],
  metadata: unknown,
  options: { version: string; include: IncludeObject; now: number; columns: boolean },
): unknown {
  const { version, include, now, columns } = options;
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: columns ? kind.columns.map(definitionOf) : null,
    rows: objects.map(object => ({
      cells: kind.columns.map(column => column.cell(object, now)),
      object: included(object, include, version),
    })),
  };
}

function included(object: KubeObject, include: IncludeObject, version: string): unknown {
  if (include === 'None') return null;
  return include === 'Object' ? object : partialOf(object, version);
}

/** An object without anything but its metadata. */
export function partialOf(object: KubeObject, version: string): unknown {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: object.metadata,
  };
}
