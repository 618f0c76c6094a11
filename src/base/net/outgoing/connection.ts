import { Socket } from 'node:net';
import { type CodedError, messageOf } from '../../errors/index.ts';
import { type Framing, type ReadHead, readAnswerHead } from './answer.ts';
import { Chunks } from './chunks.ts';
import type { Endpoint, OutgoingRequest, Receiver, Sending } from './contract.ts';
import { outgoingErrors } from './errors.ts';
import { type Pump, writeRequest } from './written.ts';

/** What a connection needs of its pool. */
export interface Keeper {
  /** The answer is complete, and the connection may serve again for so many milliseconds, as far as the other end says. */
  rests(connection: Connection, keptFor: number): void;
  gone(connection: Connection): void;
}

/** One buffer for the reads of every connection: what arrives is consumed before the next read. */
const bufferBytes = 64 * 1024;
let shared: Buffer | undefined;
const headBytes = 64 * 1024;
/** Bodies up to this many bytes are given whole. */
const wholeBytes = 64 * 1024;
const endOfHead = Buffer.from('\r\n\r\n');
const nothing = Buffer.alloc(0);

/** A connection of HTTP/1.1 to one endpoint: one exchange at a time. */
export class Connection implements Sending {
  readonly to: Endpoint;
  /** Exchanges that were completed. */
  served = 0;
  /** Milliseconds of the pool's clock: until when it may rest, since when it does, and until when an answer has to begin. */
  restsUntil = Infinity;
  restsSince = Infinity;
  deadline = Infinity;
  readonly #keeper: Keeper;
  readonly #socket: Socket;
  #receiver: Receiver | undefined;
  #bodyless = false;
  #switching = false;
  #pump: Pump | undefined;
  #connected = false;
  #answered = false;
  #free = false;
  /** The receiver takes no more for now. */
  #paused = false;
  /** Bytes of a head, or of a body that is given whole, that have come so far. */
  #held: Buffer = nothing;
  #heldBytes = 0;
  #read: ReadHead | undefined;
  #framing: Framing = 0;
  #left = 0;
  #chunks: Chunks | undefined;
  #error: Error | undefined;

