import type { Authorizer, User } from '../../base/access/index.ts';
import type { ByteStream, Head, PreparedHead, Sink } from '../../base/net/index.ts';
import type { Kind, Kinds, Subresource } from '../kinds/index.ts';
import type { KubeObject } from '../meta/index.ts';
import type { DocumentQueue, Parsed } from '../schema/index.ts';
import type { Store } from '../store/index.ts';
import type { Admission } from '../admission/index.ts';
import type { RequestInfo } from './requests/request.ts';

/** What an allocator of addresses and ports does for objects of a kind; it throws a StatusError when there is none left. */
export interface Allocator {
  /** Fills in what the cluster gives (`old` at update). With `dryRun` nothing is kept. */
  allocate(object: KubeObject, old: KubeObject | undefined, dryRun: boolean): KubeObject;
  /** The object is gone, or the write that asked was refused (`kept` is what stays). */
  release(object: KubeObject, kept: KubeObject | undefined): void;
}

/** What the server is made of. */
export interface Parts {
  readonly kinds: Kinds;
  readonly store: Store;
  readonly authorizer: Authorizer;
  readonly admission: readonly Admission[];
  /** By resource, e.g. `services`. */
  readonly allocators: ReadonlyMap<string, Allocator>;
  /** By resource and subresource (`pods/log`), or resource alone for kinds that are only answers (reviews). */
  readonly actions: ReadonlyMap<string, ActionHandler>;
  /** Reads large bodies in YAML. */
  readonly documents: DocumentQueue;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newUid: () => string;
  /** Five characters of `bcdfghjklmnpqrstvwxz2456789`. */
  readonly suffix: () => string;
}

/**
 * Where an answer goes. A reader in this process takes what others get as text: the values themselves, which nobody changes.
 */
export interface AnswerSink extends Sink {
  /** In the place of `send`, for an answer that is JSON. */
  takeValue?(status: number, value: unknown): void;
  stream(head: PreparedHead, kind?: 'endless'): AnswerStream | undefined;
}

/** A streamed answer, a JSON line for each event of a watch. */
export interface AnswerStream extends ByteStream {
  /** In the place of `write`, for an event. */
  tell?(event: unknown): void;
}

/** One request on its way. */
export interface Call {
  readonly parts: Parts;
  readonly info: RequestInfo;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly head: Head;
  readonly body: Uint8Array;
  /** What the body holds as YAML, where that has been found out before; it throws what is wrong with it. */
  readonly document?: () => Parsed;
  readonly sink: AnswerSink;
  /** Whom the request is made for. */
  readonly user: User;
  /** Who has sent it. */
  readonly asker: User;
  /** Texts of `Warning` headers so far. */
  readonly warnings: string[];
  /** What is to be done when it is answered. */
  readonly endings: (() => void)[];
}

/** A request about a kind. */
export interface KindCall extends Call {
  readonly kind: Kind;
  readonly subresource: Subresource | undefined;
}

/** An answer that is an object. */
export interface Answer {
  readonly status: number;
  readonly object: unknown;
  /** The kind of the object, when it can be shown as a table or by its metadata alone. */
  readonly kind?: Kind;
  readonly fields?: readonly (readonly [name: string, value: string])[];
}

/** Serves a subresource that is an action, or a kind that is only an answer; undefined when it has answered itself. */
export type ActionHandler = (call: KindCall) => Promise<Answer | undefined> | Answer | undefined;
