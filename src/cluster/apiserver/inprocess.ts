import type { User } from '../../base/access/index.ts';
import type { Head, PreparedHead } from '../../base/net/index.ts';
import { StatusError, type Status } from '../meta/index.ts';
import type { Ask, Reply, Transport } from '../client/index.ts';
import type { AnswerSink, AnswerStream } from './call.ts';
import { handle, type ServerParts } from './server.ts';

/** Events a stream holds for a reader that is behind, before the stream ends and the reader lists again. */
const held = 100_000;

/**
 * Reaches the API server in the same process: the same pipeline, without a socket. Objects come as the store holds them, so that what
 * informers keep costs nothing; nobody changes them in place.
 */
export class InProcessTransport implements Transport {
  readonly #parts: ServerParts;
  readonly #userAgent: string;

  constructor(parts: ServerParts, user: User, userAgent: string) {
    this.#parts = { ...parts, authenticate: () => user };
    this.#userAgent = userAgent;
  }

  async ask(ask: Ask): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const answer = (status: number, body: unknown): void => resolve({ status, body });
    const whole = ({ status }: PreparedHead): AnswerStream =>
      new Whole(body => answer(status, decoded(body)));
    await this.#handle(ask, new CollectingSink(answer, whole));
    return promise;
  }

  async *stream(ask: Ask): AsyncGenerator {
    const lines = new Lines();
    const sink = new CollectingSink(
      (status, body) => lines.fail(status, body),
      () => lines,
    );
    ask.signal?.addEventListener('abort', () => lines.abort(), { once: true });
    await this.#handle(ask, sink);
    yield* lines.read();
  }

  #handle(
    { method, path, body, contentType = 'application/json', accept = 'application/json' }: Ask,
    sink: AnswerSink,
  ): Promise<void> {
    const bytes = body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body));
    const fields: Record<string, string> = {
      accept,
      'user-agent': this.#userAgent,
      ...(body !== undefined && { 'content-type': contentType }),
    };
    const head: Head = { header: name => fields[name.toLowerCase()] };
    return handle(this.#parts, method, path, head, bytes, sink);
  }
}

function decoded(body: string | Uint8Array): unknown {
  const text = typeof body === 'string' ? body : Buffer.from(body).toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

class CollectingSink implements AnswerSink {
  readonly aborted = false;
  readonly takeValue: (status: number, value: unknown) => void;
  readonly #open: (head: PreparedHead) => AnswerStream;

  constructor(
    takeValue: (status: number, value: unknown) => void,
    open: (head: PreparedHead) => AnswerStream,
  ) {
    this.takeValue = takeValue;
    this.#open = open;
  }

  send({ status }: PreparedHead, body: string | Uint8Array): void {
    this.takeValue(status, decoded(body));
  }

  stream(head: PreparedHead): AnswerStream {
    return this.#open(head);
  }

  onAbort(): void {}
}

/** A streamed answer of which only the whole is wanted: a log. */
class Whole implements AnswerStream {
  readonly pending = 0;
  readonly aborted = false;
  readonly #chunks: Uint8Array[] = [];
  readonly #done: (body: Uint8Array) => void;

  constructor(done: (body: Uint8Array) => void) {
    this.#done = done;
  }

  write(chunk: string | Uint8Array): boolean {
    this.#chunks.push(Buffer.from(chunk as string));
    return true;
  }

  end(): void {
    this.#done(Buffer.concat(this.#chunks));
  }

  cut(): void {
    this.end();
  }

  onDrain(): void {}

  onAbort(): void {}
}

/** What a watch tells a reader in the same process. */
class Lines implements AnswerStream {
  readonly pending = 0;
  aborted = false;
  #events: unknown[] = [];
  readonly #onAbort: (() => void)[] = [];
  #failure: Error | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  write(chunk: string | Uint8Array): boolean {
    this.tell(decoded(chunk));
    return true;
  }

  tell(event: unknown): void {
    this.#events.push(event);
    if (this.#events.length > held) this.abort();
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  onDrain(): void {}

  cut(): void {
    this.abort();
  }

  onAbort(listener: () => void): void {
    this.#onAbort.push(listener);
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (const listener of this.#onAbort) listener();
    this.end();
  }

  fail(status: number, body: unknown): void {
    const { reason, message, details } = body as Status;
    this.#failure = new StatusError(status, reason, message ?? '', details);
    this.end();
  }

  async *read(): AsyncGenerator {
    try {
      for (;;) {
        const events = this.#events;
        this.#events = [];
        yield* events;
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#events.length > 0) continue;
        if (this.#ended) return;
        await new Promise<void>(resolve => (this.#wake = resolve));
      }
    } finally {
      this.abort();
    }
  }
}
