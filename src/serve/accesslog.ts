import type { ByteStream, Handler, OwnAnswer, PreparedHead, Sink } from '../base/net/index.ts';
import type { Log } from '../base/log/index.ts';

/** Logs a line for each answer: method, target, status, bytes, milliseconds. */
export function withAccessLog(handler: Handler, log: Log): Handler {
  return (method, target, head, body, sink) => {
    const started = performance.now();
    const done = (status: number, bytes: number): void =>
      log.info('request', {
        method,
        target,
        status,
        bytes,
        ms: Number((performance.now() - started).toFixed(3)),
      });
    return handler(method, target, head, body, new LoggedSink(sink, done));
  };
}

/**
 * Logs a line for each answer that the listener gave by itself, with the code of its error; method and target are left out
 * where the head of the request was not understood, and so is the time, which no handler took.
 */
export function ownAnswerLog(log: Log): (answer: OwnAnswer) => void {
  return ({ method, target, status, bytes, code }) =>
    log.info('request', { method, target, status, bytes, code });
}

class LoggedSink implements Sink {
  readonly #sink: Sink;
  readonly #done: (status: number, bytes: number) => void;

  constructor(sink: Sink, done: (status: number, bytes: number) => void) {
    this.#sink = sink;
    this.#done = done;
  }

  get aborted(): boolean {
    return this.#sink.aborted;
  }

  send(head: PreparedHead, body: string | Uint8Array): void {
    this.#sink.send(head, body);
    this.#done(head.status, body.length);
  }

  stream(head: PreparedHead): ByteStream | undefined {
    const stream = this.#sink.stream(head);
    if (stream !== undefined) this.#done(head.status, 0);
    return stream;
  }

  onAbort(listener: () => void): void {
    this.#sink.onAbort(listener);
  }
}
