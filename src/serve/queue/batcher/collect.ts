import type { ByteStream, Field, Head, PreparedHead, Sink } from '../../../base/net/index.ts';

/** The answer to a request that was made here, gathered. */
export class Collected implements Sink {
  aborted = false;
  readonly #done: (head: PreparedHead, body: Uint8Array) => void;
  readonly #broken: () => void;
  readonly #onAbort: (() => void)[] = [];
  #taken = false;

  constructor(done: (head: PreparedHead, body: Uint8Array) => void, broken: () => void) {
    this.#done = done;
    this.#broken = broken;
  }

  send(head: PreparedHead, body: string | Uint8Array): void {
    if (this.#taken) return;
    this.#taken = true;
    this.#done(head, typeof body === 'string' ? Buffer.from(body, 'latin1') : body);
  }

  stream(head: PreparedHead): ByteStream | undefined {
    if (this.#taken) return undefined;
    this.#taken = true;
    return new Gathering(bytes => this.#done(head, bytes), this.#broken);
  }

  onAbort(listener: () => void): void {
    if (this.aborted) listener();
    else this.#onAbort.push(listener);
  }

  /** Nobody wants the answer any more. */
  abort(): void {
    if (this.aborted || this.#taken) return;
    this.aborted = true;
    for (const listener of this.#onAbort) listener();
  }
}

class Gathering implements ByteStream {
  readonly pending = 0;
  readonly aborted = false;
  readonly #chunks: Buffer[] = [];
  readonly #done: (bytes: Uint8Array) => void;
  readonly #broken: () => void;

  constructor(done: (bytes: Uint8Array) => void, broken: () => void) {
    this.#done = done;
    this.#broken = broken;
  }

  write(chunk: string | Uint8Array): boolean {
    this.#chunks.push(Buffer.from(chunk as Uint8Array));
    return true;
  }

  end(): void {
    this.#done(Buffer.concat(this.#chunks));
  }

  cut(): void {
    this.#broken();
  }

  onDrain(): void {}
  onAbort(): void {}
}

/** The head of a request that is made here: what is true of all that it is made of. */
export class BatchHead implements Head {
  readonly #fields: readonly Field[];

  constructor(host: string) {
    this.#fields = [
      ['Host', host],
      ['Content-Type', 'application/json'],
    ];
  }

  fields(): readonly Field[] {
    return this.#fields;
  }

  header(name: string): string | undefined {
    const key = name.toLowerCase();
    return this.#fields.find(field => field[0].toLowerCase() === key)?.[1];
  }
}
