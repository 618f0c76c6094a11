import type { Duplex, Readable } from 'node:stream';
import type { CodedError } from '../../errors/index.ts';
import type { Field, PreparedHead } from '../index.ts';

/** Where requests go. */
export interface Endpoint {
  /** An IP address. */
  readonly host: string;
  readonly port: number;
}

/** A request to be sent. */
export interface OutgoingRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /**
   * What is sent beside the framing, which is ours; Host has to be among them. Their text is kept with the array: callers that
   * send the same again should give the same array.
   */
  readonly fields: readonly Field[];
  /** Further fields, of this request alone. */
  readonly extra?: readonly Field[];
  /** Bytes of up to 64 KiB are copied at once; more are kept, and must not change. */
  readonly body?: Uint8Array | Readable | undefined;
  /** Bytes of a body that is a stream, when known. */
  readonly length?: number | undefined;
  /** 2 sends it over HTTP/2 with prior knowledge; 1 by default. */
  readonly major?: 1 | 2;
  /** The protocol to switch to, such as `websocket`; over HTTP/1.1 alone. */
  readonly upgrade?: string | undefined;
}

/** The head of an answer, without what concerns the connection alone. */
export interface AnswerHead {
  readonly status: number;
  readonly fields: readonly Field[];
  /** The same, to be given to a sink. */
  readonly prepared: PreparedHead;
}

/** Why there is no answer, or no whole one. */
export interface Failure {
  readonly error: CodedError;
  /** Whether the other end may have taken any byte of the request; if not, it may go elsewhere. */
  readonly sent: boolean;
  /** Whether the connection had served before: idle ones may be closed by the other end at any time. */
  readonly reused: boolean;
}

/**
 * Hears of the answer: `whole` alone, or `begin`, then `data` any number of times, then `end`; or `switched`. `fail` may come at
 * any time before the end, and is the last. Chunks are valid only during the call.
 */
export interface Receiver {
  whole(head: AnswerHead, body: Buffer): void;
  begin(head: AnswerHead): void;
  /** Returns false to hold further ones back until `resume`. */
  data(chunk: Buffer): boolean;
  end(trailers: readonly Field[]): void;
  /** The other end has switched protocols; the connection is the receiver's. */
  switched?(head: AnswerHead, connection: Duplex): void;
  fail(failure: Failure): void;
}

/** A request under way. */
export interface Sending {
  /** Goes on with what `data` held back. */
  resume(): void;
  /** Gives the answer up; the receiver hears nothing more. */
  cancel(): void;
}
