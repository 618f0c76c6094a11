import { type Json, sameJson } from '../../meta/index.ts';
import { refused } from '../faults.ts';
import { assertShallow, isList, isObject } from '../values.ts';
import { Draft } from './draft.ts';
import { type Operation, operationsOf, stepsOf } from './operations.ts';

/** Bytes that all `copy` operations of a patch may add together, as in the real server. */
const mostCopied = 3 * 1024 * 1024;

/**
 * Applies a JSON patch (RFC 6902) the way evanphx/json-patch v4 does it, which differs from the RFC: `replace` and `copy` of a key
 * that an object lacks work (as an `add`, of null), negative indices count from the end, a missing value is null.
 * @throws StatusError 400 when it is no list of operations, 413 when they are too many, 422 when one cannot be applied.
 */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  const draft = new Draft(document as Json);
  let copied = 0;
  for (const operation of operationsOf(patch)) {
    if (operation.op !== 'copy') apply(draft, operation);
    else copied += copy(draft, operation, mostCopied - copied);
  }
  assertShallow(draft.document);
  return draft.document;
}

function apply(draft: Draft, { op, path, from, value }: Operation): void {
  if (op === 'move') {
    move(draft, stepsOf(from), stepsOf(path));
    return;
  }
  const steps = stepsOf(path);
  if (op === 'add') draft.add(steps, value);
  else if (op === 'remove') draft.remove(steps);
  else if (op === 'replace') replace(draft, steps, value);
  else if (op === 'test') test(draft, steps, value);
  else throw refused();
}

function replace(draft: Draft, path: readonly string[], value: Json): void {
  if (path.length > 0) draft.replace(path, value);
  else if (isObject(value) || isList(value)) draft.document = value;
  else throw refused();
}

function test(draft: Draft, path: readonly string[], value: Json): void {
  assertShallow(value);
  if (!sameJson(draft.read(path), value)) throw refused();
}

function move(draft: Draft, from: readonly string[], path: readonly string[]): void {
  const value = draft.read(from);
  draft.remove(from);
  draft.add(path, value);
}

/** Gives the bytes copied. */
function copy(draft: Draft, { from, path }: Operation, left: number): number {
  const source = stepsOf(from);
  if (source.length === 0) throw refused();
  const value = draft.read(source);
  assertShallow(value);
  const text = JSON.stringify(value);
  if (text.length > left) throw refused();
  // A copy of its own, for the draft may change the one in place later and must not change the other.
  draft.add(stepsOf(path), JSON.parse(text) as Json);
  return text.length;
}
