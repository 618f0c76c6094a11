import { once } from 'node:events';
import { Duplex } from 'node:stream';
import type { WebSocket } from '../../../base/websocket/index.ts';
import { pingInterval } from '../remote/channels.ts';
import { type Forwarded, forward } from './forward.ts';

/** How clients that speak no SPDY forward ports: one connection a port, each with two channels in the messages of a WebSocket. */
export const portProtocol = 'v4.channel.k8s.io';

/**
 * Forwards ports of a pod; channel 2n carries the n-th of them, and channel 2n + 1 what goes wrong with it. The first message on each is
 * its port, two bytes, the low one first.
 */
export async function forwardOverWebSocket(
  socket: WebSocket,
  pod: Forwarded,
  ports: readonly number[],
): Promise<void> {
  const pings = setInterval(() => socket.ping(), pingInterval).unref();
  const ends = ports.map((port, index) => {
    for (const channel of [2 * index, 2 * index + 1]) {
      socket.send(Buffer.from([channel, port & 0xff, port >> 8]));
    }
    return new ChannelEnd(socket, 2 * index);
  });
  const forwarded = ends.map(async (end, index) => {
    const port = ports[index] as number;
    const wrong = await forward(end, pod, port);
    if (wrong === undefined) return;
    const text = `error forwarding port ${port} to pod ${pod.name}, uid : ${wrong}`;
    socket.send(Buffer.concat([Buffer.from([2 * index + 1]), Buffer.from(text)]));
  });
  socket.onGone(() => {
    for (const end of ends) end.destroy();
  });
  void Promise.all(forwarded).then(() => socket.close());
  let channel: number | undefined;
  for await (const { first, bytes } of socket.pieces()) {
    let rest = bytes;
    if (first) channel = undefined;
    if (channel === undefined && rest.length > 0) {
      channel = rest[0];
      rest = rest.subarray(1);
    }
    const end = channel === undefined || channel % 2 === 1 ? undefined : ends[channel / 2];
    if (end !== undefined) await end.arrived(rest);
  }
  clearInterval(pings);
  for (const end of ends) end.destroy();
  socket.destroy();
}

/** One channel as a stream. Neither side can end it alone. */
class ChannelEnd extends Duplex {
  readonly #socket: WebSocket;
  readonly #channel: number;

  constructor(socket: WebSocket, channel: number) {
    super();
    this.#socket = socket;
    this.#channel = channel;
    this.on('error', () => {});
  }

  async arrived(bytes: Buffer): Promise<void> {
    if (this.destroyed || bytes.length === 0 || this.push(bytes)) return;
    await Promise.race([once(this, 'wanted'), once(this, 'close')]).catch(() => {});
  }

  override _read(): void {
    this.emit('wanted');
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.#socket.send(Buffer.concat([Buffer.from([this.#channel]), chunk]))) done();
    else void this.#socket.drained().then(done);
  }

  override _final(done: () => void): void {
    done();
    this.destroy();
  }
}
