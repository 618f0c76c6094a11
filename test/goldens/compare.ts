import assert from 'node:assert/strict';
import type { Datatype, NamedTensor } from '../../src/tensor/index.ts';
import { elementsOf, floatsOf, labelsOf, type GoldenTensor } from './tensors.ts';

/**
 * How far an answer may be from the library's, as a share of max(|reference|, largest |reference| of the tensor). Where the
 * library computes in float32 itself, the order of its sums shows at the seventh digit.
 */
export function toleranceFor(run: string): number {
  return run === 'float32' ? 1e-6 : 1e-9;
}

const datatypes: Readonly<Record<GoldenTensor['dtype'], readonly Datatype[]>> = {
  float64: ['FP64'],
  float32: ['FP64', 'FP32'],
  int64: ['INT64'],
  int32: ['INT32'],
  bool: ['BOOL'],
  str: ['BYTES'],
};

/** Whether the shape is the library's, of which the first rows may be all that is kept. */
function fits(ours: readonly number[], golden: readonly number[]): boolean {
  return (
    ours.length === golden.length &&
    ours.every((size, axis) => (axis === 0 ? size >= (golden[0] as number) : size === golden[axis]))
  );
}

/** @returns what differs, one sentence; undefined when labels are equal and floats within the tolerance */
export function difference(ours: NamedTensor, golden: GoldenTensor, tolerance: number): string | undefined {
  if (!datatypes[golden.dtype].includes(ours.datatype))
    return `is ${ours.datatype}, the library's is ${golden.dtype}`;
  if (!fits(ours.shape, golden.shape))
    return `has shape ${JSON.stringify(ours.shape)}, the library's ${JSON.stringify(golden.shape)}`;
  return golden.dtype.startsWith('float')
    ? floatDifference(ours, golden, tolerance)
    : labelDifference(ours, golden);
}

function labelDifference(ours: NamedTensor, golden: GoldenTensor): string | undefined {
  const found = elementsOf(ours.data);
  for (const [index, wanted] of labelsOf(golden).entries()) {
    const one = found[index];
    const got = typeof wanted === 'bigint' && typeof one === 'number' ? BigInt(one) : one;
    if (got !== wanted) return `element ${index} is ${String(got)}, the library's is ${String(wanted)}`;
  }
  return undefined;
}

function floatDifference(ours: NamedTensor, golden: GoldenTensor, tolerance: number): string | undefined {
  const { worst, at, found, expected } = furthest(ours, golden);
  // What the library gives as float32 it has computed so.
  const allowed = golden.dtype === 'float32' ? Math.max(tolerance, 1e-6) : tolerance;
  return worst <= allowed
    ? undefined
    : `element ${at} is ${found}, the library's is ${expected}: off by ${worst.toExponential(2)} of the scale`;
}

/** The largest relative error of a tensor of floats; infinite where NaN or an infinity stands in the wrong place. */
export function furthest(
  ours: NamedTensor,
  golden: GoldenTensor,
): { readonly worst: number; readonly at: number; readonly found: number; readonly expected: number } {
  const expected = floatsOf(golden);
  const largest = expected.reduce(
    (max, one) => (Number.isFinite(one) ? Math.max(max, Math.abs(one)) : max),
    0,
  );
  let far = { worst: 0, at: 0, found: 0, expected: 0 };
  const found = elementsOf(ours.data);
  assert.ok(found.length >= expected.length);
  for (const [at, one] of expected.entries()) {
    const error = errorOf(Number(found[at]), one, largest);
    if (error > far.worst) far = { worst: error, at, found: Number(found[at]), expected: one };
  }
  return far;
}

function errorOf(found: number, expected: number, largest: number): number {
  if (Object.is(found, expected) || found === expected) return 0;
  if (!Number.isFinite(found) || !Number.isFinite(expected)) return Infinity;
  return Math.abs(found - expected) / Math.max(Math.abs(expected), largest);
}
