import type { Socket } from 'node:net';
import type { CodedError } from '../../errors/index.ts';
import type { Adopted, Intake } from '../adopt.ts';
import type { PreparedHead } from '../contract.ts';
import { netErrors } from '../errors.ts';
import { Gathered } from '../gathered.ts';
import { mayShare } from '../keep.ts';
import type { Owner } from '../owner.ts';
import { beginsHttp2 } from '../preface.ts';
import { hasBody } from '../prepare.ts';
import { type Answering, OnceSink } from '../sink.ts';
import { OpenStream, type Outlet } from '../stream.ts';
import type { Answered, Burst } from './burst.ts';
import { type Found, more, readHead, unusual } from './grammar.ts';
import { LaneHead } from './head.ts';

/** What a lane needs of its listener. */
export interface LaneOwner extends Owner {
  /** The connection leaves the lane for good; `rest` are the bytes not consumed. */
  handOver(socket: Socket, rest: Buffer, protocol: 'http1' | 'http2'): void;
  /** Answers of all lanes are written through it. */
  readonly burst: Burst;
  /** The lane is done with its connection. */
  left(lane: Lane): void;
}

const nothing = Buffer.alloc(0);
const found: Found = { post: false, targetStart: 0, targetEnd: 0, contentLength: 0 };
/** Input kept while an answer is pending; a client that pipelines more waits. */
const waitingBytes = 64 * 1024;
/** Answers to pipelined requests wait for each other up to this much. */
const batchBytes = 64 * 1024;
/** Bytes up to this many are copied beside their head: one write costs less than two parts of one. */
const copiedBytes = 16 * 1024;
/** Bodies larger than this leave the lane where they are to be streamed. */
const gatheredBytes = 64 * 1024;
/**
 * Milliseconds in which a client that has connected is given time for its first request, while the listener drains. Node's parsers have
 * ways of their own, which `Parser.drain` tells.
 */
const firstRequest = 1000;
/** A head that takes more reads than this is no usual client's: node's parser reads on where the lane would start over. */
const maxHeadReads = 8;

/**
 * One connection in the lane: reads usual requests, calls the handler, writes the answers in order, one write for all that
 * one read brought. While an answer is pending or the client does not read, further input waits.
 */
export class Lane implements Intake, Answering, Answered {
  readonly #owner: LaneOwner;
  readonly #adopted: Adopted;
  readonly #socket: Socket;
  /** Input that no request was made of yet. */
  readonly #waiting = new Gathered();
  readonly #body = new Gathered();
  /** The head whose body is arriving. */
  #bodyOf: LaneHead | undefined;
  #last: LaneHead | undefined;
  #headReads = 0;
  /** The request whose answer is pending. */
  #busy: OnceSink | undefined;
  /** The client does not read: the socket holds as much as it should. */
  #blocked = false;
  #paused = false;
  #running = false;
  /** Its answers are written when the sockets that are ready have been read. */
  #due = false;
  #over = false;
  #served = false;
  #out = '';
  #since: number;

  constructor(owner: LaneOwner, adopted: Adopted) {
    this.#owner = owner;
    this.#adopted = adopted;
    this.#socket = adopted.socket;
    this.#since = owner.stamp;
    this.#socket.on('end', this.#onEnd);
    this.#socket.on('drain', this.#onDrain);
    this.#socket.on('timeout', this.#onTimeout);
    this.#socket.on('close', this.#onClose);
    adopted.feed(this);
  }

  bytes(buffer: Buffer, length: number): void {
    if (this.#over) return;
    if (this.#busy === undefined && this.#waiting.length === 0 && !this.#blocked) {
      const used = this.#run(buffer, 0, length);
      if (this.#over) return;
      if (used < length) this.#waiting.add(buffer, used, length);
      this.#regulate();
      return;
    }
    this.#waiting.add(buffer, 0, length);
    this.#resume();
  }

  /** Goes on with the input that waits, as far as it may. */
  #resume(): void {
    if (this.#waiting.length > 0 && !this.#over) {
      const used = this.#run(this.#waiting.bytes, this.#waiting.start, this.#waiting.end);
      if (this.#over) return;
      this.#waiting.drop(used);
    }
    this.#regulate();
  }

  /** Reads only while there is room for what comes: for the client's memory, not ours, to hold what it sends too early. */
  #regulate(): void {
    const pause = this.#blocked || (this.#busy !== undefined && this.#waiting.length > waitingBytes);
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#socket.pause();
    else this.#socket.resume();
  }

  /** Serves what is complete in `buffer[at, end)`; returns the position of what is left. */
  #run(buffer: Buffer, at: number, end: number): number {
    this.#running = true;
    while (at < end && this.#busy === undefined && !this.#blocked && !this.#over) {
      if (this.#bodyOf !== undefined) {
        at = this.#fill(this.#bodyOf, buffer, at, end);
        continue;
      }
      const head = this.#match(buffer, at, end) ?? this.#read(buffer, at, end);
      if (head === undefined) break;
      this.#headReads = 0;
      at += head.bytes.length;
      const bodyEnd = at + head.contentLength;
      if (bodyEnd <= end) {
        this.#serve(head, bodyEnd === at ? nothing : bodyOf(buffer, at, bodyEnd));
        at = bodyEnd;
      } else {
        this.#bodyOf = head;
        this.#body.expect(head.contentLength);
        this.#since = this.#owner.now();
      }
    }
    this.#running = false;
    if (this.#out !== '') this.#flushSoon();
    return at;
  }

  /** The last head again, when its bytes stand at `at`: clients repeat themselves, and comparing costs less than reading. */
  #match(buffer: Buffer, at: number, end: number): LaneHead | undefined {
    const last = this.#last;
    if (last === undefined) return undefined;
    const stop = at + last.bytes.length;
    return stop <= end && last.bytes.compare(buffer, at, stop) === 0 ? last : undefined;
  }

