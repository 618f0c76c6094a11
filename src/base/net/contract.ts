/** The head of a request. Header names are matched without regard to case. */
export interface Head {
  header(name: string): string | undefined;
}

/** Status line and headers prepared once, used for many answers. Content-Length, Date and Connection are the listener's. */
export interface PreparedHead {
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** `HTTP/1.1 <status> <reason>\r\n` and the fields, each ended by CRLF, without the empty line. */
  readonly text: string;
}

/** Where the answer goes. Exactly one `send` is honoured; sending to a client that has gone is harmless. */
export interface Sink {
  /** A string body must be ASCII: it is written byte for byte. Other text comes as UTF-8 bytes. */
  send(head: PreparedHead, body: string | Uint8Array): void;
  /** True once the client has gone. */
  readonly aborted: boolean;
  /** Calls `listener` when the client goes before the answer was sent. Made on demand: inline work never asks. */
  onAbort(listener: () => void): void;
}

/**
 * Answers one request. `target` is the request target as sent (path and query, undecoded). `body` is complete and valid
 * only until the handler returns, unless it is copied. A handler may answer later; what it throws becomes a 500 through
 * the listener's `describe`.
 */
export type Handler = (method: string, target: string, head: Head, body: Uint8Array, sink: Sink) => void;
