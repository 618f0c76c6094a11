import { createListener, type Handler, type Listener, type ListenerOptions } from '../../base/net/index.ts';
import { errorAnswer } from '../../serve/index.ts';
import { listeningPort } from '../ports.ts';

/** Heads of requests that come through proxies and logins, as large as Go’s servers take them. */
const headBytes = 1024 * 1024;

export interface Port {
  readonly port: number;
  readonly handler: Handler;
  /** `streamed` for what passes bodies on. */
  readonly bodies: 'whole' | 'streamed';
  readonly limits?: ListenerOptions['limits'];
}

/** Ports of one address. */
export class Ports {
  readonly #host: string;
  readonly #listeners: Listener[] = [];
  readonly #opening: Promise<unknown>[] = [];

  constructor(host: string) {
    this.#host = host;
  }

  /** @returns the port, which the system chose for 0. @throws `net-port-taken`, `net-address-refused` */
  async open({ port: said, handler, bodies, limits }: Port): Promise<number> {
    const port = listeningPort(said);
    const unbounded = bodies === 'streamed' ? { bodyBytes: Number.MAX_SAFE_INTEGER } : {};
    const listener = createListener(
      {
        bodies,
        limits: { headBytes, ...limits, ...unbounded },
        upgrades: ['websocket'],
        describe: error => {
          const { head, body } = errorAnswer(error);
          return { fields: head.fields, body };
        },
      },
      handler,
    );
    this.#listeners.push(listener);
    const opening = listener.listen({ host: this.#host, port });
    this.#opening.push(opening);
    return (await opening).port;
  }

  /** Has clients leave with their next answer. */
  leave(): void {
    for (const listener of this.#listeners) listener.leave();
  }

  /** Lets what runs end within so many milliseconds. */
  async drain(within: number): Promise<void> {
    // One that opens later would stay open.
    await Promise.allSettled(this.#opening);
    await Promise.all(this.#listeners.map(listener => listener.drain(within)));
  }
}
