import type { CodedError } from '../../base/errors/index.ts';
import type { ByteStream, PreparedHead, Sink } from '../../base/net/index.ts';
import { refuse } from './answers.ts';

/** A sink that can be given up: with an answer of our own while nothing was sent, else by cutting it. */
export class TimedSink implements Sink {
  readonly upgrade?: NonNullable<Sink['upgrade']>;
  /** Whether the connection has been taken over. */
  switched = false;
  readonly #sink: Sink;
  #stream: ByteStream | undefined;
  #begun = false;

  constructor(sink: Sink) {
    this.#sink = sink;
    if (sink.upgrade !== undefined) {
      this.upgrade = fields => {
        this.switched = true;
        return sink.upgrade?.(fields);
      };
    }
  }

  get aborted(): boolean {
    return this.#sink.aborted;
  }

  send(head: PreparedHead, body: string | Uint8Array): void {
    this.#begun = true;
    this.#sink.send(head, body);
  }

  stream(head: PreparedHead, kind?: 'endless'): ByteStream | undefined {
    this.#begun = true;
    this.#stream = this.#sink.stream(head, kind);
    return this.#stream;
  }

  onAbort(listener: () => void): void {
    this.#sink.onAbort(listener);
  }

  giveUp(error: CodedError): void {
    if (this.#begun) this.#stream?.cut();
    else refuse(this, error);
  }
}
