/** A request that may share a batch with others. */
export interface Batchable {
  /** Requests may share a batch when their keys are equal. */
  readonly key: string;
  /** Instances, or the first axis of the inputs. */
  readonly rows: number;
}

/** How the requests of a protocol are merged and their answer is shared out. */
export interface Batching<Request extends Batchable> {
  /** Whether requests to the path are batched at all. */
  matches(path: string): boolean;
  /** Reads a body, valid JSON whose value is `value`. @returns undefined for one that the model has to see as it is */
  read(text: string, value: unknown): Request | undefined;
  merge(requests: readonly Request[]): string;
  /** The answer to each request, or undefined when the answer cannot be shared out. */
  share(text: string, value: unknown, requests: readonly Request[], batchId: string): string[] | undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
