import type { MostCosts } from '../expected.ts';

/** What a task may take before it is ended. */
export interface Allowance {
  /** Whether it is over so soon that it may be done before those that take long. */
  readonly quick: boolean;
  /** Milliseconds. */
  readonly milliseconds: number;
}

/** Least bytes that a row takes in a body: a digit and a comma. */
const rowBytes = 2;
/** Bytes of a body that are read in a millisecond at least. */
const readBytes = 10_000;
/** Expected milliseconds of what is quick. */
const quickMilliseconds = 20;
const quickAllowed = 150;
/** What is not quick may take so many times what is expected at most, and this much more. */
const factor = 20;
const more = 2000;

/** Reading a file and making a model ready: both are short for the models that share threads. */
export const loading: Allowance = { quick: false, milliseconds: 5000 };

/**
 * What a request may take, from what is known before it is read. Pure.
 * @param bytes of its body
 */
export function allowanceOf(bytes: number, { row, character }: MostCosts): Allowance {
  const computing = (bytes / rowBytes) * row + bytes * character;
  const expected = computing / 1e6 + bytes / readBytes;
  if (expected <= quickMilliseconds) return { quick: true, milliseconds: quickAllowed };
  return { quick: false, milliseconds: slowMilliseconds(expected) };
}

/** What may be taken where so many milliseconds are expected, and it is not quick. Pure. */
export function slowMilliseconds(expected: number): number {
  return more + factor * expected;
}
