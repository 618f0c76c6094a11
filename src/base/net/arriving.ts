import type { CodedError } from '../errors/index.ts';
import { netErrors } from './errors.ts';

/** Counts the bytes of bodies that are not complete yet: each is bounded, but a crowd of them would not be. */
export class Arriving {
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** More bytes have come. @returns the error that refuses them when there is no room. */
  add(bytes: number): CodedError | undefined {
    this.#bytes += bytes;
    if (this.#bytes <= this.#limit) return undefined;
    const text = `The bodies that are arriving take more than ${this.#limit} bytes together.`;
    return netErrors.make['net-bodies-full'](text);
  }

  /** Bytes that came are complete, or their client has gone. */
  remove(bytes: number): void {
    this.#bytes -= bytes;
  }
}
