/** An answer of the API. */
export interface Reply {
  readonly status: number;
  /** Decoded JSON. */
  readonly body: unknown;
}

export interface Ask {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly body?: unknown;
  /** `application/json` when absent. */
  readonly contentType?: string;
  /** `application/json` when absent. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/** How a client reaches an API server: in its process, or over HTTP. */
export interface Transport {
  ask(ask: Ask): Promise<Reply>;
  /**
   * The lines of a streamed answer, decoded; ends when the server ends it.
   * @throws StatusError when the answer is a failure.
   */
  stream(ask: Ask): AsyncIterable<unknown>;
}
