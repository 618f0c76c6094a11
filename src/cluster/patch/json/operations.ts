import { badRequest, type Json, type JsonObject } from '../../meta/index.ts';
import { notDecoded } from '../go.ts';
import { refused, tooLarge } from '../faults.ts';
import { isList, isObject, own } from '../values.ts';

const most = 10_000;

export interface Operation {
  readonly op: string;
  readonly path: string | undefined;
  readonly from: string | undefined;
  readonly value: Json;
}

/**
 * The operations of a JSON patch.
 * @throws StatusError 400 when it is no list of operations, 413 when they are too many.
 */
export function operationsOf(patch: unknown): Operation[] {
  if (patch === null) return [];
  if (!isList(patch)) throw undecodable(patch, 'value of type []handlers.jsonPatchOp');
  if (patch.length > most) {
    throw tooLarge(`The allowed maximum operations in a JSON patch is ${most}, got ${patch.length}`);
  }
  return patch.map(operationOf);
}

function operationOf(json: Json): Operation {
  if (json !== null && !isObject(json)) throw undecodable(json, 'value of type handlers.jsonPatchOp');
  const fields = json ?? {};
  return {
    op: text(fields, 'op') ?? 'unknown',
    path: text(fields, 'path'),
    from: text(fields, 'from'),
    value: own(fields, 'value') ?? null,
  };
}

function text(fields: JsonObject, name: string): string | undefined {
  const value = own(fields, name) ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw undecodable(value, `struct field jsonPatchOp.${name} of type string`);
}

function undecodable(value: unknown, target: string): Error {
  return badRequest(`error decoding patch: ${notDecoded(value, target)}`);
}

const known = ['op', 'path', 'from', 'value'];

/** Fields of operations that no operation has, as warnings name them: `json patch unknown field "[0].vaule"`. */
export function unknownPatchFields(patch: unknown): string[] {
  if (!isList(patch)) return [];
  return patch.flatMap((operation, index) =>
    Object.keys(isObject(operation) ? operation : {})
      .filter(name => !known.includes(name))
      .map(name => `json patch unknown field "[${index}].${name}"`),
  );
}

/** The steps of a pointer; what stands before its first slash counts for nothing, the empty pointer has none. */
export function stepsOf(path: string | undefined): string[] {
  if (path === undefined) throw refused();
  return path
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
