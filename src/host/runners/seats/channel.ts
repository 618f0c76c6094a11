import { connect, type Socket } from 'node:net';
import { type FromShared, Lines, type ToShared } from './messages.ts';

/** Milliseconds between two tries to reach a process that has just started, and until it has to be there, also on a busy machine. */
const pause = 5;
const opening = 60_000;

/** Who listens on a line. */
export interface Ears {
  readonly heard: (message: FromShared) => void;
  /** It is closed, by either side. */
  readonly lost: () => void;
}

/** The line to a shared process. */
export class Channel {
  readonly #socket: Socket;

  private constructor(socket: Socket, { heard, lost }: Ears) {
    this.#socket = socket;
    const lines = new Lines();
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      for (const line of lines.add(text)) heard(JSON.parse(line) as FromShared);
    });
    socket.on('error', () => {});
    socket.on('close', lost);
    socket.unref();
  }

  /** Resolves once it is there; rejects when it is not within a minute, or when `gone` says that it will not be. */
  static async open(path: string, gone: () => boolean, ears: Ears): Promise<Channel> {
    const until = performance.now() + opening;
    for (;;) {
      try {
        return new Channel(await reach(path), ears);
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
