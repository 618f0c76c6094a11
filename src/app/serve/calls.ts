import type { MessagePort, Worker } from 'node:worker_threads';
import { errorOf, noteOf, type ErrorNote } from '../../base/errors/index.ts';

/** Functions a thread offers another: one argument, a promised result, both plain data. */
export type Offered = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

type Message =
  | { readonly call: string; readonly id: number; readonly argument: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ErrorNote };

/** Calls between two threads over the port that joins them. */
export class Calls {
  readonly #port: Worker | MessagePort;
  readonly #pending = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  #last = 0;

  constructor(port: Worker | MessagePort, offered: Offered) {
    this.#port = port;
    port.on('message', (message: Message) => {
      if ('call' in message) void this.#answer(message, offered);
      else this.#settle(message);
    });
  }

  /** Calls what the other end offers under `name`; coded errors come back as coded errors. */
  call<T>(name: string, argument?: unknown): Promise<T> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: value => resolve(value as T), reject });
      this.#port.postMessage({ call: name, id, argument } satisfies Message);
    });
  }

  /** Fails what was called and not answered: the other end is gone. */
  lose(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  async #answer({ call, id, argument }: Extract<Message, { call: string }>, offered: Offered): Promise<void> {
    try {
      const result = await offered[call]?.(argument as never);
      this.#port.postMessage({ id, result } satisfies Message);
    } catch (error) {
      this.#port.postMessage({ id, error: noteOf(error) } satisfies Message);
    }
  }

  #settle(message: Exclude<Message, { call: string }>): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ('error' in message) pending?.reject(errorOf(message.error));
    else pending?.resolve(message.result);
  }
}
