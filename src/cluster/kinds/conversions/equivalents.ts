import { apiVersionOf, type KubeObject } from '../../meta/index.ts';
import type { Kind, Kinds } from '../kind.ts';

/** Finds the other versions of a kind: those whose objects are the same ones. */
export type Equivalents = (kind: Kind) => readonly Kind[];

/** The other versions of kinds that are served at the moment, in the order of discovery. */
export function equivalentsIn(kinds: Kinds): Equivalents {
  let known: ReadonlyMap<string, readonly Kind[]> = new Map();
  let generation = -1;
  return kind => {
    if (generation !== kinds.generation) {
      known = Map.groupBy(kinds.all, ({ resource }) => resource);
      ({ generation } = kinds);
    }
    return (known.get(kind.resource) ?? []).filter(one => !isSame(one, kind));
  };
}

/**
 * An object in another version of its kind; what is no object of the kind (a part that a path of its own takes) stays as it is.
 * @throws StatusError where a webhook is to turn it and fails.
 */
export async function inVersion(object: KubeObject, from: Kind, to: Kind): Promise<KubeObject> {
  if (isSame(from, to) || object.kind !== from.kind || object.apiVersion !== apiVersionOf(from))
    return object;
  if (to.converter !== undefined) {
    const [turned] = await to.converter.convert([object], apiVersionOf(to));
    return turned as KubeObject;
  }
  const stored = from.conversion?.toStorage(object) ?? object;
  const converted = to.conversion?.fromStorage(stored) ?? stored;
  return { ...converted, apiVersion: apiVersionOf(to), kind: to.kind };
}

function isSame(a: Kind, b: Kind): boolean {
  return a.group === b.group && a.version === b.version;
}
