import type { Json, JsonObject } from '../../meta/index.ts';
import { type Element, elementText, fieldElement } from '../fields/element.ts';
import { goSyntax, goText, goType } from '../go.ts';
import { isList, isObject } from '../values.ts';
import { elementOf, ItemFault } from './items.ts';
import { alternative, fieldType, type ListType, type MapType, type Scalar, type Type } from './shapes.ts';

/** What is wrong with a value, with the path to it as messages write it. */
export interface TypeFault {
  readonly path: string;
  readonly message: string;
}

/** The text of all that is wrong, as structured-merge-diff gives it. */
export function faultText(faults: readonly TypeFault[]): string {
  const texts = faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return texts.length === 1
    ? (texts[0] as string)
    : ['errors:', ...texts.map(text => `  ${text}`)].join('\n');
}

/** What of a value does not fit its type. Repeated elements of a list are allowed in objects that are already there. */
export function typeFaults(type: Type, value: Json, duplicates: 'allowed' | 'refused'): TypeFault[] {
  return new Validation(duplicates === 'allowed').value(type, value);
}

class Validation {
  readonly #duplicates: boolean;

  constructor(duplicates: boolean) {
    this.#duplicates = duplicates;
  }

  value(declared: Type, value: Json): TypeFault[] {
    const type = alternative(declared, value);
    if (type.map !== undefined) {
      if (value === null) return [];
      return isObject(value) ? this.#fields(type.map, value) : [fault(`expected map, got ${boxed(value)}`)];
    }
    if (type.scalar !== undefined) return scalarFaults(type.scalar, value);
    if (type.list === undefined || value === null) return [];
    return isList(value) ? this.#items(type.list, value) : [fault(`expected list, got ${boxed(value)}`)];
  }

  #fields(map: MapType, value: JsonObject): TypeFault[] {
    const faults: TypeFault[] = [];
    for (const [name, field] of Object.entries(value)) {
      if (field === undefined) continue;
      const type = fieldType(map, name);
      const at = fieldElement(name);
      if (type === undefined) return [...faults, ...within(at, [fault('field not declared in schema')])];
      faults.push(...within(at, this.value(type, field)));
    }
    return faults;
  }

  #items(list: ListType, items: readonly Json[]): TypeFault[] {
    const faults: TypeFault[] = [];
    const seen = new Set<Element>();
    for (const [index, item] of items.entries()) {
      const element = list.atomic ? `i:${index}` : elementIn(list, item);
      if (element instanceof ItemFault) return [...faults, fault(`element ${index}: ${element.message}`)];
      if (seen.has(element) && !this.#duplicates) {
        faults.push(fault(`duplicate entries for key ${elementText(element)}`));
      }
      seen.add(element);
      faults.push(...within(element, this.value(list.element, item)));
    }
    return faults;
  }
}

function elementIn(list: ListType, item: Json): Element | ItemFault {
  try {
    return elementOf(list, item);
  } catch (error) {
    if (error instanceof ItemFault) return error;
    throw error;
  }
}

function fault(message: string): TypeFault {
  return { path: '', message };
}

function within(element: Element, faults: readonly TypeFault[]): TypeFault[] {
  return faults.map(({ path, message }) => ({ path: `${elementText(element)}${path}`, message }));
}

function scalarFaults(scalar: Scalar, value: Json): TypeFault[] {
  if (value === null || fits(scalar, value)) return [];
  switch (scalar) {
    case 'numeric':
      return [fault(`expected numeric (int or float), got ${goType(value)}`)];
    case 'string':
      return [fault(`expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`)];
    case 'boolean':
      return [fault(`expected boolean, got ${boxed(value)}`)];
    case 'untyped':
      return [fault(`expected any scalar, got ${boxed(value)}`)];
  }
}

function fits(scalar: Scalar, value: Json): boolean {
  if (scalar === 'untyped') return typeof value !== 'object';
  return typeof value === (scalar === 'numeric' ? 'number' : scalar);
}

/** A value as Go prints what holds it. */
function boxed(value: Json): string {
  return `&{${goText(value)}}`;
}
