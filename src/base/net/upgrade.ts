import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Field, Head, PreparedHead } from './contract.ts';
import type { Owner } from './owner.ts';
import { hasBody, prepareHead } from './prepare.ts';
import { type Answering, OnceSink } from './sink.ts';
import { OpenStream, type Outlet } from './stream.ts';

/** Whether a request asks for one of the protocols for which a connection may be taken over (RFC 9110 section 7.8). */
export function asksUpgrade({ headers }: IncomingMessage, { upgrades }: Owner): boolean {
  const bodyless = Number(headers['content-length'] ?? 0) === 0 && headers['transfer-encoding'] === undefined;
  return bodyless && protocolOf(headers.upgrade, upgrades) !== undefined;
}

function protocolOf(asked: string | undefined, upgrades: ReadonlySet<string>): string | undefined {
  return (asked ?? '')
    .split(',')
    .map(name => name.trim())
    .find(name => upgrades.has(name.toLowerCase()));
}

/** Gives a request whose connection node's parser has left to the handler, with the right to take the connection over. */
export function offer(owner: Owner, request: IncomingMessage, head: Head, rest: Buffer): void {
  const { socket } = request;
  socket.setTimeout(0).removeAllListeners('timeout');
  if (rest.length > 0) socket.unshift(rest);
  const protocol = protocolOf(request.headers.upgrade, owner.upgrades) as string;
  const connection = new OfferedConnection(owner, socket);
  const sink = new UpgradeSink(connection, protocol);
  socket.on('close', () => sink.abort());
  const fail = (thrown: unknown): void => {
    if (!sink.open) return;
    const answer = owner.describe(thrown);
    owner.tell(answer, { method: request.method, target: request.url });
    sink.send(answer.head, answer.body);
  };
  owner.counters.http1++;
  try {
    const later = owner.handler(request.method ?? 'GET', request.url ?? '/', head, Buffer.alloc(0), sink);
    if (later !== undefined) later.catch(fail);
  } catch (thrown) {
    fail(thrown);
  }
}

class UpgradeSink extends OnceSink {
  readonly #connection: OfferedConnection;
  readonly #protocol: string;

  constructor(connection: OfferedConnection, protocol: string) {
    super(connection);
    this.#connection = connection;
    this.#protocol = protocol;
  }

  upgrade(fields: readonly Field[]): Duplex | undefined {
    return this.take() && this.#connection.switched(this.#protocol, fields);
  }
}

/** A connection without a parser. An answer that does not switch ends it. */
class OfferedConnection implements Answering {
  readonly #owner: Owner;
  readonly #socket: Socket;

  constructor(owner: Owner, socket: Socket) {
    this.#owner = owner;
    this.#socket = socket;
  }

  switched(protocol: string, fields: readonly Field[]): Duplex {
    const { text } = prepareHead(200, fields);
    const rest = text.slice(text.indexOf('\r\n') + 2);
    const start = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${protocol}\r\nConnection: Upgrade\r\n`;
    this.#socket.write(`${start}${rest}\r\n`, 'latin1');
    return this.#socket;
  }

  answer(head: PreparedHead, body: string | Uint8Array): void {
    const length = hasBody(head.status) ? `Content-Length: ${body.length}\r\n` : '';
    this.#write(`${head.text}${this.#owner.date}Connection: close\r\n${length}\r\n`);
    if (hasBody(head.status)) this.#write(body);
    this.#owner.linger(this.#socket);
  }

  begin(head: PreparedHead, kind?: 'endless'): OpenStream {
    const socket = this.#socket;
    this.#write(`${head.text}${this.#owner.date}Connection: close\r\n\r\n`);
    const outlet: Outlet = {
      write: bytes => this.#write(bytes),
      end: () => this.#owner.linger(socket),
      cut: () => void socket.destroy(),
      get pending() {
        return socket.writableLength;
      },
    };
    const stream = new OpenStream(outlet, kind && this.#owner.endless);
    socket.on('drain', () => stream.drained());
    return stream;
  }

  #write(data: string | Uint8Array): boolean {
    return this.#socket.write(data, 'latin1');
  }
}
