import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Answered, readAnswer } from '../identity/issuing.ts';

/** Milliseconds after which an answer counts as one that never comes. */
const patience = 20_000;

/** A connection that is kept as long as the other end keeps it, for one request at a time, of any bytes. */
export class Wire {
  readonly #port: number;
  #socket: Socket | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /**
   * Sends a request and reads one answer.
   * @param bodyless whether the answer has no body, whatever its head says
   * @throws Error when the other end never answers
   */
  async ask(bytes: string, bodyless = false): Promise<Answered> {
    const socket = (this.#socket ??= await this.#opened());
    const late = setTimeout(() => socket.destroy(new Error('no answer')), patience);
    try {
      socket.write(bytes, 'latin1');
      return await this.#read(socket, bodyless);
    } finally {
      clearTimeout(late);
    }
  }

  async #opened(): Promise<Socket> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    // What is wrong is told by the reading.
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }

  #read(socket: Socket, bodyless: boolean): Promise<Answered> {
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    let text = '';
    const end = (whole: boolean): void => {
      socket.off('data', take).off('close', closed);
      if (!whole && text === '') return reject(new Error('the connection ended without an answer'));
      const answer = readAnswer(text);
      if (!whole || answer.headers.get('connection') === 'close') this.close();
      resolve(answer);
    };
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (isWhole(text, bodyless)) end(true);
    };
    const closed = (): void => {
      this.#socket = undefined;
      end(false);
    };
    socket.on('data', take).on('close', closed);
    return promise;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}

function isWhole(text: string, bodyless: boolean): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  if (bodyless) return true;
  const length = /^content-length: (\d+)/im.exec(text.slice(0, head))?.[1];
  if (length !== undefined) return text.length >= head + 4 + Number(length);
  if (/^transfer-encoding: chunked/im.test(text.slice(0, head))) return text.endsWith('0\r\n\r\n');
  return / (204|304) /.test(text.slice(0, 14));
}
