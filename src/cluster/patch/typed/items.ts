import type { Json } from '../../meta/index.ts';
import { type Element, keyElement, valueElement } from '../fields/element.ts';
import { isList, isObject, own } from '../values.ts';
import type { ListType } from './shapes.ts';

/** Why an item of a list has no element. */
export class ItemFault extends Error {}

/**
 * The element that an item of a list is: by its keys, whose defaults count where it leaves them out, or by its value in a set.
 * @throws ItemFault when it cannot be told.
 */
export function elementOf(list: ListType, item: Json): Element {
  return list.keys.length > 0 ? keyed(list, item) : inSet(item);
}

function keyed(list: ListType, item: Json): Element {
  if (item === null) throw new ItemFault('associative list with keys may not have a null element');
  if (!isObject(item)) throw new ItemFault('associative list with keys may not have non-map elements');
  const keys: [string, Json][] = [];
  for (const name of list.keys) {
    const value = own(item, name) ?? defaultOf(list, name);
    if (value !== undefined) keys.push([name, value]);
  }
  if (keys.length > 0) return keyElement(keys);
  const names = list.keys.map(name => JSON.stringify(name)).join(' ');
  throw new ItemFault(
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  );
}

function defaultOf({ element }: ListType, name: string): Json | undefined {
  return element.map?.defaultOf(name);
}

function inSet(item: Json): Element {
  if (isObject(item)) throw new ItemFault("associative list without keys has an element that's a map type");
  if (isList(item)) throw new ItemFault('not supported: associative list with lists as elements');
  if (item === null)
    throw new ItemFault("associative list without keys has an element that's an explicit null");
  return valueElement(item);
}
