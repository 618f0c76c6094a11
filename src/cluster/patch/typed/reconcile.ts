import type { Element } from '../fields/element.ts';
import { fieldName } from '../fields/element.ts';
import { FieldSet } from '../fields/fieldset.ts';
import { fieldType, type Type } from './shapes.ts';

/**
 * A set that was written when a list or an object was owned item by item, now that the type says it is one piece: whoever owned a
 * part owns it all (structured-merge-diff's `ReconcileFieldSetWithSchema`).
 */
export function reconciled(set: FieldSet, type: Type): FieldSet {
  if (known.get(set) === type) return set;
  const pieces = new FieldSet();
  find(type, set, false, [], pieces);
  if (!pieces.empty) return set.recursiveDifference(pieces).union(pieces);
  known.set(set, type);
  return set;
}

/** Sets that the type had nothing to say about. */
const known = new WeakMap<FieldSet, Type>();

function find(
  type: Type,
  set: FieldSet | undefined,
  whole: boolean,
  path: Element[],
  pieces: FieldSet,
): void {
  const { map, scalar, list } = type;
  if (map !== undefined) {
    if (map.deduced) return;
    const parts = set !== undefined && !set.empty;
    if (map.atomic && !whole && parts) pieces.insert(path);
    else if (!map.atomic || whole) below(set, element => fieldTypeOf(type, element), path, pieces);
  } else if (scalar === undefined && list !== undefined) {
    if (list.atomic && !whole) pieces.insert(path);
    else below(set, () => list.element, path, pieces);
  }
}

function fieldTypeOf(type: Type, element: Element): Type | undefined {
  const name = fieldName(element);
  return type.map === undefined ? undefined : fieldType(type.map, name ?? '');
}

function below(
  set: FieldSet | undefined,
  typeOf: (element: Element) => Type | undefined,
  path: Element[],
  pieces: FieldSet,
): void {
  if (set === undefined) return;
  for (const element of new Set([...set.members, ...set.children.keys()])) {
    const type = typeOf(element);
    if (type === undefined) continue;
    const child = set.children.get(element);
    path.push(element);
    find(type, child, set.members.has(element) && child === undefined, path, pieces);
    path.pop();
  }
}
