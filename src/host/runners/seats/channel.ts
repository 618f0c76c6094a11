import { connect, type Socket } from 'node:net';
import { type FromShared, Lines, type ToShared } from './messages.ts';

/** Milliseconds between two tries to reach a process that has just started, and until it has to be there, also on a busy machine. */
const pause = 5;
const opening = 60_000;

/** The line to a shared process. */
export class Channel {
  readonly #socket: Socket;

  private constructor(socket: Socket, heard: (message: FromShared) => void) {
    this.#socket = socket;
    const lines = new Lines();
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      for (const line of lines.add(text)) heard(JSON.parse(line) as FromShared);
    });
    socket.on('error', () => {});
    socket.unref();
  }

  /** Resolves once it is there; rejects when it is not within a minute, or when `gone` says that it will not be. */
  static async open(
    path: string,
    gone: () => boolean,
    heard: (message: FromShared) => void,
  ): Promise<Channel> {
    const until = performance.now() + opening;
    for (;;) {
      try {
        return new Channel(await reach(path), heard);
      } catch (error) {
        if (gone() || performance.now() > until) throw error;
        await new Promise(resolve => setTimeout(resolve, pause));
      }
    }
  }

  send(message: ToShared): void {
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  /** The process goes on without anybody who listens. */
  close(): void {
    this.#socket.destroy();
  }
}

function reach(path: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect(path);
  socket.once('error', reject);
  socket.once('connect', () => {
    socket.off('error', reject);
    resolve(socket);
  });
  return promise;
}
