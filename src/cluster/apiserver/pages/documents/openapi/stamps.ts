import { createHash } from 'node:crypto';
import type { Kind, Kinds } from '../../../../kinds/index.ts';

/** Grows when documents of the same kinds are to look otherwise. */
const edition = 3;

const known = new WeakMap<Kind, string>();

/** A hash of everything of a kind that its documents depend on. */
export function kindStamp(kind: Kind): string {
  let line = known.get(kind);
  if (line === undefined) {
    const { group, version, kind: name, plural, listKind, namespaced, verbs, subresources } = kind;
    const shape = kind.shapeStamp ?? kind.shape.schema;
    const selectable = [...kind.selectable.keys()];
    const facts = [
      group,
      version,
      name,
      plural,
      listKind,
      namespaced,
      verbs,
      subresources,
      selectable,
      shape,
    ];
    line = createHash('sha256').update(JSON.stringify(facts)).digest('hex');
    known.set(kind, line);
  }
  return line;
}

/**
 * A hash that is another whenever the document of a group and version is: what clients keep documents under. It is made without
 * making the document, since every client asks for the hashes of all documents and then for one or two of them.
 */
export function documentStamp(kinds: Kinds, group: string, version: string): string {
  const hash = createHash('sha512').update(`${edition}`);
  for (const kind of kinds.all) {
    if (kind.group === group && kind.version === version) hash.update(kindStamp(kind));
  }
  return hash.digest('hex').toUpperCase();
}
