import type { Duplex } from 'node:stream';
import {
  keepBody,
  type ByteStream,
  type Field,
  type Head,
  KeptWith,
  type PreparedHead,
  type Sink,
} from '../index.ts';
import { endToEnd, optionsOf } from './answer.ts';
import type { AnswerHead, Endpoint, Failure, OutgoingRequest, Receiver, Sending } from './contract.ts';
import type { Outgoing } from './pool.ts';

/** A request that came to a listener, to be passed on. */
export interface Relayed {
  readonly method: string;
  readonly target: string;
  readonly head: Head;
  readonly body: Uint8Array;
  readonly sink: Sink;
  /** The fields that are sent; `passedFields(head)` where nothing is changed. */
  readonly fields: readonly Field[];
  readonly extra?: readonly Field[];
  /** The protocol to speak when it is not that of the request. */
  readonly major?: 1 | 2;
  /** The head of the answer as the client is to have it; quick, for it is asked each time. As it came without this. */
  readonly answer?: ((head: PreparedHead) => PreparedHead) | undefined;
}

/** Exactly one of the two is called, once. */
export interface RelayOptions {
  /** There is no answer: nothing was sent to the client yet, so that something else may be. */
  readonly failed: (failure: Failure) => void;
  /** The exchange is over: passed on whole, broken off, or its client has gone; then the status is 0. */
  readonly over?: (status: number) => void;
}

/** Framing is written anew, and what was expected has been answered by the listener. */
const ours = new Set(['content-length', 'expect', 'http2-settings']);
const known = new KeptWith<Head, readonly Field[]>();

/** The fields of a request that are for the server behind: the same array for the same head, so that its text is kept. */
export function passedFields(head: Head): readonly Field[] {
  let fields = known.get(head);
  if (fields === undefined) {
    const all = head.fields?.() ?? [];
    fields = endToEnd(all, ours);
    // gRPC asks for it at every hop.
    if (head.major === 2 && asksForTrailers(all)) fields = [...fields, ['te', 'trailers']];
    known.set(head, fields);
  }
  return fields;
}

function asksForTrailers(fields: readonly Field[]): boolean {
  return fields.some(([name, value]) => name.toLowerCase() === 'te' && /\btrailers\b/i.test(value));
}

/** Passes a request on, and its answer back. */
export function relay(outgoing: Outgoing, to: Endpoint, relayed: Relayed, options: RelayOptions): Sending {
  const { method, target, head, body, sink, fields, extra, major = head.major ?? 1 } = relayed;
  const upgrade = sink.upgrade === undefined ? undefined : upgradeOf(head);
  const passing = new Passing(sink, method, options, relayed.answer);
  const length = head.incoming === undefined ? undefined : head.header('content-length');
  const request: OutgoingRequest = {
    method,
    target,
    fields,
    body:
      head.incoming ?? (major === 2 && body.length > 0 ? keepBody(body) : body.length > 0 ? body : undefined),
    length: length === undefined ? undefined : Number(length),
    major: upgrade === undefined ? major : 1,
    upgrade,
    ...(extra === undefined ? undefined : { extra }),
  };
  passing.sending = outgoing.send(to, request, passing);
  sink.onAbort(() => passing.abort());
  return passing.sending;
}

function upgradeOf(head: Head): string | undefined {
  const asked = head.header('upgrade');
  return asked !== undefined &&
    optionsOf([['connection', head.header('connection') ?? '']]).includes('upgrade')
    ? asked.split(',', 1)[0]?.trim()
    : undefined;
}

class Passing implements Receiver {
  sending: Sending | undefined;
  readonly #sink: Sink;
  readonly #isHead: boolean;
  readonly #options: RelayOptions;
  readonly #answer: Relayed['answer'];
  #stream: ByteStream | undefined;
  #status = 0;
  #told = false;

  constructor(sink: Sink, method: string, options: RelayOptions, answer: Relayed['answer']) {
    this.#sink = sink;
    this.#answer = answer;
    this.#isHead = method === 'HEAD';
    this.#options = options;
  }

  whole(head: AnswerHead, body: Buffer): void {
    // The length that the answer to HEAD tells is not that of its body: none is told.
    if (this.#isHead) this.#sink.stream(this.#headOf(head))?.end();
    // The sink keeps what it is given, and this is a view of a buffer that is read into again.
    else this.#sink.send(this.#headOf(head), Buffer.from(body));
    this.#over(head.status);
  }

  begin(head: AnswerHead): void {
    this.#status = head.status;
    const stream = this.#sink.stream(this.#headOf(head));
    this.#stream = stream;
    stream?.onDrain(() => this.sending?.resume());
    stream?.onAbort(() => this.abort());
  }

  data(chunk: Buffer): boolean {
    return this.#stream?.write(Buffer.from(chunk)) ?? true;
  }

  end(trailers: readonly Field[]): void {
    this.#stream?.end(trailers);
    this.#over(this.#status);
  }

  switched(head: AnswerHead, connection: Duplex): void {
    const client = this.#sink.upgrade?.(this.#headOf(head).fields);
    if (client === undefined) connection.destroy();
    else join(client, connection, () => this.#over(head.status));
  }

  fail(failure: Failure): void {
    if (this.#stream === undefined) return this.#once(() => this.#options.failed(failure));
    this.#over(this.#status);
    // Half an answer must not look like a whole one.
    this.#stream.cut();
  }

  #headOf({ prepared }: AnswerHead): PreparedHead {
    return this.#answer === undefined ? prepared : this.#answer(prepared);
  }

  abort(): void {
    this.sending?.cancel();
    this.#over(0);
  }

  #over(status: number): void {
    this.#once(() => this.#options.over?.(status));
  }

  #once(tell: () => void): void {
    if (this.#told) return;
    this.#told = true;
    tell();
  }
}

/** Joins two connections until either ends. */
function join(one: Duplex, other: Duplex, over: () => void): void {
  const cut = (): void => {
    one.destroy();
    other.destroy();
    over();
  };
  for (const side of [one, other]) side.on('error', cut).on('close', cut);
  one.pipe(other);
  other.pipe(one);
}
