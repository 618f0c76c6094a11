import type { Duplex } from 'node:stream';
import { Session, type Stream } from '../../../base/spdy/index.ts';
import { pingInterval } from '../remote/channels.ts';
import { type Forwarded, forward, portIn } from './forward.ts';

/** What a client speaks in a session, and how a WebSocket that carries one is called. */
export const forwardProtocol = 'portforward.k8s.io';
export const tunnelProtocol = `SPDY/3.1+${forwardProtocol}`;

/** How long the streams of a pair may be apart. */
const pairing = 30_000;

interface Pair {
  readonly timer: NodeJS.Timeout;
  readonly streams: Map<string, Stream>;
}

/** Forwards ports of a pod for a session: each connection is a pair of streams, one of them for what goes wrong. */
export async function forwardOverSpdy(connection: Duplex, pod: Forwarded): Promise<void> {
  const pairs = new Map<string, Pair>();
  const session = new Session(connection, {
    side: 'server',
    onStream: stream => {
      const kind = stream.headers.get('streamtype') ?? '';
      const port = portIn(stream.headers.get('port') ?? '');
      if ((kind !== 'data' && kind !== 'error') || port === undefined) return void stream.destroy();
      const id = stream.headers.get('requestid') ?? `${port}`;
      const pair = pairs.get(id) ?? begin(id);
      if (pair.streams.has(kind)) return void stream.destroy();
      pair.streams.set(kind, stream);
      if (pair.streams.size < 2) return;
      clearTimeout(pair.timer);
      pairs.delete(id);
      void serve(pair, port);
    },
  });
  const begin = (id: string): Pair => {
    const streams = new Map<string, Stream>();
    const timer = setTimeout(() => {
      pairs.delete(id);
      for (const stream of streams.values()) stream.destroy();
    }, pairing).unref();
    const pair = { timer, streams };
    pairs.set(id, pair);
    return pair;
  };
  const serve = async ({ streams }: Pair, port: number): Promise<void> => {
    const [data, errors] = ['data', 'error'].map(kind => streams.get(kind)) as [Stream, Stream];
    errors.resume();
    const wrong = await forward(data, pod, port);
    if (wrong !== undefined) errors.write(`error forwarding port ${port} to pod ${pod.name}, uid : ${wrong}`);
    errors.end();
    if (wrong !== undefined) data.end();
  };
  const pings = setInterval(() => session.ping(), pingInterval).unref();
  await session.run();
  clearInterval(pings);
  for (const { timer } of pairs.values()) clearTimeout(timer);
}
