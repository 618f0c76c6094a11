import type { User } from '../../base/access/index.ts';
import type { ByteStream, Head, PreparedHead, Sink } from '../../base/net/index.ts';
import { StatusError, type Status } from '../meta/index.ts';
import type { Ask, Reply, Transport } from '../client/index.ts';
import { handle, type ServerParts } from './server.ts';

/** Events a stream holds for a reader that is behind, before the stream ends and the reader lists again. */
const held = 100_000;

/** Reaches the API server in the same process: the same pipeline, without a socket. */
export class InProcessTransport implements Transport {
  readonly #parts: ServerParts;
  readonly #userAgent: string;

  constructor(parts: ServerParts, user: User, userAgent: string) {
    this.#parts = { ...parts, authenticate: () => user };
    this.#userAgent = userAgent;
  }

  async ask(ask: Ask): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    const answer = (head: PreparedHead, body: string | Uint8Array): void =>
      resolve({ status: head.status, body: decoded(body) });
    await this.#handle(ask, new CollectingSink(answer, head => new Whole(body => answer(head, body))));
    return promise;
  }

  async *stream(ask: Ask): AsyncGenerator {
    const lines = new Lines();
    const sink = new CollectingSink(
      (head, body) => lines.fail(head.status, decoded(body)),
      () => lines,
    );
    ask.signal?.addEventListener('abort', () => lines.abort(), { once: true });
    await this.#handle(ask, sink);
    yield* lines.read();
  }

  #handle(
    { method, path, body, contentType = 'application/json', accept = 'application/json' }: Ask,
    sink: Sink,
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

class CollectingSink implements Sink {
  readonly aborted = false;
  readonly #answer: (head: PreparedHead, body: string | Uint8Array) => void;
  readonly #open: (head: PreparedHead) => ByteStream;

  constructor(
    answer: (head: PreparedHead, body: string | Uint8Array) => void,
    open: (head: PreparedHead) => ByteStream,
  ) {
    this.#answer = answer;
    this.#open = open;
  }

  send(head: PreparedHead, body: string | Uint8Array): void {
    this.#answer(head, body);
  }

  stream(head: PreparedHead): ByteStream {
    return this.#open(head);
  }

  onAbort(): void {}
}

/** A streamed answer of which only the whole is wanted: a log. */
class Whole implements ByteStream {
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

/** The lines that a watch writes, for a reader in the same process. */
class Lines implements ByteStream {
  readonly pending = 0;
  aborted = false;
  readonly #lines: string[] = [];
  readonly #onAbort: (() => void)[] = [];
  #failure: Error | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  write(chunk: string | Uint8Array): boolean {
    this.#lines.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    if (this.#lines.length > held) this.abort();
    this.#wake?.();
    return true;
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
        for (const line of this.#lines.splice(0)) yield JSON.parse(line);
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#lines.length === 0 && this.#ended) return;
        if (this.#lines.length > 0) continue;
        await new Promise<void>(resolve => (this.#wake = resolve));
      }
    } finally {
      this.abort();
    }
  }
}
