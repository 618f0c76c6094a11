import { Fault } from '../errors.ts';

export function tooLarge(limit: number): Fault {
  return new Fault(
    'inflate-too-large',
    `the file inflates to more than ${Math.floor(limit / 2 ** 20)} MiB (maxInflatedBytes)`,
  );
}

/** Where a decoder puts what it inflates: one growing buffer, so that matches can copy from behind. */
export class Output {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  readonly #limit: number;

  constructor(limit: number, expected = 1 << 16) {
    this.#limit = limit;
    this.bytes = new Uint8Array(Math.max(1, Math.min(limit, expected)));
  }

  /** Makes room for `count` more bytes. @throws Fault `inflate-too-large` */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    if (needed > this.#limit) throw tooLarge(this.#limit);
    // transfer frees the old buffer at once, where a copy would leave it to the collector.
    const size = Math.min(this.#limit, Math.max(needed, 2 * this.bytes.length));
    this.bytes = new Uint8Array(this.bytes.buffer.transfer(size));
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  fill(value: number, count: number): void {
    this.reserve(count);
    this.bytes.fill(value, this.length, this.length + count);
    this.length += count;
  }

  /**
   * Repeats `count` bytes from `distance` back, which may reach into what it writes.
   * The caller has checked that `distance` is at least 1 and at most `length`.
   */
  repeat(distance: number, count: number): void {
    this.reserve(count);
    const { bytes } = this;
    let to = this.length;
    if (distance === 1) bytes.fill(bytes[to - 1] as number, to, to + count);
    else if (count < 32) {
      for (const end = to + count; to < end; to++) bytes[to] = bytes[to - distance] as number;
    } else repeatLong(bytes, to, distance, count);
    this.length += count;
  }

  finished(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

/** Copies ever longer stretches: each pass may read all that the passes before wrote. */
function repeatLong(bytes: Uint8Array, start: number, distance: number, count: number): void {
  const from = start - distance;
  for (let done = 0; done < count;) {
    const stretch = Math.min(count - done, distance + done);
    bytes.copyWithin(start + done, from, from + stretch);
    done += stretch;
  }
}
