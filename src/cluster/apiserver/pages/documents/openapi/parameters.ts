import type { JsonObject } from '../../../../meta/index.ts';

export type ParameterType = 'string' | 'integer' | 'boolean';

/** Parameters of a query by name. */
export type Parameters = Readonly<Record<string, ParameterType>>;

/** Of everything that changes one object: kubectl looks for them before it sends one. */
export const writing: Parameters = { dryRun: 'string', fieldManager: 'string', fieldValidation: 'string' };

export const patching: Parameters = { ...writing, force: 'boolean' };

export const deleting: Parameters = {
  dryRun: 'string',
  gracePeriodSeconds: 'integer',
  ignoreStoreReadErrorWithClusterBreakingPotential: 'boolean',
  orphanDependents: 'boolean',
  propagationPolicy: 'string',
};

const selecting: Parameters = {
  continue: 'string',
  fieldSelector: 'string',
  labelSelector: 'string',
  limit: 'integer',
  resourceVersion: 'string',
  resourceVersionMatch: 'string',
  sendInitialEvents: 'boolean',
  shardSelector: 'string',
  timeoutSeconds: 'integer',
};

export const listing: Parameters = { allowWatchBookmarks: 'boolean', ...selecting, watch: 'boolean' };

export const deletingMany: Parameters = { ...deleting, ...selecting };

/** What a custom kind's documents say of the same: options of lists for the deletion of many, a version for reading. */
export const reading: Parameters = { resourceVersion: 'string' };

/** Every path has it. */
export const everywhere: Parameters = { pretty: 'string' };

/** The rows of a document, in order of their names; `inPath` are those that stand in the path. */
export function parameterRows(query: Parameters, inPath: readonly string[] = []): JsonObject[] {
  const rows = [
    ...Object.entries(query).map(([name, type]) => ({
      name,
      in: 'query',
      schema: { type, uniqueItems: true },
    })),
    ...inPath.map(name => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string', uniqueItems: true },
    })),
  ];
  return rows.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)) || (a.in < b.in ? -1 : 1));
}
