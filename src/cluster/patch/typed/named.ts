import { fieldName, isKeyed } from '../fields/element.ts';
import { FieldSet } from '../fields/fieldset.ts';
import { fieldType, type Type } from './shapes.ts';

/**
 * The set with the declared fields that lead to its members as members too: whoever owns `spec.replicas` has a say in whether there
 * is a `spec` (structured-merge-diff's `EnsureNamedFieldsAreMembers`).
 */
export function withNamedFields(set: FieldSet, type: Type | undefined): FieldSet {
  const members = new Set(set.members);
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const name = fieldName(element);
    if (name !== undefined && type?.map?.declared(name) !== undefined) members.add(element);
    children.set(element, withNamedFields(child, typeBelow(type, element)));
  }
  return new FieldSet(members, children);
}

export function typeBelow(type: Type | undefined, element: string): Type | undefined {
  const name = fieldName(element);
  if (name !== undefined) return type?.map === undefined ? undefined : fieldType(type.map, name);
  return isKeyed(element) ? type?.list?.element : undefined;
}
