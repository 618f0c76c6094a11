import { SpdyFault } from './fault.ts';

/** A control frame, whole. */
export interface Control {
  readonly kind: 'control';
  readonly type: number;
  readonly flags: number;
  readonly body: Buffer;
}

/** A piece of a data frame, as it arrives. */
export interface Data {
  readonly kind: 'data';
  readonly stream: number;
  readonly bytes: Buffer;
  /** Whether nothing more comes on the stream. */
  readonly end: boolean;
}

export const types = {
  synStream: 1,
  synReply: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

export const finished = 1;
/** Why a stream is reset. */
export const reasons = { protocol: 1, invalidStream: 2, refused: 3, cancel: 5 } as const;

const version = 3;
const headBytes = 8;
const largestControl = 64 * 1024;

/** What the head of a frame says; `id` is a type or a stream. */
interface Head {
  readonly control: boolean;
  readonly id: number;
  readonly flags: number;
}

/** Reads frames of SPDY/3.1 out of bytes that come in any cut. */
export class FrameReader {
  #head: Buffer = Buffer.alloc(0);
  #frame: Head | undefined;
  #left = 0;
  #parts: Buffer[] = [];

  /** @throws SpdyFault */
  *read(chunk: Buffer): Generator<Control | Data> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#frame === undefined) {
        const known = this.#head.length;
        const taken = rest.subarray(0, headBytes - known);
        this.#head = Buffer.concat([this.#head, taken]);
        rest = rest.subarray(taken.length);
        if (this.#head.length < headBytes) return;
        this.#begin(this.#head);
        this.#head = Buffer.alloc(0);
        if (this.#left > 0) continue;
      }
      const bytes = rest.subarray(0, this.#left);
      rest = rest.subarray(bytes.length);
      yield* this.#payload(bytes);
    }
  }

  #begin(head: Buffer): void {
    const first = head.readUInt32BE(0);
    const control = first >= 0x8000_0000;
    this.#left = head.readUIntBE(5, 3);
    if (control && ((first >>> 16) & 0x7fff) !== version) throw new SpdyFault('only version 3 is spoken');
    if (control && this.#left > largestControl) throw new SpdyFault('a control frame is too large');
    this.#frame = { control, id: control ? first & 0xffff : first, flags: head[4] as number };
  }

  *#payload(bytes: Buffer): Generator<Control | Data> {
    const { control, id, flags } = this.#frame as Head;
    this.#left -= bytes.length;
    const ended = this.#left === 0;
    if (ended) this.#frame = undefined;
    if (!control) {
      yield { kind: 'data', stream: id, bytes, end: ended && (flags & finished) !== 0 };
      return;
    }
    this.#parts.push(ended && this.#parts.length === 0 ? bytes : Buffer.from(bytes));
    if (ended) yield { kind: 'control', type: id, flags, body: Buffer.concat(this.#parts.splice(0)) };
  }
}

/** @throws SpdyFault when a body is too short for what is read from it */
export function numberAt(body: Buffer, at: number): number {
  if (body.length < at + 4) throw new SpdyFault('a control frame is too short');
  return body.readUInt32BE(at);
}

export function controlFrame(type: number, body: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt16BE(0x8000 | version, 0);
  head.writeUInt16BE(type, 2);
  head[4] = flags;
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

export function dataHead(stream: number, length: number, end: boolean): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(stream, 0);
  head[4] = end ? finished : 0;
  head.writeUIntBE(length, 5, 3);
  return head;
}

export function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}
