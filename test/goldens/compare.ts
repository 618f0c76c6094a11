import assert from 'node:assert/strict';
import type { Datatype, NamedTensor } from '../../src/tensor/index.ts';
import { elementsOf, floatsOf, labelsOf, sumsOf, type GoldenTensor } from './tensors.ts';

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

/** The library's shape: of floats the corpus may keep the values of the first rows and the sums of the others. */
function shapeOf({ shape, rest }: GoldenTensor): readonly number[] {
  if (rest === undefined) return shape;
  return [(shape[0] as number) + floatsOf(rest).length, ...shape.slice(1)];
}

/** @returns what differs, one sentence; undefined when labels are equal and floats within the tolerance */
export function difference(ours: NamedTensor, golden: GoldenTensor, tolerance: number): string | undefined {
  if (!datatypes[golden.dtype].includes(ours.datatype))
    return `is ${ours.datatype}, the library's is ${golden.dtype}`;
  const shape = JSON.stringify(shapeOf(golden));
  if (JSON.stringify(ours.shape) !== shape)
    return `has shape ${JSON.stringify(ours.shape)}, the library's ${shape}`;
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
  if (worst > allowed)
    return `element ${at} is ${found}, the library's is ${expected}: off by ${worst.toExponential(2)} of the scale`;
  const rest = furthestSum(ours, golden);
  return rest.worst <= allowed
    ? undefined
    : `row ${rest.at} sums up to ${rest.found}, the library's to ${rest.expected}: off by ${rest.worst.toExponential(2)} of the scale`;
}

interface Furthest {
  readonly worst: number;
  readonly at: number;
  readonly found: number;
  readonly expected: number;
}

/** The same of the rows of which only sums are kept. */
function furthestSum(ours: NamedTensor, { shape, rest }: GoldenTensor): Furthest {
  let far = { worst: 0, at: 0, found: 0, expected: 0 };
  if (rest === undefined) return far;
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  const kept = shape[0] as number;
  const values = elementsOf(ours.data)
    .slice(kept * width)
    .map(Number);
  const sums = sumsOf(values, width, Number(rest.largest));
  // Where each number is off by the tolerance, the sum is by that times the weights.
  const [weights] = sumsOf(
    Array.from({ length: width }, () => 1),
    width,
    1,
  ) as [number];
  for (const [row, expected] of floatsOf(rest).entries()) {
    const found = sums[row] as number;
    const error = Number.isFinite(found) ? Math.abs(found - expected) / weights : Infinity;
    if (error > far.worst) far = { worst: error, at: kept + row, found, expected };
  }
  return far;
}

/** The largest relative error of a tensor of floats; infinite where NaN or an infinity stands in the wrong place. */
export function furthest(ours: NamedTensor, golden: GoldenTensor): Furthest {
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
