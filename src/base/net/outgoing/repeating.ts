import type { AnswerHead, Failure, Receiver, Sending } from './contract.ts';
import type { Field } from '../index.ts';

/** A request that is sent once more, on a new connection, when the other end had closed the one that was kept. */
export class Repeating implements Receiver, Sending {
  /** What is under way; set as soon as there is one. */
  sending: Sending | undefined;
  readonly #receiver: Receiver;
  readonly #again: () => Sending;

  constructor(receiver: Receiver, again: () => Sending) {
    this.#receiver = receiver;
    this.#again = again;
  }

  whole(head: AnswerHead, body: Buffer): void {
    this.#receiver.whole(head, body);
  }

  begin(head: AnswerHead): void {
    this.#receiver.begin(head);
  }

  data(chunk: Buffer): boolean {
    return this.#receiver.data(chunk);
  }

  end(trailers: readonly Field[]): void {
    this.#receiver.end(trailers);
  }

  fail(failure: Failure): void {
    if (failure.reused && failure.error.code === 'upstream-broken') this.sending = this.#again();
    else this.#receiver.fail(failure);
  }

  resume(): void {
    this.sending?.resume();
  }

  cancel(): void {
    this.sending?.cancel();
  }
}
