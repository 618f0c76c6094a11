import type { Mode } from './recorded.ts';

/** What differs from KServe, and why. */
export interface Deliberate {
  readonly reason: string;
  /** Of the manifest; every one when absent. */
  readonly cases?: readonly string[];
  readonly modes?: readonly Mode[];
  /** Of the field. */
  readonly path: RegExp;
}

export const deliberate: readonly Deliberate[] = [];

/** The row that a difference is listed in. */
export function allowed(mode: Mode, name: string, path: string): Deliberate | undefined {
  return deliberate.find(
    row =>
      row.path.test(path) &&
      (row.modes?.includes(mode) ?? true) &&
      (row.cases?.some(one => name.startsWith(one)) ?? true),
  );
}
