import { createServer, type RequestListener, type Server } from 'node:http';
import {
  createServer as createRawServer,
  type AddressInfo,
  type Server as RawServer,
  type Socket,
} from 'node:net';
import type { TestContext } from 'node:test';
import { createListener, type Listener } from '../../src/base/net/index.ts';
import {
  createOutgoing,
  passedFields,
  relay,
  type Failure,
  type Outgoing,
  type OutgoingOptions,
} from '../../src/base/net/outgoing/index.ts';
import { prepareHead } from '../../src/base/net/index.ts';

export interface Relay {
  readonly port: number;
  readonly listener: Listener;
  readonly outgoing: Outgoing;
  readonly failures: Failure[];
  /** Statuses of exchanges that are over. */
  readonly over: number[];
}

/** A listener that passes all it gets on to a port of this machine. */
export async function relaying(
  context: TestContext,
  to: number,
  options: OutgoingOptions = {},
): Promise<Relay> {
  const outgoing = createOutgoing(options);
  const failures: Failure[] = [];
  const over: number[] = [];
  const listener = createListener(
    {
      bodies: 'streamed',
      upgrades: ['websocket'],
      describe: ({ message }) => ({ fields: [], body: message }),
    },
    (method, target, head, body, sink) => {
      const failed = (failure: Failure): void => {
        failures.push(failure);
        sink.send(prepareHead(failure.error.status, []), failure.error.code);
      };
      const relayed = { method, target, head, body, sink, fields: passedFields(head) };
      relay(outgoing, { host: '127.0.0.1', port: to }, relayed, {
        failed,
        over: status => void over.push(status),
      });
    },
  );
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  context.after(async () => {
    outgoing.close();
    await listener.close();
  });
  return { port, listener, outgoing, failures, over };
}

export async function backend(
  context: TestContext,
  handler: RequestListener,
): Promise<{ port: number; server: Server }> {
  const server = createServer(handler);
  const port = await open(context, server);
  context.after(() => server.closeAllConnections());
  return { port, server };
}

/** A server of bytes: what it says is no HTTP library's. */
export async function raw(context: TestContext, onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createRawServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  context.after(() => sockets.forEach(socket => socket.destroy()));
  return open(context, server);
}

async function open(context: TestContext, server: RawServer): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  context.after(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Sends a small request of the kind that may not be sent twice; resolves to the body of its answer, or to why there is none. */
export function posted(outgoing: Outgoing, port: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const request = {
    method: 'POST',
    target: '/',
    fields: [['host', 'here']],
    body: Buffer.from('x'),
  } as const;
  outgoing.send({ host: '127.0.0.1', port }, request, {
    whole: (_head, body) => resolve(body.toString()),
    begin: () => {},
    data: () => true,
    end: () => {},
    fail: ({ error }) => resolve(error.message),
  });
  return promise;
}
