import { type Json, type JsonObject, sameJson } from '../../meta/index.ts';
import { type Element, fieldElement } from '../fields/element.ts';
import { FieldSet } from '../fields/fieldset.ts';
import { isList, isObject, own } from '../values.ts';
import { elementOf } from './items.ts';
import { alternative, fieldType, type ListType, type MapType, type Type } from './shapes.ts';

/** How one value differs from another; no path is in more than one of the sets. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares a value with an older one (structured-merge-diff's `Compare`). Both fit the type. */
export function compare(type: Type, old: Json, value: Json): Comparison {
  const walk = new Walk();
  walk.value(type, old, value);
  return walk.found;
}

type Side = Json | undefined;

class Walk {
  readonly found: Comparison = {
    added: new FieldSet(),
    modified: new FieldSet(),
    removed: new FieldSet(),
  };
  readonly #path: Element[] = [];

  value(type: Type, old: Side, value: Side): void {
    // What a write did not touch is the same value: most of the object is passed over here.
    if (old === value) return;
    const left = alternative(type, old);
    const right = alternative(type, value);
    if (old !== undefined && value !== undefined && left !== right && !alike(left, right)) {
      this.#handle(left, old, value);
    }
    const leaf = this.#handle(value === undefined ? left : right, old, value);
    if (!leaf) this.#present(old, value);
  }

  /** Says whether the value was taken as a whole. */
  #handle(type: Type, old: Side, value: Side): boolean {
    if (type.map !== undefined) return this.#map(type.map, old, value);
    if (type.scalar !== undefined || type.list === undefined) return this.#leaf(old, value);
    return this.#list(type.list, old, value);
  }

  #leaf(old: Side, value: Side): true {
    if (old !== undefined && value !== undefined) {
      if (!sameJson(old, value)) this.found.modified.insert(this.#path);
    } else this.#present(old, value);
    return true;
  }

  #present(old: Side, value: Side): void {
    if (old === undefined) this.found.added.insert(this.#path);
    else if (value === undefined) this.found.removed.insert(this.#path);
  }

  #map(map: MapType, old: Side, value: Side): boolean {
    const left = isObject(old) ? old : {};
    const right = isObject(value) ? value : {};
    if (map.atomic || (isEmpty(left) && isEmpty(right))) return this.#leaf(old, value);
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const type = fieldType(map, name);
      if (type !== undefined) this.#below(fieldElement(name), type, own(left, name), own(right, name));
    }
    return false;
  }

  #below(element: Element, type: Type, old: Side, value: Side): void {
    if (old === undefined && value === undefined) return;
    this.#path.push(element);
    this.value(type, old, value);
    this.#path.pop();
  }

  #list(list: ListType, old: Side, value: Side): boolean {
    const left = isList(old) ? old : [];
    const right = isList(value) ? value : [];
    if (list.atomic || (left.length === 0 && right.length === 0)) return this.#leaf(old, value);
    const before = grouped(list, left);
    const after = grouped(list, right);
    for (const element of new Set([...before.keys(), ...after.keys()])) {
      this.#items(element, list.element, before.get(element) ?? [], after.get(element) ?? []);
    }
    return false;
  }

  /** Items that share an element are compared together; one is compared with one. */
  #items(element: Element, type: Type, old: readonly Json[], items: readonly Json[]): void {
    if (old.length <= 1 && items.length <= 1) return this.#below(element, type, old[0], items[0]);
    const path = [...this.#path, element];
    if (old.length > 1 && items.length > 1) {
      if (!sameJson(old, items)) this.found.modified.insert(path);
    } else if (old.length > 1) {
      this.#below(element, type, undefined, items[0]);
      this.found.removed.insert(path);
    } else {
      this.#below(element, type, old[0], undefined);
      this.found.added.insert(path);
    }
  }
}

function alike(left: Type, right: Type): boolean {
  return left.map === right.map && left.scalar === right.scalar && left.list === right.list;
}

function isEmpty(object: JsonObject): boolean {
  return Object.values(object).every(value => value === undefined);
}

export function grouped(list: ListType, items: readonly Json[]): Map<Element, Json[]> {
  const groups = new Map<Element, Json[]>();
  for (const item of items) {
    const element = elementOf(list, item);
    const group = groups.get(element);
    if (group === undefined) groups.set(element, [item]);
    else group.push(item);
  }
  return groups;
}
