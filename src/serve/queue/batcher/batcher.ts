import { randomUUID } from 'node:crypto';
import type { Counter, Metrics } from '../../../base/metrics/index.ts';
import {
  prepareHead,
  type Handler,
  type Head,
  type PreparedHead,
  type Sink,
} from '../../../base/net/index.ts';
import { queueErrors } from '../errors.ts';
import { BatchHead, Collected } from './collect.ts';
import type { Batchable, Batching } from './contract.ts';
import { v1Batching } from './v1.ts';
import { v2Batching } from './v2.ts';

export interface BatcherOptions {
  /** Instances of a batch; a request that has more makes one alone. */
  readonly maxBatchSize: number;
  /** Milliseconds that the first request of a batch waits for others. */
  readonly maxLatency: number;
  readonly metrics: Metrics;
  /** Bytes of requests that may wait together. */
  readonly maxWaitingBytes?: number;
}

interface Caller {
  readonly request: Batchable;
  readonly bytes: number;
  readonly sink: Sink;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

interface Group {
  readonly key: string;
  readonly target: string;
  readonly host: string;
  readonly batching: Batching<Batchable>;
  readonly callers: Set<Caller>;
  rows: number;
  timer: NodeJS.Timeout | undefined;
}

const batchings = [v1Batching, v2Batching] as readonly Batching<Batchable>[];
/** Kinds of requests whose answers could not be shared out: a bound, since clients choose them. */
const mostApart = 1000;

/** A handler whose requests of one kind are asked of `next` together, as KServe’s batcher does it. */
export function withBatcher(next: Handler, options: BatcherOptions): Handler {
  const batcher = new Batcher(next, options);
  return batcher.handler;
}

class Batcher {
  readonly #next: Handler;
  readonly #options: BatcherOptions;
  readonly #groups = new Map<string, Group>();
  readonly #apart = new Set<string>();
  readonly #batches: Counter;
  readonly #requests: Counter;
  #waitingBytes = 0;

  constructor(next: Handler, options: BatcherOptions) {
    this.#next = next;
    this.#options = options;
    this.#batches = options.metrics.counter(
      'davit_batcher_batches_total',
      'Batches that were asked of the model.',
    );
    this.#requests = options.metrics.counter(
      'davit_batcher_requests_total',
      'Requests that were part of a batch.',
    );
  }

  readonly handler: Handler = (method, target, head, body, sink) => {
    const path = target.split('?', 1)[0] as string;
    const batching = method === 'POST' ? batchings.find(one => one.matches(path)) : undefined;
    const isBinary = head.header('inference-header-content-length') !== undefined;
    const request = batching === undefined || isBinary ? undefined : read(batching, body);
    if (batching === undefined || request === undefined) return this.#next(method, target, head, body, sink);
    const key = `${target}\n${head.header('host') ?? ''}\n${request.key}`;
    return this.#add(batching, key, target, head, request, body.length, sink);
  };

  #add(
    batching: Batching<Batchable>,
    key: string,
    target: string,
    head: Head,
    request: Batchable,
    bytes: number,
    sink: Sink,
  ): Promise<void> {
    const { maxBatchSize, maxLatency, maxWaitingBytes = 64 * 1024 * 1024 } = this.#options;
    if (this.#waitingBytes + bytes > maxWaitingBytes) {
      const text = `The requests that wait for their batch take ${this.#waitingBytes} bytes; expected at most ${maxWaitingBytes}.`;
      throw queueErrors.make['batch-full'](text);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const caller: Caller = { request, bytes, sink, done: resolve, fail: reject };
    const known = this.#groups.get(key);
    if (known !== undefined && known.rows + request.rows > maxBatchSize) this.#go(known);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = {
        key,
        target,
        host: head.header('host') ?? '',
        batching,
        callers: new Set(),
        rows: 0,
        timer: undefined,
      };
      this.#groups.set(key, group);
    }
    const joined = group;
    joined.callers.add(caller);
    joined.rows += request.rows;
    this.#waitingBytes += bytes;
    sink.onAbort(() => this.#leave(joined, caller));
    if (joined.rows >= maxBatchSize || this.#apart.has(key)) this.#go(joined);
    else joined.timer ??= setTimeout(() => this.#go(joined), maxLatency);
    return promise;
  }

  /** A caller goes before its batch does. */
  #leave(group: Group, caller: Caller): void {
    if (this.#groups.get(group.key) !== group || !group.callers.delete(caller)) return;
    group.rows -= caller.request.rows;
    this.#waitingBytes -= caller.bytes;
    caller.done();
    if (group.callers.size > 0) return;
    clearTimeout(group.timer);
    this.#groups.delete(group.key);
  }

  #go(group: Group): void {
    clearTimeout(group.timer);
    this.#groups.delete(group.key);
    for (const { bytes } of group.callers) this.#waitingBytes -= bytes;
    this.#ask(group, [...group.callers]);
  }

  #ask(group: Group, callers: readonly Caller[]): void {
    this.#batches.add();
    this.#requests.add(callers.length);
    const body = Buffer.from(group.batching.merge(callers.map(({ request }) => request)));
    const fail = (error: unknown): void => callers.forEach(caller => caller.fail(error));
    const collected = new Collected(
      (head, answer) => this.#answer(group, callers, head, answer),
      () => fail(queueErrors.make['batch-broken']('The answer to a batch broke off.')),
    );
    let staying = callers.length;
    const nobodyStays = (): void => {
      collected.abort();
      for (const { done } of callers) done();
    };
    for (const { sink } of callers) sink.onAbort(() => --staying > 0 || nobodyStays());
    try {
      const later = this.#next('POST', group.target, new BatchHead(group.host), body, collected);
      later?.catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  #answer(group: Group, callers: readonly Caller[], head: PreparedHead, body: Uint8Array): void {
    const refused = head.status >= 400 && head.status < 500;
    if (head.status !== 200) {
      // One of them is at fault, and the others need not suffer for it.
      if (refused && callers.length > 1) return this.#askEach(group, callers);
      return callers.forEach(caller => answer(caller, head, body));
    }
    const batchId = randomUUID();
    const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
    const shares = share(group.batching, text, callers, batchId);
    if (shares === undefined) {
      if (callers.length > 1) {
        if (this.#apart.size < mostApart) this.#apart.add(group.key);
        return this.#askEach(group, callers);
      }
      return callers.forEach(caller => answer(caller, head, body));
    }
    const shared = prepareHead(200, [
      ['Content-Type', 'application/json'],
      ['Davit-Batch-Id', batchId],
    ]);
    return callers.forEach((caller, at) => answer(caller, shared, Buffer.from(shares[at] as string)));
  }

  #askEach(group: Group, callers: readonly Caller[]): void {
    for (const caller of callers) this.#ask(group, [caller]);
  }
}

function answer({ sink, done }: Caller, head: PreparedHead, body: Uint8Array): void {
  sink.send(head, body);
  done();
}

function read(batching: Batching<Batchable>, body: Uint8Array): Batchable | undefined {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  const value = parsed(text);
  return value === undefined ? undefined : batching.read(text, value);
}

function share(
  batching: Batching<Batchable>,
  text: string,
  callers: readonly Caller[],
  batchId: string,
): string[] | undefined {
  const value = parsed(text);
  if (value === undefined) return undefined;
  return batching.share(
    text,
    value,
    callers.map(({ request }) => request),
    batchId,
  );
}

/** What is no JSON is for the model to refuse. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
