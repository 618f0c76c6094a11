import type { TestContext } from 'node:test';
import {
  createListener,
  prepareHead,
  type Handler,
  type Limits,
  type Listener,
  type OwnAnswer,
} from '../../src/base/net/index.ts';
import { RawClient } from './client.ts';

export const ok = prepareHead(200, [['Content-Type', 'text/plain']]);

/** Answers with what it was given, one item a line. */
export const echo: Handler = (method, target, head, body, sink) => {
  const type = head.header('content-type') ?? '-';
  sink.send(ok, [method, target, type, Buffer.from(body).toString('latin1')].join('\n'));
};

export interface Served {
  readonly listener: Listener;
  /** What it answered by itself. */
  readonly told: OwnAnswer[];
  readonly port: number;
  /** Moves the clock of the listener on by some milliseconds, and lets it look at its time-outs. */
  readonly pass: (milliseconds: number) => void;
  /** Moves its clock on; nobody looks. */
  readonly wait: (milliseconds: number) => void;
  /** Sets the date, as an administrator or a time server does; the time that passes is not touched. */
  readonly setDate: (milliseconds: number) => void;
  readonly client: (options?: { bodyless?: boolean; reading?: boolean }) => RawClient;
}

/** A listener on a free port with a clock of its own; closed, with its clients, when the test ends. */
export async function serve(
  context: TestContext,
  handler: Handler = echo,
  limits: Partial<Limits> = {},
  reads: 'shared' | 'ordinary' = 'shared',
): Promise<Served> {
  const told: OwnAnswer[] = [];
  let time = 0;
  let date = Date.UTC(2026, 0, 1);
  const listener = createListener(
    {
      limits,
      reads,
      now: () => time,
      date: () => date,
      onOwnAnswer: answer => void told.push(answer),
      describe: ({ code, message }) => ({
        fields: [['Content-Type', 'application/json']],
        body: JSON.stringify({ code, error: message }),
      }),
    },
    handler,
  );
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  const clients: RawClient[] = [];
  context.after(async () => {
    for (const client of clients) client.socket.destroy();
    await listener.close();
  });
  return {
    listener,
    told,
    port,
    pass(milliseconds) {
      time += milliseconds;
      listener.sweep();
    },
    wait: milliseconds => void (time += milliseconds),
    setDate: milliseconds => void (date = milliseconds),
    client(options) {
      const client = new RawClient(port, options);
      clients.push(client);
      return client;
    },
  };
}

/** A request of HTTP/1.1 as most clients write it. */
export function request(target: string, body?: string, extra = ''): string {
  const start = `${body === undefined ? 'GET' : 'POST'} ${target} HTTP/1.1\r\nHost: here\r\n${extra}`;
  return body === undefined ? `${start}\r\n` : `${start}Content-Length: ${body.length}\r\n\r\n${body}`;
}
