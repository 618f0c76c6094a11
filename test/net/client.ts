import { connect, type Socket } from 'node:net';

/** One answer as it stood on the wire. */
export interface Reply {
  readonly status: number;
  readonly reason: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Parsed {
  readonly reply: Reply;
  readonly length: number;
}

/** The answer that begins the bytes, or how many bytes it takes at least. */
function parse(bytes: Buffer, bodyless: boolean): Parsed | number {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return bytes.length + 1;
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const found = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(first);
  if (found === null) throw new Error(`not a status line: ${JSON.stringify(first)}`);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(': ');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 2);
  }
  const start = headEnd + 4;
  // Node answers some errors itself, with an empty chunked body.
  const length = headers['transfer-encoding'] === 'chunked' ? '0\r\n\r\n'.length : headers['content-length'];
  const end = bodyless ? start : start + Number(length ?? 0);
  if (bytes.length < end) return end;
  const body = bytes.toString('latin1', start, end);
  return { reply: { status: Number(found[1]), reason: found[2] as string, headers, body }, length: end };
}

/** A client that writes exactly the bytes it is told, and reads answers, interim ones too. */
export class RawClient {
  readonly socket: Socket;
  readonly replies: Reply[] = [];
  /** Resolves when the connection is closed, however that came. */
  readonly closed: Promise<void>;
  ended = false;
  #rest: Buffer[] = [];
  #length = 0;
  #needed = 1;
  #wake: (() => void)[] = [];
  #bodyless: boolean;

  constructor(port: number, { bodyless = false, reading = true } = {}) {
    this.#bodyless = bodyless;
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    if (reading) this.read();
    this.socket.on('error', () => {});
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.socket.on('close', () => {
      this.ended = true;
      this.#wakeAll();
      resolve();
    });
    this.socket.on('end', () => {
      this.ended = true;
      this.#wakeAll();
      this.socket.end();
    });
  }

  read(): void {
    this.socket.on('data', chunk => {
      this.#rest.push(chunk);
      this.#length += chunk.length;
      if (this.#length >= this.#needed) this.#parse(Buffer.concat(this.#rest));
      this.#wakeAll();
    });
  }

  #parse(bytes: Buffer): void {
    let next = parse(bytes, this.#bodyless);
    for (; typeof next === 'object'; next = parse(bytes, this.#bodyless)) {
      bytes = bytes.subarray(next.length);
      this.replies.push(next.reply);
    }
    this.#rest = [bytes];
    this.#length = bytes.length;
    this.#needed = next;
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  async write(...pieces: (string | Uint8Array)[]): Promise<void> {
    for (const piece of pieces) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece, () => resolve());
      await promise;
    }
  }

  /** The answers so far once there are `count` of them, or fewer when the connection ends first. */
  async answers(count: number): Promise<Reply[]> {
    while (this.replies.length < count && !this.ended) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake.push(resolve);
      await promise;
    }
    return this.replies;
  }

  async answer(): Promise<Reply> {
    const [reply] = await this.answers(1);
    if (reply === undefined) throw new Error('closed without an answer');
    return reply;
  }
}

/** Goes on once `condition` holds; turns of the event loop pass meanwhile, no set time. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve));
}

/** Lets whatever is on its way between two ends of this process arrive. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
}
