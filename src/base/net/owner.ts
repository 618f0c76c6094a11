import type { Socket } from 'node:net';
import type { Now } from '../clock/index.ts';
import type { CodedError } from '../errors/index.ts';
import type { Field, Handler, PreparedHead } from './contract.ts';
import type { Limits } from './limits.ts';
import type { OpenStream } from './stream.ts';
import type { Arriving } from './tally.ts';

/** How the owner of a listener words an error: header fields and body of the answer; the status is the error's. */
export interface Described {
  readonly fields: readonly Field[];
  readonly body: string | Uint8Array;
}

/** The answer to an error, ready to be sent. */
export interface Answer {
  readonly code: string;
  readonly head: PreparedHead;
  readonly body: Uint8Array;
}

/** What is known of the request that an error ends; nothing of one whose head was not understood. */
export interface Asked {
  readonly method?: string | undefined;
  readonly target?: string | undefined;
}

/** An answer that the listener gave itself: before a request reached the handler, or because the handler failed. */
export interface OwnAnswer extends Asked {
  readonly status: number;
  readonly code: string;
  /** Of the body. */
  readonly bytes: number;
}

/** What a listener has seen since it was made; plain numbers that a metrics page reads. */
export interface Counters {
  /** Connections accepted, open now, and answered 503 because of the limit. */
  accepted: number;
  open: number;
  full: number;
  /** Connections that left the lane for one of node's parsers. */
  handedOver: number;
  /** Requests handed to the handler, by the parser that read them. */
  lane: number;
  http1: number;
  http2: number;
  /** Requests refused before they reached the handler, time-outs among them. */
  refused: number;
  /** Connections closed because a client was too slow to send, to read, or to come back. */
  timedOut: number;
  /** Requests whose client went before the answer. */
  aborted: number;
}

/** What the parsers of a listener need of it. */
export interface Owner {
  readonly handler: Handler;
  readonly limits: Limits;
  readonly counters: Counters;
  /** Milliseconds of the steady clock, renewed at each sweep and rounded up to the next: a time-out is never early. */
  readonly stamp: number;
  /** Milliseconds of the steady clock, for what begins seldom enough to ask it. */
  readonly now: Now;
  /** `Date: …\r\n`, renewed at each sweep. */
  readonly date: string;
  /** Each answer says that its connection ends with it. */
  readonly leaving: boolean;
  readonly draining: boolean;
  /** Room for the bodies that are arriving. */
  readonly arriving: Arriving;
  /** Answers to end when the listener drains. */
  readonly endless: Set<OpenStream>;
  /** Protocols, in lower case, for which a handler may take a connection over. */
  readonly upgrades: ReadonlySet<string>;
  /** Whether the handler is called before the body has arrived. */
  readonly streams: boolean;
  /** The answer to an error, worded by the owner; anything but a coded error becomes `net-handler-failed`. */
  describe(thrown: unknown): Answer;
  /** Tells whoever watches that `answer` was given to a request. */
  tell(answer: Answer, asked: Asked): void;
  /** Writes the answer to an error on a socket that no parser answers on any more, tells of it, and closes. */
  refuse(socket: Socket, error: CodedError, asked: Asked): void;
  /** Ends a socket whose client may still be sending: closed at once, it would lose the answer to a reset. */
  linger(socket: Socket): void;
}
