import type { Duplex, Readable } from 'node:stream';

/** The head of a request. Header names are matched without regard to case. */
export interface Head {
  /** The other end of the connection; absent where nobody asks for it. */
  readonly peer?: Peer;
  /**
   * The value of a field, trimmed. Of several fields of one name the values are joined by `, ` (`; ` for Cookie), save those
   * that can only be said once, such as Content-Type and Authorization, where the first one counts: as `node:http` does it.
   */
  header(name: string): string | undefined;
  /**
   * Every field as sent, in order. Over HTTP/2 names are lower case and the authority is the field `host`; the other pseudo fields
   * are left out. Absent where nobody asks for it.
   */
  fields?(): readonly Field[];
  /** Major version of HTTP that the request came over; absent means 1. */
  readonly major?: 1 | 2;
  /**
   * The body, when it has not arrived yet: only of a listener that streams bodies, whose handler then finds `body` empty. Bytes as
   * sent: compression is not undone.
   */
  readonly incoming?: Readable | undefined;
}

/** One header field of an answer. */
export type Field = readonly [name: string, value: string];

/** Status line and headers prepared once, used for many answers. Content-Length, Date and Connection are the listener's. */
export interface PreparedHead {
  readonly status: number;
  readonly fields: readonly Field[];
  /** `HTTP/1.1 <status> <reason>\r\n` and the fields, each ended by CRLF, without the empty line. */
  readonly text: string;
}

/** The other end of a connection. */
export interface Peer {
  /** Address and port. */
  readonly address: string;
  /** What its certificate says, when one of the listener's authorities has signed it. */
  readonly certificate?: { readonly commonName: string; readonly organizations: readonly string[] };
}

/** An answer whose body is written bit by bit. What is written after the client has gone goes nowhere. */
export interface ByteStream {
  /** A string is written as UTF-8. Returns false while more is waiting than the connection takes at once. */
  write(chunk: string | Uint8Array): boolean;
  /** @param trailers fields after the body; sent over HTTP/2 alone, where gRPC needs them */
  end(trailers?: readonly Field[]): void;
  /** Bytes written that the system has not taken yet: what a client that does not read costs. */
  readonly pending: number;
  /** Calls `listener` whenever what made `write` return false has been taken. */
  onDrain(listener: () => void): void;
  /** Gives the client up: what is pending is dropped, and it sees that the answer is not whole. */
  cut(): void;
  /** True once the client has gone. */
  readonly aborted: boolean;
  /** Calls `listener` when the client has gone before the end, at once when it has gone already. */
  onAbort(listener: () => void): void;
}

/** Where the answer goes. Exactly one `send` is honoured; sending to a client that has gone is harmless. */
export interface Sink {
  /**
   * A string body must be ASCII: it is written byte for byte. Other text comes as UTF-8 bytes. Bytes belong to the listener
   * from here on: they may be written later, so the caller must not change them.
   */
  send(head: PreparedHead, body: string | Uint8Array): void;
  /**
   * Begins an answer whose body comes bit by bit, in the place of `send`; undefined when the client has gone. One that is `endless`
   * ends in good order when the listener drains, and its `onAbort` listeners are told.
   */
  stream(head: PreparedHead, kind?: 'endless'): ByteStream | undefined;
  /**
   * Takes the connection over, in the place of `send`: 101 is answered with these fields, and what the client sends from here on is the
   * handler's to read. Only there when the request asks for a protocol of the listener's `upgrades`; undefined when the client has gone.
   */
  upgrade?(fields: readonly Field[]): Duplex | undefined;
  /** True once the client has gone. */
  readonly aborted: boolean;
  /**
   * Calls `listener` when the client goes before the answer was sent, at once when it has gone already. Made on demand:
   * inline work never asks.
   */
  onAbort(listener: () => void): void;
}

/**
 * Answers one request. `target` is the request target as sent: path and query, undecoded; the authority of an absolute-form
 * target is cut off and becomes the Host field (RFC 9112 section 3.2.2). `body` is complete, with gzip and deflate undone,
 * and valid only until the handler returns, unless it is kept through `keepBody`; code before the first `await` still sees it.
 * A handler may answer later. What it throws or rejects with becomes an answer through the listener's `describe`: a coded error as it is,
 * anything else as 500.
 */
export type Handler = (
  method: string,
  target: string,
  head: Head,
  body: Uint8Array,
  sink: Sink,
) => void | Promise<void>;
