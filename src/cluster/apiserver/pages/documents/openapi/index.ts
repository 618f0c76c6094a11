import type { Kinds } from '../../../../kinds/index.ts';
import type { JsonObject } from '../../../../meta/index.ts';
import { rootOf } from './paths.ts';
import { documentStamp } from './stamps.ts';

export { openapiDocument } from './document.ts';
export { secondDefinitions, secondStamp } from './second.ts';
export { documentStamp } from './stamps.ts';

/** Where the document of a group and version lies, below `/openapi/v3/`. */
export function documentPath(group: string, version: string): string {
  return rootOf(group, version).slice(1);
}

/** The address of a document with its hash, under which a client may keep it for ever. */
export function documentUrl(kinds: Kinds, group: string, version: string): string {
  return `/openapi/v3/${documentPath(group, version)}?hash=${documentStamp(kinds, group, version)}`;
}

/** `/openapi/v3`: where the document of each group and version lies. */
export function openapiIndex(kinds: Kinds): JsonObject {
  const rows = kinds.groups.flatMap(({ group, versions }) =>
    versions.map(version => {
      const serverRelativeURL = documentUrl(kinds, group, version);
      return [documentPath(group, version), { serverRelativeURL }] as const;
    }),
  );
  return { paths: Object.fromEntries(rows.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}
