import type { Json } from '../../meta/index.ts';
import { fieldsOf, isList, isObject } from '../values.ts';

export const directive = '$patch';
export const retainDirective = '$retainKeys';
export const orderPrefix = '$setElementOrder';
export const removalPrefix = '$deleteFromPrimitiveList';

/** The field that a parallel list is about: `ports` of `$setElementOrder/ports`. */
export function targetOf(key: string, prefix: string, fault: () => Error): string {
  const slash = key.indexOf('/');
  if (slash < 0 || key.slice(0, slash) !== prefix) throw fault();
  return key.slice(slash + 1);
}

/** The value without objects that hold `$patch`; undefined when it is one itself. */
export function withoutDirectives(value: Json): Json | undefined {
  if (isList(value)) return value.map(withoutDirectives).filter(item => item !== undefined);
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, directive)) return undefined;
  const kept = [...fieldsOf(value)].map(([key, field]) => [key, withoutDirectives(field)] as const);
  return Object.fromEntries(kept.filter(([, field]) => field !== undefined));
}
