import type { CodedError } from '../errors/index.ts';
import { netErrors } from './errors.ts';

/** What listeners that share their limits have open: they may be of several threads. */
export type Tally = SharedArrayBuffer;

/** Of open connections, 8 bytes, and of bytes that are arriving, 8 more. */
const bytes = 16;

export function createTally(): Tally {
  return new SharedArrayBuffer(bytes);
}

/** Places for connections: never are more of them taken than there are. */
export class Places {
  readonly #limit: number;
  readonly #taken: Int32Array<SharedArrayBuffer>;

  constructor(limit: number, tally: Tally) {
    this.#limit = limit;
    this.#taken = new Int32Array(tally, 0, 1);
  }

  /** Takes a place. @returns false when there is none */
  take(): boolean {
    for (;;) {
      const taken = Atomics.load(this.#taken, 0);
      if (taken >= this.#limit) return false;
      if (Atomics.compareExchange(this.#taken, 0, taken, taken + 1) === taken) return true;
    }
  }

  /** Takes one back that was given, there or not. */
  retake(): void {
    Atomics.add(this.#taken, 0, 1);
  }

  give(): void {
    Atomics.sub(this.#taken, 0, 1);
  }
}

/** Counts the bytes of bodies that are not complete yet: each is bounded, but a crowd of them would not be. */
export class Arriving {
  readonly #limit: number;
  readonly #bytes: BigInt64Array<SharedArrayBuffer>;

  constructor(limit: number, tally: Tally) {
    this.#limit = limit;
    this.#bytes = new BigInt64Array(tally, 8, 1);
  }

  /** More bytes have come. @returns the error that refuses them when there is no room. */
  add(bytes: number): CodedError | undefined {
    const before = Atomics.add(this.#bytes, 0, BigInt(bytes));
    if (Number(before) + bytes <= this.#limit) return undefined;
    const text = `The bodies that are arriving take more than ${this.#limit} bytes together.`;
    return netErrors.make['net-bodies-full'](text);
  }

  /** Bytes that came are complete, or their client has gone. */
  remove(bytes: number): void {
    Atomics.sub(this.#bytes, 0, BigInt(bytes));
  }
}
