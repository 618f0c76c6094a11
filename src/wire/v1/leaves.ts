import type { Datatype, TensorData } from '../../tensor/index.ts';
import { wireErrors } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';

/** A value that is no array and no object. */
export type Leaf = null | boolean | number | bigint | string;

const smallestLong = -(2n ** 63n);
const largestLong = 2n ** 63n - 1n;
const largestUnsigned = 2n ** 64n - 1n;

export function isLeaf(value: JsonValue | undefined): value is Leaf {
  return typeof value !== 'object' || value === null;
}

/** A value in few words, for messages. */
export function described(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (isLeaf(value)) return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}

/**
 * The datatype that NumPy would find for the values: texts are BYTES (null is a missing one), booleans alone are BOOL, numbers FP64 (null is
 * NaN, true is 1) unless an integer is beyond float64: INT64 or UINT64 then, if all values are such integers.
 * @throws `wire-rows-mixed` for texts among other values; `place` words where a value is
 */
export function tensorOfLeaves(
  leaves: readonly Leaf[],
  place: (index: number) => string,
): { readonly datatype: Datatype; readonly data: TensorData } {
  if (typeof leaves.find(leaf => leaf !== null) === 'string') {
    requireAll(
      leaves,
      leaf => typeof leaf === 'string' || leaf === null,
      'a text like the first value',
      place,
    );
    return { datatype: 'BYTES', data: leaves as readonly (string | null)[] };
  }
  requireAll(leaves, leaf => typeof leaf !== 'string', 'no text, like the first value', place);
  if (leaves.length > 0 && leaves.every(leaf => typeof leaf === 'boolean'))
    return { datatype: 'BOOL', data: Uint8Array.from(leaves, Number) };
  return leaves.some(leaf => typeof leaf === 'bigint') ? longOf(leaves) : floatsOf(leaves);
}

function requireAll(
  leaves: readonly Leaf[],
  test: (leaf: Leaf) => boolean,
  expected: string,
  place: (index: number) => string,
): void {
  const odd = leaves.findIndex(leaf => !test(leaf));
  if (odd !== -1)
    throw wireErrors.make['wire-rows-mixed'](
      `${place(odd)}: found ${described(leaves[odd])}, expected ${expected}`,
    );
}

function floatsOf(leaves: readonly Leaf[]): { readonly datatype: Datatype; readonly data: TensorData } {
  const data = new Float64Array(leaves.length);
  for (let at = 0; at < leaves.length; at++) {
    const leaf = leaves[at] as Leaf;
    data[at] = leaf === null ? NaN : Number(leaf);
  }
  return { datatype: 'FP64', data };
}

function longOf(leaves: readonly Leaf[]): { readonly datatype: Datatype; readonly data: TensorData } {
  let least = 0n;
  let most = 0n;
  const values: bigint[] = [];
  for (const leaf of leaves) {
    if (typeof leaf !== 'bigint' && !Number.isSafeInteger(leaf)) return floatsOf(leaves);
    const value = BigInt(leaf as number | bigint);
    values.push(value);
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least >= smallestLong && most <= largestLong)
    return { datatype: 'INT64', data: BigInt64Array.from(values) };
  if (least >= 0n && most <= largestUnsigned)
    return { datatype: 'UINT64', data: BigUint64Array.from(values) };
  return floatsOf(leaves);
}
