import type { Json, JsonObject } from '../../meta/index.ts';
import { fieldElement } from '../fields/element.ts';
import type { FieldSet } from '../fields/fieldset.ts';
import { fieldsOf, fromFields, isList, isObject } from '../values.ts';
import { elementOf } from './items.ts';
import { alternative, fieldType, type ListType, type MapType, type Type } from './shapes.ts';

/**
 * The value without the fields and items of a set (structured-merge-diff's `RemoveItems`). What loses its last one becomes null. The
 * value fits the type.
 */
export function removed(declared: Type, value: Json, set: FieldSet): Json {
  if (set.empty) return value;
  const type = alternative(declared, value);
  if (type.map !== undefined) return isObject(value) ? withoutFields(type.map, value, set) : null;
  if (type.scalar !== undefined || type.list === undefined) return value;
  return isList(value) ? withoutItems(type.list, value, set) : null;
}

function withoutFields(map: MapType, value: JsonObject, set: FieldSet): Json {
  if (map.atomic) return null;
  const fields = fieldsOf(value);
  for (const [name, field] of fields) {
    const element = fieldElement(name);
    const below = set.children.get(element);
    const type = fieldType(map, name);
    if (set.members.has(element)) fields.delete(name);
    else if (below !== undefined && type !== undefined) fields.set(name, removed(type, field, below));
  }
  return fields.size === 0 ? null : fromFields(fields);
}

function withoutItems(list: ListType, items: readonly Json[], set: FieldSet): Json {
  if (list.atomic) return null;
  const kept: Json[] = [];
  for (const item of items) {
    const element = elementOf(list, item);
    const below = set.children.get(element);
    if (!set.members.has(element)) {
      kept.push(below === undefined ? item : removed(list.element, item, below));
    }
  }
  return kept.length === 0 ? null : kept;
}
