const empty = Buffer.alloc(0);
/** Announced room up to this much is taken at once: the system gives the memory only when it is written to. */
const expectedBytes = 1024 * 1024;
/** Beyond that so many times what has arrived, up to what was announced: little is copied, and nothing left over. */
const expectedGrowth = 8;

/**
 * Bytes that wait, `[start, end)` of `bytes`. The room grows with what has arrived, never with what was announced: a client
 * that promises 64 MB and sends ten bytes costs little. Multiplying keeps a body that trickles in linear.
 */
export class Gathered {
  bytes: Buffer = empty;
  start = 0;
  end = 0;
  #expected = 0;

  get length(): number {
    return this.end - this.start;
  }

  /** Makes room for bytes that are likely to come; for many, only as they do. What then has come fills its buffer. */
  expect(bytes: number): void {
    this.#expected = bytes;
    if (bytes <= expectedBytes && bytes > this.bytes.length - this.start) this.#makeRoom(bytes);
  }

  add(from: Uint8Array, start: number, end: number): void {
    const more = end - start;
    if (this.end + more > this.bytes.length) this.#makeRoom(more);
    this.bytes.set(start === 0 && end === from.length ? from : from.subarray(start, end), this.end);
    this.end += more;
  }

  #makeRoom(more: number): void {
    const { bytes, start, end, length } = this;
    const room = this.#roomFor(length + more);
    const target = room <= bytes.length ? bytes : Buffer.allocUnsafeSlow(room);
    bytes.copy(target, 0, start, end);
    this.bytes = target;
    this.start = 0;
    this.end = length;
  }

  #roomFor(bytes: number): number {
    if (bytes > this.#expected) return Math.max(bytes, this.length * 2);
    return Math.min(this.#expected, Math.max(bytes * expectedGrowth, expectedBytes));
  }

  /** Forgets the first bytes, up to the position `until`. */
  drop(until: number): void {
    this.start = until;
    if (this.start === this.end) this.clear();
  }

  clear(): void {
    this.bytes = empty;
    this.start = 0;
    this.end = 0;
    this.#expected = 0;
  }

  /** Gives the bytes away. */
  take(): Buffer {
    const taken = this.bytes.subarray(this.start, this.end);
    this.clear();
    return taken;
  }
}
