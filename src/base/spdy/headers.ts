import { constants, createInflate, type Inflate } from 'node:zlib';
import { dictionary } from './dictionary.ts';
import { SpdyFault } from './fault.ts';

/** Names are lower case. */
export type Headers = ReadonlyMap<string, string>;

const largest = 64 * 1024;

/** Reads the header blocks of one direction of a session: they are one compressed series. */
export class HeaderReader {
  readonly #inflate: Inflate = createInflate({ dictionary, flush: constants.Z_SYNC_FLUSH });
  #parts: Buffer[] = [];
  #length = 0;

  constructor() {
    this.#inflate.on('error', () => {});
    this.#inflate.on('data', (chunk: Buffer) => {
      this.#length += chunk.length;
      if (this.#length > largest) this.#inflate.destroy();
      else this.#parts.push(chunk);
    });
  }

  /** @throws SpdyFault */
  async read(block: Uint8Array): Promise<Headers> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const failed = (error?: Error): void => reject(error ?? new SpdyFault('a header block is too large'));
    this.#inflate.once('error', failed);
    this.#inflate.once('close', failed);
    this.#inflate.write(block, error => (error ? reject(error) : resolve()));
    try {
      await promise;
    } catch (error) {
      if (error instanceof SpdyFault) throw error;
      throw new SpdyFault('a header block cannot be decompressed', { cause: error });
    } finally {
      this.#inflate.off('error', failed);
      this.#inflate.off('close', failed);
    }
    // A stream that was destroyed says that it has written all the same.
    if (this.#length > largest) throw new SpdyFault('a header block is too large');
    const bytes = Buffer.concat(this.#parts.splice(0));
    this.#length = 0;
    return headersIn(bytes);
  }

  close(): void {
    this.#inflate.destroy();
  }
}

function headersIn(bytes: Buffer): Headers {
  const headers = new Map<string, string>();
  let at = 0;
  const number = (): number => {
    if (at + 4 > bytes.length) throw new SpdyFault('a header block ends early');
    at += 4;
    return bytes.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const length = number();
    if (at + length > bytes.length) throw new SpdyFault('a header block ends early');
    at += length;
    return bytes.toString('latin1', at - length, at);
  };
  for (let left = number(); left > 0; left--) {
    const name = text().toLowerCase();
    const value = text();
    if (name === '' || headers.has(name)) throw new SpdyFault('a header has no name, or comes twice');
    headers.set(name, value);
  }
  return headers;
}

/** Ends what can be read at once, as a flush does: a reader in Go gives nothing out before. */
const emptyBlock = Buffer.from([0, 0, 0, 0xff, 0xff]);

/**
 * Writes the header blocks of one direction. Ours are a few bytes, so they are stored in the compressed form without being compressed,
 * and the writer needs no state but whether it is the first.
 */
export class HeaderWriter {
  #first = true;

  write(headers: Headers): Buffer {
    const parts = [word(headers.size)];
    for (const [name, value] of headers) {
      for (const text of [name, value]) parts.push(word(text.length), Buffer.from(text, 'latin1'));
    }
    const bytes = Buffer.concat(parts);
    // A stored block of Deflate (RFC 1951 section 3.2.4), after the head of a zlib stream (RFC 1950 section 2.2).
    const head = Buffer.alloc(5);
    head.writeUInt16LE(bytes.length, 1);
    head.writeUInt16LE(bytes.length ^ 0xffff, 3);
    const start = this.#first ? Buffer.from([0x78, 0x01]) : Buffer.alloc(0);
    this.#first = false;
    return Buffer.concat([start, head, bytes, emptyBlock]);
  }
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