  #read(buffer: Buffer, at: number, end: number): LaneHead | undefined {
    const { headBytes, bodyBytes } = this.#owner.limits;
    const wholeBytes = this.#owner.streams ? Math.min(bodyBytes, gatheredBytes) : bodyBytes;
    const length = readHead(buffer, at, end, headBytes, found);
    if (length === more && this.#headReads++ < maxHeadReads) {
      if (this.#headReads === 1) this.#since = this.#owner.now();
      return undefined;
    }
    const begins = length === unusual && !this.#served ? beginsHttp2(buffer, at, end) : false;
    if (begins === undefined) return undefined;
    if (length === more || length === unusual || found.contentLength > wholeBytes) {
      this.#handOver(buffer.subarray(at, end), begins ? 'http2' : 'http1');
      return undefined;
    }
    const target = buffer.toString('latin1', found.targetStart, found.targetEnd);
    const bytes = Buffer.from(buffer.subarray(at, at + length));
    return (this.#last = new LaneHead(
      this.#socket,
      bytes,
      found.post ? 'POST' : 'GET',
      target,
      found.contentLength,
    ));
  }

  #fill(head: LaneHead, buffer: Buffer, at: number, end: number): number {
    const stop = Math.min(end, at + head.contentLength - this.#body.length);
    this.#body.add(buffer, at, stop);
    const full = this.#owner.arriving.add(stop - at);
    if (this.#body.length === head.contentLength) this.#serve(head, this.#takeBody());
    else if (full !== undefined) this.#refuse(full);
    return stop;
  }

  #takeBody(): Buffer {
    this.#bodyOf = undefined;
    this.#owner.arriving.remove(this.#body.length);
    return this.#body.take();
  }

  #serve(head: LaneHead, body: Buffer): void {
    const sink = new OnceSink(this);
    this.#busy = sink;
    this.#served = true;
    this.#owner.counters.lane++;
    try {
      const later = this.#owner.handler(head.method, head.target, head, body, sink);
      if (later !== undefined) later.catch((thrown: unknown) => this.#fail(sink, head, thrown));
    } catch (thrown) {
      this.#fail(sink, head, thrown);
    }
  }

  #fail(sink: OnceSink, asked: LaneHead, thrown: unknown): void {
    if (!sink.open) return;
    const answer = this.#owner.describe(thrown);
    this.#owner.tell(answer, asked);
    sink.send(answer.head, answer.body);
  }

  answer(head: PreparedHead, body: string | Uint8Array): void {
    this.#busy = undefined;
    this.#since = this.#owner.stamp;
    const { leaving, date } = this.#owner;
    const start = leaving ? `${head.text}${date}Connection: close\r\n` : head.text + date;
    if (!hasBody(head.status)) this.#out += `${start}\r\n`;
    else if (typeof body === 'string') this.#out += `${start}Content-Length: ${body.length}\r\n\r\n${body}`;
    else this.#addBytes(`${start}Content-Length: ${body.length}\r\n\r\n`, body);
    if (leaving) this.#finish();
    else if (!this.#running) {
      this.#flushSoon();
      this.#resume();
    } else if (this.#out.length > batchBytes) this.#flush();
  }

  begin(head: PreparedHead, kind?: 'endless'): OpenStream {
    const { leaving, date, endless } = this.#owner;
    const closes = leaving ? 'Connection: close\r\n' : '';
    this.#out += `${head.text}${date}${closes}Transfer-Encoding: chunked\r\n\r\n`;
    if (!this.#running) this.#flush();
    const socket = this.#socket;
    const outlet: Outlet = {
      write: bytes => this.#writeChunk(bytes),
      end: () => this.#endChunks(leaving),
      cut: () => void socket.destroy(),
      get pending() {
        return socket.writableLength;
      },
    };
    return new OpenStream(outlet, kind && endless);
  }

  #writeChunk(bytes: Uint8Array): boolean {
    if (this.#over) return true;
    const size = `${bytes.length.toString(16)}\r\n`;
    this.#flush();
    this.#socket.cork();
    this.#write(size);
    this.#write(bytes);
    this.#write('\r\n');
    this.#socket.uncork();
    return !this.#blocked;
  }

  #endChunks(closing: boolean): void {
    if (this.#over) return;
    this.#busy = undefined;
    this.#since = this.#owner.stamp;
    this.#out += '0\r\n\r\n';
    if (closing || this.#owner.draining) return this.#finish();
    this.#flush();
    if (!this.#running) this.#resume();
  }

  #addBytes(text: string, body: Uint8Array): void {
    this.#out += text;
    if (body.length <= copiedBytes) {
      this.#out += Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
      return;
    }
    this.#socket.cork();
    this.#flush();
    this.#write(body);
    this.#socket.uncork();
  }

  #flushSoon(): void {
    if (this.#due) return;
    this.#due = true;
    this.#owner.burst.add(this);
  }

  flush(): void {
    this.#due = false;
    if (this.#over) return;
    this.#flush();
    this.#regulate();
  }

  #flush(): void {
    const text = this.#out;
    this.#out = '';
    if (text !== '') this.#write(text);
  }

  #write(data: string | Uint8Array): void {
    if (this.#socket.write(data, 'latin1') || this.#blocked) return;
    this.#blocked = true;
    this.#socket.setTimeout(this.#owner.limits.writeTimeout);
  }

  /** Sends what is there and closes. */
  #finish(): void {
    this.#flush();
    this.#leave();
    this.#owner.linger(this.#socket);
  }

  #handOver(rest: Buffer, protocol: 'http1' | 'http2'): void {
    this.#flush();
    this.#leave();
    this.#owner.handOver(this.#socket, Buffer.from(rest), protocol);
  }

  #refuse(error: CodedError): void {
    const asked = this.#bodyOf ?? {};
    this.#flush();
    this.#leave();
    this.#owner.refuse(this.#socket, error, asked);
  }

  #leave(): void {
    this.#over = true;
    this.#takeBody();
    this.#adopted.release();
    this.#socket.setTimeout(0);
    this.#socket.off('end', this.#onEnd).off('drain', this.#onDrain);
    this.#socket.off('timeout', this.#onTimeout).off('close', this.#onClose);
    this.#owner.left(this);
  }

  readonly #onDrain = (): void => {
    this.#blocked = false;
    this.#socket.setTimeout(0);
    this.#since = this.#owner.stamp;
    this.#busy?.drained();
    this.#resume();
  };

  /** The client has stopped sending. As `node:http` and nginx do, a pending answer counts as no longer wanted. */
  readonly #onEnd = (): void => {
    if (this.#busy !== undefined) this.#socket.destroy();
    else if (this.#bodyOf !== undefined) {
      const got = `${this.#body.length} of ${this.#bodyOf.contentLength} bytes of its body`;
      this.#refuse(netErrors.make['net-request-truncated'](`The request ended after ${got}.`));
    } else if (this.#waiting.length > 0) {
      this.#refuse(netErrors.make['net-request-truncated']('The request ended within its head.'));
    } else {
      this.#flush();
      this.#socket.end();
    }
  };

  /** Only armed while written bytes wait; the socket counts sent bytes as activity. */
  readonly #onTimeout = (): void => {
    this.#owner.counters.timedOut++;
    this.#socket.destroy();
  };

  readonly #onClose = (): void => {
    this.#over = true;
    this.#takeBody();
    this.#owner.left(this);
    if (this.#busy === undefined) return;
    this.#owner.counters.aborted++;
    this.#busy.abort();
  };

  /** Ends the connection when nothing is under way; what is under way ends it by itself, and what has just come is about to ask. */
  drain(): void {
    if (!this.#served && this.#owner.now() - this.#since < firstRequest) return;
    if (this.#busy !== undefined || this.#blocked || this.#bodyOf !== undefined) return;
    if (this.#waiting.length === 0) this.#finish();
  }

  /** Enforces the time-outs of reading. */
  sweep(now: number): void {
    if (this.#busy !== undefined || this.#blocked) return;
    const { headTimeout, bodyTimeout, keepAliveTimeout } = this.#owner.limits;
    const waited = now - this.#since;
    if (this.#bodyOf !== undefined) {
      if (waited <= bodyTimeout) return;
      const got = `${this.#body.length} of ${this.#bodyOf.contentLength} bytes`;
      this.#refuse(slow(`the body within ${bodyTimeout} ms, got ${got}`));
    } else if (this.#waiting.length > 0) {
      if (waited <= headTimeout) return;
      this.#refuse(slow(`a complete head within ${headTimeout} ms, got ${this.#waiting.length} bytes of it`));
    } else {
      if (waited <= (this.#served ? keepAliveTimeout : headTimeout)) return;
      this.#socket.destroy();
    }
    this.#owner.counters.timedOut++;
  }
}

/** The part of a buffer that is a body; larger ones have to be the handler's own. */
function bodyOf(buffer: Buffer, start: number, end: number): Buffer {
  const body = buffer.subarray(start, end);
  return mayShare(body.length) ? body : Buffer.from(body);
}

function slow(text: string): CodedError {
  return netErrors.make['net-request-slow'](`Expected ${text}.`);
}