  constructor(to: Endpoint, keeper: Keeper, connectTimeout: number) {
    this.to = to;
    this.#keeper = keeper;
    shared ??= Buffer.allocUnsafeSlow(bufferBytes);
    const onread = {
      buffer: shared,
      callback: (length: number, bytes: Uint8Array) => this.#take(bytes, length),
    };
    const options: object = { onread };
    const socket = new Socket(options);
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(connectTimeout, () =>
      socket.destroy(new Error(`no connection within ${connectTimeout} ms`)),
    );
    socket.on('connect', () => {
      this.#connected = true;
      socket.setTimeout(0);
    });
    socket.on('drain', () => this.#pump?.drained());
    socket.on('error', error => this.#onError(error));
    socket.on('end', () => this.#onEnd());
    socket.on('close', () => this.#onClose());
    socket.connect(to.port, to.host);
  }

  /** @throws `net-request-malformed` */
  send(request: OutgoingRequest, receiver: Receiver): void {
    this.#receiver = receiver;
    this.#bodyless = request.method === 'HEAD';
    this.#switching = request.upgrade !== undefined;
    this.#answered = false;
    // A body that breaks off leaves a request that can never be completed.
    this.#pump = writeRequest(request, this.#socket, () => this.cancel());
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }

  cancel(): void {
    this.#receiver = undefined;
    this.close();
  }

  close(): void {
    this.#pump?.discard();
    this.#socket.destroy();
  }

  /** Fails what is under way. */
  giveUp(error: CodedError): void {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    this.close();
    receiver?.fail({ error, sent: this.#connected, reused: this.served > 0 && !this.#answered });
  }

  /** @returns whether to read on */
  #take(bytes: Uint8Array, length: number): boolean {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    if (this.#free) return this.#socket.push(Buffer.from(buffer));
    if (this.#receiver === undefined) {
      // Nothing was asked: an answer to nothing would be taken for the next one's.
      this.#socket.destroy();
      return false;
    }
    try {
      const receiver = this.#receiver;
      // What its receiver makes of the last part of an answer does not hold up the next one's.
      const taken = this.#advance(receiver, buffer) || this.#receiver !== receiver;
      this.#paused = !taken;
      return taken;
    } catch (error) {
      this.giveUp(this.#broken(messageOf(error)));
      return false;
    }
  }

  #advance(receiver: Receiver, bytes: Buffer): boolean {
    if (this.#read !== undefined) return this.#body(receiver, this.#read, bytes, 0);
    const all = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    for (let start = 0; ;) {
      const end = all.indexOf(endOfHead, start);
      if (end === -1) {
        if (all.length - start > headBytes) throw new Error(`its head is longer than ${headBytes} bytes`);
        this.#held = Buffer.from(all.subarray(start));
        return true;
      }
      const read = readAnswerHead(all.toString('latin1', start, end + 2));
      start = end + endOfHead.length;
      if (read.head.status === 101) return this.#switch(receiver, read, all.subarray(start));
      if (read.head.status < 200) continue;
      this.#held = nothing;
      return this.#begin(receiver, read, all, start);
    }
  }

  #switch(receiver: Receiver, { head }: ReadHead, rest: Buffer): boolean {
    if (!this.#switching || receiver.switched === undefined) throw new Error('it switches protocols unasked');
    this.#free = true;
    this.deadline = Infinity;
    this.#receiver = undefined;
    this.#socket.removeAllListeners('end');
    if (rest.length > 0) this.#socket.push(Buffer.from(rest));
    receiver.switched(head, this.#socket);
    return true;
  }

  #begin(receiver: Receiver, read: ReadHead, bytes: Buffer, at: number): boolean {
    this.#answered = true;
    this.deadline = Infinity;
    this.#read = read;
    this.#framing = this.#bodyless ? 0 : read.framing;
    if (typeof this.#framing === 'number') {
      this.#left = this.#framing;
      const end = at + this.#framing;
      if (end <= bytes.length) {
        this.#complete(bytes.length - end, () => receiver.whole(read.head, bytes.subarray(at, end)));
        return true;
      }
      if (this.#framing <= wholeBytes) {
        this.#held = Buffer.allocUnsafe(this.#framing);
        this.#heldBytes = 0;
        return this.#body(receiver, read, bytes, at);
      }
    } else if (this.#framing === 'chunked') this.#chunks = new Chunks();
    receiver.begin(read.head);
    return at === bytes.length || this.#body(receiver, read, bytes, at);
  }

  #body(receiver: Receiver, read: ReadHead, bytes: Buffer, at: number): boolean {
    if (this.#held.length > 0) return this.#gather(receiver, read, bytes, at);
    let taken = true;
    const take = (chunk: Buffer): void => {
      // A receiver that gave up while it took one chunk gets no further ones.
      if (this.#receiver === receiver) taken = receiver.data(chunk) && taken;
    };
    if (this.#framing === 'close') take(bytes.subarray(at));
    else if (this.#chunks !== undefined) {
      const end = this.#chunks.read(bytes, at, bytes.length, take);
      const { done, trailers } = this.#chunks;
      if (done) this.#complete(bytes.length - end, () => receiver.end(trailers));
    } else {
      const stop = Math.min(bytes.length, at + this.#left);
      this.#left -= stop - at;
      take(bytes.subarray(at, stop));
      if (this.#left === 0) this.#complete(bytes.length - stop, () => receiver.end([]));
    }
    return taken;
  }

  #gather(receiver: Receiver, read: ReadHead, bytes: Buffer, at: number): boolean {
    const copied = bytes.copy(this.#held, this.#heldBytes, at);
    this.#heldBytes += copied;
    if (this.#heldBytes < this.#held.length) return true;
    const body = this.#held;
    this.#complete(bytes.length - at - copied, () => receiver.whole(read.head, body));
    return true;
  }

  /** The answer is there: the connection is made free before its receiver is told, who may send again at once. */
  #complete(surplus: number, tell: () => void): void {
    if (this.#receiver === undefined) return;
    const read = this.#read as ReadHead;
    this.#receiver = undefined;
    this.#read = undefined;
    this.#chunks = undefined;
    this.#held = nothing;
    this.served++;
    const written = this.#pump === undefined || this.#pump.done;
    this.#pump?.discard();
    this.#pump = undefined;
    if (read.persistent && written && surplus === 0) this.#rest(read.keptFor);
    else this.#socket.destroy();
    tell();
  }

  #rest(keptFor: number): void {
    // One whose receiver held it back would not see the next answer.
    if (this.#paused) this.#socket.resume();
    this.#paused = false;
    this.#keeper.rests(this, keptFor);
  }

  #onError(error: Error): void {
    this.#error = error;
    this.#keeper.gone(this);
  }

  #onEnd(): void {
    // Its close is told a turn later: a request that is sent meanwhile would be lost.
    this.#keeper.gone(this);
    const receiver = this.#receiver;
    if (receiver === undefined || this.#read === undefined || this.#framing !== 'close') return;
    this.#receiver = undefined;
    receiver.end([]);
  }

  #onClose(): void {
    this.#keeper.gone(this);
    const receiver = this.#receiver;
    if (receiver === undefined) return;
    this.#receiver = undefined;
    this.#pump?.discard();
    const where = `${this.to.host}:${this.to.port}`;
    const reason = this.#error === undefined ? 'it closed the connection' : this.#error.message;
    const error = this.#connected
      ? this.#broken(reason)
      : outgoingErrors.make['upstream-unreachable'](`No connection to ${where}: ${reason}.`);
    receiver.fail({ error, sent: this.#connected, reused: this.served > 0 && !this.#answered });
  }

  #broken(reason: string): CodedError {
    const { host, port } = this.to;
    const when = this.#answered ? 'within its answer' : 'before its answer';
    return outgoingErrors.make['upstream-broken'](`The server at ${host}:${port} failed ${when}: ${reason}.`);
  }
}
