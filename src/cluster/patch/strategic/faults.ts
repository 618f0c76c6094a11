import { badRequest, internalError, type Json, type JsonObject, type StatusError } from '../../meta/index.ts';
import { refused } from '../faults.ts';
import { goText, goType } from '../go.ts';

/** Errors of the merge itself are answers without a reason. */
export function noMergeKey(item: JsonObject, key: string): StatusError {
  return internalError(`map: ${goText(item)} does not contain declared merge key: ${key}`);
}

export function unexpectedType(wanted: Json, value: Json | undefined): StatusError {
  return internalError(`expected a ${goType(wanted)}, but received a ${goType(value)}`);
}

export function unknownDirective(directive: Json, patch: JsonObject): StatusError {
  const text = typeof directive === 'string' ? directive : unprintable(directive);
  return internalError(`unknown patch type: ${text} in map: ${goText(patch)}`);
}

function unprintable(value: Json): string {
  return value === null ? '%!s(<nil>)' : `%!s(${goType(value)}=${goText(value)})`;
}

export function mixedTypes(lists: readonly (readonly Json[])[]): StatusError {
  return internalError(`list element types are not identical: ${goText(lists)}`);
}

export const listsOfLists = refused;

export function badRetainKeys(): StatusError {
  return badRequest('invalid patch format of retainKeys');
}

export function badElementOrder(): StatusError {
  return badRequest('invalid patch format of setElementOrder list');
}

export function badPrimitiveList(): StatusError {
  return badRequest('invalid patch format of primitive list');
}
