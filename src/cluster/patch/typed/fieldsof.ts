import type { Json, JsonObject } from '../../meta/index.ts';
import { type Element, fieldElement } from '../fields/element.ts';
import { FieldSet } from '../fields/fieldset.ts';
import { isList, isObject } from '../values.ts';
import { elementOf } from './items.ts';
import { alternative, fieldType, type ListType, type MapType, type Type } from './shapes.ts';

/** Every leaf and every item that a value mentions (structured-merge-diff's `ToFieldSet`). The value fits the type. */
export function fieldsIn(type: Type, value: Json): FieldSet {
  const set = new FieldSet();
  collect(type, value, set, []);
  return set;
}

function collect(declared: Type, value: Json, set: FieldSet, path: Element[]): void {
  const type = alternative(declared, value);
  if (type.map !== undefined) {
    if (type.map.atomic) set.insert(path);
    else if (isObject(value)) collectFields(type.map, value, set, path);
  } else if (type.scalar !== undefined) set.insert(path);
  else if (type.list?.atomic === true) set.insert(path);
  else if (type.list !== undefined && isList(value)) collectItems(type.list, value, set, path);
}

function collectFields(map: MapType, value: JsonObject, set: FieldSet, path: Element[]): void {
  for (const [name, field] of Object.entries(value)) {
    const type = fieldType(map, name);
    if (field === undefined || type === undefined) continue;
    path.push(fieldElement(name));
    collect(type, field, set, path);
    if (isBare(field) || map.declared(name) === undefined) set.insert(path);
    path.pop();
  }
}

function isBare(value: Json): boolean {
  return value === null || (isObject(value) && Object.keys(value).length === 0);
}

/** Items that share an element are owned together and no deeper. */
function collectItems(list: ListType, items: readonly Json[], set: FieldSet, path: Element[]): void {
  const elements = items.map(item => elementOf(list, item));
  const counts = new Map<Element, number>();
  for (const element of elements) counts.set(element, (counts.get(element) ?? 0) + 1);
  for (const [index, item] of items.entries()) {
    const element = elements[index] as Element;
    path.push(element);
    if (counts.get(element) === 1) collect(list.element, item, set, path);
    set.insert(path);
    path.pop();
  }
}
