import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { createListener, prepareHead, type Head, type Listener } from '../../../src/base/net/index.ts';

/** One request as a handler sees it. */
export interface Seen {
  readonly method: string;
  readonly target: string;
  readonly body: string;
  /** The value of a header, by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** Every name that the request has; only the reference tells. */
  readonly names: readonly string[];
}

/** What came of one conversation. */
export interface Outcome {
  readonly seen: readonly Seen[];
  /** How many of them the lane read; the first ones, since a connection never comes back to it. */
  readonly byLane: number;
  readonly statuses: readonly number[];
  /** Whether the connection was reset, so that answers may be missing. */
  readonly reset: boolean;
}

interface Side {
  talk(parts: readonly Buffer[]): Promise<Outcome>;
  close(): Promise<unknown>;
}

const headBytes = 4096;
const bodyBytes = 1024 * 1024;

/** Sends the parts, each in a write of its own, half-closes, and reads until the server has closed. */
function exchange(port: number, parts: readonly Buffer[]): Promise<{ text: string; reset: boolean }> {
  const { promise, resolve } = Promise.withResolvers<{ text: string; reset: boolean }>();
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let text = '';
  let reset = false;
  let at = 0;
  const send = (): void => {
    const part = parts[at++];
    if (part === undefined) socket.end();
    else socket.write(part, () => void setImmediate(send));
  };
  socket.on('connect', send);
  socket.on('data', chunk => void (text += chunk.toString('latin1')));
  socket.on('error', () => void (reset = true));
  socket.on('close', () => resolve({ text, reset }));
  return promise;
}

function statusesOf(text: string): number[] {
  return Array.from(text.matchAll(/HTTP\/1\.1 (\d{3})/g), match => Number(match[1])).filter(
    one => one >= 200,
  );
}

/** A plain server of `node:http`, with the same limits. */
export async function reference(): Promise<Side> {
  let seen: Seen[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({
        method: request.method ?? '',
        target: request.url ?? '',
        body: Buffer.concat(chunks).toString('latin1'),
        header: name => {
          const value = request.headers[name];
          return Array.isArray(value) ? value.join(', ') : value;
        },
        names: Object.keys(request.headers),
      });
      response.writeHead(200, { 'Content-Length': 0 }).end();
    });
  };
  const server: Server = createServer({ maxHeaderSize: headBytes }, answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    async talk(parts) {
      seen = [];
      const { text, reset } = await exchange(port, parts);
      return { seen, byLane: 0, statuses: statusesOf(text), reset };
    },
    close: () => new Promise(resolve => server.close(resolve)),
  };
}

/** A listener of ours; with the lane it has as its first reader of each connection. */
export async function ours(): Promise<Side> {
  let seen: Seen[] = [];
  const ok = prepareHead(200, []);
  const listener: Listener = createListener(
    { limits: { headBytes, bodyBytes }, describe: () => ({ fields: [], body: '' }) },
    (method, target, head, body, sink) => {
      const bytes = Buffer.from(body).toString('latin1');
      seen.push({ method, target, body: bytes, header: known(head), names: [] });
      sink.send(ok, '');
    },
  );
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  return {
    async talk(parts) {
      seen = [];
      const before = listener.counters.lane;
      const { text, reset } = await exchange(port, parts);
      return { seen, byLane: listener.counters.lane - before, statuses: statusesOf(text), reset };
    },
    close: () => listener.close(),
  };
}

function known(head: Head): (name: string) => string | undefined {
  return name => head.header(name);
}

/** What differs between a request as we saw it and as node saw it; `undefined` when nothing does. */
export function difference(mine: Seen, theirs: Seen): string | undefined {
  for (const part of ['method', 'target', 'body'] as const) {
    if (mine[part] !== theirs[part]) return `${part} ${quote(mine[part])}, node ${quote(theirs[part])}`;
  }
  for (const name of theirs.names) {
    const [one, other] = [mine.header(name), theirs.header(name)];
    if (one !== other) return `header ${name} ${quote(one)}, node ${quote(other)}`;
  }
  return undefined;
}

function quote(text: string | undefined): string {
  return text === undefined ? 'absent' : JSON.stringify(text.slice(0, 200));
}
