import type { TensorSpec } from '../../tensor/index.ts';

/** Raised whenever the meaning of a node or a field changes; a cached plan of another version is rebuilt, never read. */
export const planVersion = 1;

/** Where a model came from, as `inspect` and metadata tell it. */
export interface ModelSource {
  /** Name of the format's row, e.g. `sklearn`. */
  readonly format: string;
  /** e.g. `joblib (zlib), pickle protocol 4`. */
  readonly container: string;
  readonly library: string;
  /** As written in the file; absent when the file does not say. */
  readonly libraryVersion?: string | undefined;
  /** What the reader should know: a newer library than known, values that were skipped. */
  readonly notes: readonly string[];
}

/** One part of a model for people to read: an estimator, its parameters, its steps. JSON only. */
export interface Described {
  readonly name: string;
  readonly class: string;
  readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
  readonly parts: readonly Described[];
}

/**
 * What a model computes, as plain data: JSON and typed arrays in one SharedArrayBuffer, so that threads share it
 * without a copy, a disk keeps it and a test compares it.
 */
export interface Plan {
  readonly version: number;
  readonly source: ModelSource;
  readonly description: Described;
  /** What a request may send. */
  readonly inputs: readonly TensorSpec[];
  /** Everything a request may ask for, the default output first. */
  readonly outputs: readonly TensorSpec[];
  /** Column names the model was trained with. */
  readonly featureNames?: readonly string[] | undefined;
}
