/** What a client may cost. Bytes are bytes, times are milliseconds. */
export interface Limits {
  /** Request line and headers together. */
  readonly headBytes: number;
  /** A request body, as sent and once inflated. */
  readonly bodyBytes: number;
  /** Bodies that are arriving, on all connections together, those of other listeners with the same tally too. */
  readonly arrivingBytes: number;
  /** From the first byte of a request to the end of its head; also how long a new connection may stay silent. */
  readonly headTimeout: number;
  /** From the end of the head to the end of the body. */
  readonly bodyTimeout: number;
  /** How long a connection may stay idle between two requests. */
  readonly keepAliveTimeout: number;
  /** How long an answer may wait for a client that reads nothing. */
  readonly writeTimeout: number;
  /** Open connections, of every protocol; those of other listeners with the same tally too. */
  readonly connections: number;
  /** Requests that one connection may have open over HTTP/2. */
  readonly streams: number;
}

/**
 * Bodies as large as Triton's JSON limit; idle connections as long as uvicorn under KServe keeps them, since clients pool
 * them; the time-outs of a request as `node:http` has them.
 */
export const defaultLimits: Limits = {
  headBytes: 16 * 1024,
  bodyBytes: 64 * 1024 * 1024,
  arrivingBytes: 1024 * 1024 * 1024,
  headTimeout: 60_000,
  bodyTimeout: 300_000,
  keepAliveTimeout: 65_000,
  writeTimeout: 60_000,
  connections: 10_000,
  streams: 128,
};
