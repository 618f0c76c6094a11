import type { Duplex } from 'node:stream';
import type { ByteStream, Field, PreparedHead, Sink } from '../../base/net/index.ts';

/** What may be watched of an answer. */
export interface Watcher {
  /** The answer begins; called once, before its head is passed on. */
  begins?(head: PreparedHead): void;
  /** A part of the body was given; `whole` when it is all of it. */
  body?(bytes: string | Uint8Array): void;
  /** The answer is complete, broken off, or no longer wanted: called once. */
  over(how: 'complete' | 'broken' | 'gone'): void;
}

/** A sink that passes an answer on and tells of it. */
export class WatchedSink implements Sink {
  readonly upgrade?: (fields: readonly Field[]) => Duplex | undefined;
  /** Whether the answer began. */
  begun = false;
  /** Whether nothing more comes. */
  done = false;
  readonly #sink: Sink;
  readonly #watcher: Watcher;
  #stream: WatchedStream | undefined;
  /** Whoever answers was told that nobody waits, although the client may. */
  #given = false;
  #listeners: (() => void)[] | undefined;

  constructor(sink: Sink, watcher: Watcher) {
    this.#sink = sink;
    this.#watcher = watcher;
    if (sink.upgrade !== undefined) this.upgrade = fields => this.#upgrade(fields);
  }

  get aborted(): boolean {
    return this.#given || this.#sink.aborted;
  }

  send(head: PreparedHead, body: string | Uint8Array): void {
    if (this.done || this.begun) return;
    this.begun = true;
    this.#watcher.begins?.(head);
    this.#watcher.body?.(body);
    this.#sink.send(head, body);
    this.#over('complete');
  }

  stream(head: PreparedHead, kind?: 'endless'): ByteStream | undefined {
    if (this.done || this.begun) return undefined;
    this.begun = true;
    this.#watcher.begins?.(head);
    const stream = this.#sink.stream(head, kind);
    if (stream === undefined) {
      this.#over('gone');
      return undefined;
    }
    stream.onAbort(() => this.#over('gone'));
    this.#stream = new WatchedStream(stream, this.#watcher, how => this.#over(how));
    return this.#stream;
  }

  #upgrade(fields: readonly Field[]): Duplex | undefined {
    if (this.done || this.begun) return undefined;
    this.begun = true;
    const connection = this.#sink.upgrade?.(fields);
    if (connection === undefined) this.#over('gone');
    else connection.on('close', () => this.#over('complete'));
    return connection;
  }

  onAbort(listener: () => void): void {
    if (this.aborted) return listener();
    (this.#listeners ??= []).push(listener);
    return this.#sink.onAbort(() => this.#tellGone());
  }

  /** Asks to be told when the client goes before its answer; not needed for one that comes at once. */
  watch(): void {
    this.#sink.onAbort(() => this.#gone());
  }

  #gone(): void {
    this.#tellGone();
    this.#over('gone');
  }

  #tellGone(): void {
    for (const listener of this.#listeners?.splice(0) ?? []) listener();
  }

  /** Ends the exchange for whoever answers, with another answer for the client, or with the end of a begun one. */
  giveUp(answer: (sink: Sink) => void): void {
    if (this.done) return;
    this.#given = true;
    const stream = this.#stream;
    // A connection that was taken over is nobody's here any more.
    if (this.begun && stream === undefined) return;
    if (stream !== undefined) stream.cut();
    else answer(this.#sink);
    this.#tellGone();
    this.#over('broken');
  }

  #over(how: 'complete' | 'broken' | 'gone'): void {
    if (this.done) return;
    this.done = true;
    this.#watcher.over(how);
  }
}

class WatchedStream implements ByteStream {
  readonly #stream: ByteStream;
  readonly #watcher: Watcher;
  readonly #over: (how: 'complete' | 'broken') => void;

  constructor(stream: ByteStream, watcher: Watcher, over: (how: 'complete' | 'broken') => void) {
    this.#stream = stream;
    this.#watcher = watcher;
    this.#over = over;
  }

  get pending(): number {
    return this.#stream.pending;
  }

  get aborted(): boolean {
    return this.#stream.aborted;
  }

  write(chunk: string | Uint8Array): boolean {
    this.#watcher.body?.(chunk);
    return this.#stream.write(chunk);
  }

  end(trailers?: readonly Field[]): void {
    this.#stream.end(trailers);
    this.#over('complete');
  }

  cut(): void {
    this.#over('broken');
    this.#stream.cut();
  }

  onDrain(listener: () => void): void {
    this.#stream.onDrain(listener);
  }

  onAbort(listener: () => void): void {
    this.#stream.onAbort(listener);
  }
}
