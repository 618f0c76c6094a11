const newline = 10;
const carriageReturn = 13;

/** Walks over the lines of a text without decoding what is not asked for. Lines end with LF or CRLF. */
export class Lines {
  readonly #bytes: Buffer;
  #start = 0;
  #end = 0;
  #next = 0;
  #number = 0;
  #closed = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The number of the present line, from 1. */
  get number(): number {
    return this.#number;
  }

  /** Whether the present line ends with a line feed, as all do in a whole file. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Moves to the next line; false at the end of the text. */
  advance(): boolean {
    if (this.#next >= this.#bytes.length) return false;
    const at = this.#bytes.indexOf(newline, this.#next);
    this.#closed = at >= 0;
    this.#start = this.#next;
    this.#end = at < 0 ? this.#bytes.length : at;
    this.#next = this.#end + 1;
    if (this.#end > this.#start && this.#bytes[this.#end - 1] === carriageReturn) this.#end--;
    this.#number++;
    return true;
  }

  get isEmpty(): boolean {
    return this.#start === this.#end;
  }

  startsWith(ascii: string): boolean {
    return (
      this.#end - this.#start >= ascii.length &&
      this.#bytes.toString('latin1', this.#start, this.#start + ascii.length) === ascii
    );
  }

  /** The line, or its first characters; for names, which are UTF-8. */
  text(most = Infinity): string {
    return this.#bytes.toString('utf8', this.#start, Math.min(this.#end, this.#start + most));
  }

  /** The line as key and value around its first `=`; numbers are ASCII, so that the value is Latin-1. */
  pair(): readonly [string, string] | undefined {
    const line = this.#bytes.toString('latin1', this.#start, this.#end);
    const at = line.indexOf('=');
    return at < 0 ? undefined : [line.slice(0, at), line.slice(at + 1)];
  }
}
