/** A piece of a message, as it arrives: large messages are never held as a whole. */
export interface Piece {
  readonly kind: 'data';
  /** Whether it is the beginning of a message, its end, or both. */
  readonly first: boolean;
  readonly last: boolean;
  readonly bytes: Buffer;
}

/** A control frame, whole. */
export interface Control {
  readonly kind: 'close' | 'ping' | 'pong';
  readonly bytes: Buffer;
}

/** What the peer did wrong, with the status code to close with (RFC 6455 section 7.4.1). */
export class WebSocketFault extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const continuation = 0;
const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const controls = new Map<number, Control['kind']>([
  [opcodes.close, 'close'],
  [opcodes.ping, 'ping'],
  [opcodes.pong, 'pong'],
]);

const longestControl = 125;

interface Head {
  readonly opcode: number;
  readonly last: boolean;
  readonly mask: Buffer | undefined;
}

/** Reads frames (RFC 6455 section 5) out of bytes that come in any cut. */
export class FrameReader {
  readonly #masked: boolean;
  #head: Buffer = Buffer.alloc(0);
  #frame: Head | undefined;
  #left = 0;
  #read = 0;
  /** Whether a message is open, that continuation frames may go on with. */
  #open = false;
  /** Whether no piece of the open message has been given. */
  #fresh = true;
  #control: Buffer[] = [];

  /** @param masked whether the peer is a client, whose frames are masked */
  constructor(masked: boolean) {
    this.#masked = masked;
  }

  /**
   * What is in a chunk. The bytes may lie in it: they are unmasked in place.
   * @throws WebSocketFault
   */
  *read(chunk: Buffer): Generator<Piece | Control> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#frame === undefined) {
        rest = this.#readHead(rest);
        // A frame without a payload is complete with its head.
        if (this.#frame === undefined || this.#left > 0) continue;
      }
      const bytes = rest.subarray(0, this.#left);
      rest = rest.subarray(bytes.length);
      yield* this.#payload(bytes);
    }
  }

  /** Takes bytes of a head; returns what is left of the chunk. */
  #readHead(chunk: Buffer): Buffer {
    const known = this.#head.length;
    const bytes = known === 0 ? chunk : Buffer.concat([this.#head, chunk.subarray(0, 14 - known)]);
    const length = headLength(bytes);
    if (length === undefined || bytes.length < length) {
      this.#head = Buffer.from(bytes);
      return chunk.subarray(bytes.length - known);
    }
    this.#begin(bytes.subarray(0, length));
    this.#head = Buffer.alloc(0);
    return chunk.subarray(length - known);
  }

  #begin(head: Buffer): void {
    const first = head[0] as number;
    const second = head[1] as number;
    const opcode = first & 0x0f;
    const last = (first & 0x80) !== 0;
    const masked = (second & 0x80) !== 0;
    if ((first & 0x70) !== 0) throw new WebSocketFault(1002, 'reserved bits are set');
    if (masked !== this.#masked) {
      throw new WebSocketFault(1002, masked ? 'a server masks nothing' : 'a client masks its frames');
    }
    this.#left = payloadLength(head);
    this.#read = 0;
    this.#check(opcode, last);
    this.#frame = { opcode, last, mask: masked ? Buffer.from(head.subarray(-4)) : undefined };
  }

  #check(opcode: number, last: boolean): void {
    if (controls.has(opcode)) {
      const fits = last && this.#left <= longestControl;
      if (!fits) throw new WebSocketFault(1002, 'a control frame is too long or fragmented');
    } else if (opcode === continuation) {
      if (!this.#open) throw new WebSocketFault(1002, 'nothing is there to continue');
    } else if (opcode === opcodes.text || opcode === opcodes.binary) {
      if (this.#open) throw new WebSocketFault(1002, 'the message before has not ended');
      this.#open = true;
      this.#fresh = true;
    } else throw new WebSocketFault(1002, `unknown opcode ${opcode}`);
  }

  *#payload(bytes: Buffer): Generator<Piece | Control> {
    const frame = this.#frame as Head;
    if (frame.mask !== undefined) unmask(bytes, frame.mask, this.#read);
    this.#left -= bytes.length;
    this.#read += bytes.length;
    const ended = this.#left === 0;
    if (ended) this.#frame = undefined;
    const control = controls.get(frame.opcode);
    if (control !== undefined) {
      this.#control.push(Buffer.from(bytes));
      if (ended) yield { kind: control, bytes: Buffer.concat(this.#control.splice(0)) };
      return;
    }
    const last = ended && frame.last;
    const first = this.#fresh;
    this.#fresh = false;
    if (last) this.#open = false;
    if (bytes.length > 0 || first || last) yield { kind: 'data', first, last, bytes };
  }
}

/** Length of a head whose beginning is known; undefined when too little is known to say. */
function headLength(bytes: Buffer): number | undefined {
  if (bytes.length < 2) return undefined;
  const second = bytes[1] as number;
  const short = second & 0x7f;
  return 2 + (short === 127 ? 8 : short === 126 ? 2 : 0) + ((second & 0x80) === 0 ? 0 : 4);
}

function payloadLength(head: Buffer): number {
  const short = (head[1] as number) & 0x7f;
  if (short < 126) return short;
  if (short === 126) return head.readUInt16BE(2);
  const length = head.readBigUInt64BE(2);
  if (length > BigInt(Number.MAX_SAFE_INTEGER)) throw new WebSocketFault(1009, 'a frame is too long');
  return Number(length);
}

/** @param offset of the bytes in the payload */
function unmask(bytes: Buffer, mask: Buffer, offset: number): void {
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = (bytes[at] as number) ^ (mask[(offset + at) & 3] as number);
  }
}

/** Head of a frame that is a whole message. */
export function frameHead(opcode: keyof typeof opcodes, length: number, mask?: Buffer): Buffer {
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = Buffer.alloc(2 + extended);
  head[0] = 0x80 | opcodes[opcode];
  head[1] = (mask === undefined ? 0 : 0x80) | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) head.writeUInt16BE(length, 2);
  if (extended === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return mask === undefined ? head : Buffer.concat([head, mask]);
}

/** Masks a copy of a payload. */
export function masked(bytes: Uint8Array, mask: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  unmask(copy, mask, 0);
  return copy;
}
