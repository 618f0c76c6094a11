import type { Log } from '../../base/log/index.ts';
import type { ByteStream, Field, Handler, PreparedHead, Sink } from '../../base/net/index.ts';

/** What is logged of a request; never what it brought as a credential. */
interface Line {
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly from: string | undefined;
}

/** A handler before which every request is logged once its answer begins; `now` in milliseconds. */
export function logged(handler: Handler, log: Log, now: () => number): Handler {
  return (method, target, head, body, sink) => {
    // A query may hold a code or a token.
    const [path = ''] = target.split('?', 1);
    const line = { method, path, host: head.header('host'), from: head.peer?.address };
    const began = now();
    const told = new LoggedSink(sink, (status, user) => tell(log, line, status, user, now() - began));
    return handler(method, target, head, body, told);
  };
}

function tell(log: Log, line: Line, status: number, user: string | undefined, time: number): void {
  log.info('request', { ...line, status, user, ms: Math.round(time * 10) / 10 });
}

/** Passes everything on, and tells the status of the answer. */
export class LoggedSink implements Sink {
  readonly upgrade?: NonNullable<Sink['upgrade']>;
  /** Who asks, once that is known. */
  user: string | undefined;
  readonly #sink: Sink;
  readonly #answered: (status: number, user: string | undefined) => void;

  constructor(sink: Sink, answered: (status: number, user: string | undefined) => void) {
    this.#sink = sink;
    this.#answered = answered;
    if (sink.upgrade !== undefined) {
      this.upgrade = (fields: readonly Field[]) => {
        answered(101, this.user);
        return sink.upgrade?.(fields);
      };
    }
  }

  get aborted(): boolean {
    return this.#sink.aborted;
  }

  send(head: PreparedHead, body: string | Uint8Array): void {
    this.#answered(head.status, this.user);
    this.#sink.send(head, body);
  }

  stream(head: PreparedHead, kind?: 'endless'): ByteStream | undefined {
    this.#answered(head.status, this.user);
    return this.#sink.stream(head, kind);
  }

  onAbort(listener: () => void): void {
    this.#sink.onAbort(listener);
  }
}
