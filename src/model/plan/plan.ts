import type { TensorSpec } from '../../tensor/index.ts';
import type { OperatorName } from './operators/index.ts';

/** Raised whenever the meaning of a node or a field changes; a cached plan of another version is rebuilt, never read. */
export const planVersion = 2;

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

/** A number is finite, so that JSON holds it. */
export type Attribute = string | number | boolean;

/** One part of a model for people to read: an estimator, its parameters, its steps. JSON only. */
export interface Described {
  /** Its name where it stands: `model`, a step's name. */
  readonly name: string;
  /** Class with its module, e.g. `sklearn.svm._classes.SVC`. */
  readonly class: string;
  /** Constructor parameters as the file has them; what is no plain value is shown as text. */
  readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
  /** What was learnt, in numbers: support vectors, trees, depth. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  readonly parts: readonly Described[];
}

/** Element types of a plan's arrays: float64, float32, signed 64- and 32-bit integers, bytes; little-endian. */
export type ArrayType = 'f64' | 'f32' | 'i64' | 'i32' | 'u8';

/** An array inside the plan's buffer, row-major; `offset` counts bytes and is a multiple of 8. */
export interface ArrayRef {
  readonly dtype: ArrayType;
  readonly shape: readonly number[];
  readonly offset: number;
}

/** One application of an operator; `inputs` are indices of earlier nodes. */
export interface PlanNode {
  readonly op: OperatorName;
  readonly inputs: readonly number[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly arrays: Readonly<Record<string, ArrayRef>>;
  /**
   * The library computes this step in float32 when the features of the call are float32: its result is rounded then. Its
   * inputs must be so too.
   */
  readonly single?: true | undefined;
}

/** The values that codes stand for: strings for BYTES, else an array of i64 (INT64), i32 (INT32), f64 (FP64) or u8 (BOOL). */
export type LabelTable =
  | { readonly datatype: 'BYTES'; readonly strings: readonly string[] }
  | { readonly datatype: 'INT64' | 'INT32' | 'FP64' | 'BOOL'; readonly array: ArrayRef };

/**
 * Which node gives an output. A node of codes needs labels, others have none. A matrix becomes the datatype of the
 * output: FP64, FP32 or, for whole numbers, INT32 or INT64; texts are BYTES.
 */
export interface PlanResult {
  readonly node: number;
  readonly labels?: LabelTable | undefined;
}

/**
 * What a model computes, as plain data: JSON and typed arrays in one SharedArrayBuffer, so that threads share it
 * without a copy, a disk keeps it and a test compares it.
 */
export interface Plan {
  readonly version: number;
  /** Which engine's language the nodes speak. */
  readonly kind: 'tabular';
  readonly source: ModelSource;
  readonly description: Described;
  /** What a request may send. */
  readonly inputs: readonly TensorSpec[];
  /** Everything a request may ask for, the default output first. */
  readonly outputs: readonly TensorSpec[];
  /** How many columns a row of a request has. */
  readonly features: number;
  /** Column names the model was trained with. */
  readonly featureNames?: readonly string[] | undefined;
  /** A column that the request lacks counts as missing, one that the model does not know is passed over. */
  readonly lenientColumns?: true | undefined;
  /** Columns that the model does not know are passed over; those that it reads have to be there. */
  readonly furtherColumns?: true | undefined;
  /** Rows have whatever columns a request names: `features` is 1, and none is read as a number or text by itself. */
  readonly openColumns?: true | undefined;
  /** In topological order. */
  readonly nodes: readonly PlanNode[];
  /** One for each of `outputs`, in that order. */
  readonly results: readonly PlanResult[];
  readonly buffer: SharedArrayBuffer;
}
