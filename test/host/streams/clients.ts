import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocket } from '../../../src/base/websocket/index.ts';
import type { Platform } from './platform.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

function ask(
  { port, authority }: Platform,
  path: string,
  { method = 'GET', token = 'admin', body = '', headers = {} }: Asking = {},
): ReturnType<typeof request> {
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    ca: authority.certificate,
    agent: false,
    headers: { Authorization: `Bearer ${token}`, ...headers },
  });
  sent.end(body);
  return sent;
}

export interface Asking {
  readonly method?: string;
  readonly token?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The beginning of an answer, whose body comes as it is read. */
export function open(platform: Platform, path: string, asking: Asking = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    ask(platform, path, asking).on('response', resolve).on('error', reject);
  });
}

export async function get(platform: Platform, path: string, asking: Asking = {}): Promise<Answer> {
  const answer = await open(platform, path, asking);
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

export interface Upgraded {
  readonly connection: Duplex;
  readonly headers: IncomingMessage['headers'];
}

/** Asks for another protocol; the answer when it is refused. */
export function upgrade(
  platform: Platform,
  path: string,
  headers: Readonly<Record<string, string>>,
  asking: Asking = {},
): Promise<Upgraded | Answer> {
  return new Promise((resolve, reject) => {
    const sent = ask(platform, path, { ...asking, headers: { Connection: 'Upgrade', ...headers } });
    sent.on('error', reject);
    sent.on('upgrade', (answer, connection, rest) => {
      if (rest.length > 0) connection.unshift(rest);
      resolve({ connection, headers: answer.headers });
    });
    sent.on('response', answer => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
  });
}

export function websocketHeaders(protocol: string): Record<string, string> {
  return {
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Protocol': protocol,
  };
}

/** A client of `exec` or `attach` over a WebSocket. */
export class Remote {
  readonly socket: WebSocket;
  readonly connection: Duplex;
  readonly said = new Map<number, string>();
  readonly ended: Promise<void>;
  #changed: (() => void) | undefined;

  private constructor(connection: Duplex) {
    this.connection = connection;
    this.socket = new WebSocket(connection, 'client');
    this.ended = this.#read();
  }

  /** @throws an error with the answer when the connection is not switched */
  static async open(platform: Platform, path: string, protocol = 'v5.channel.k8s.io'): Promise<Remote> {
    const upgraded = await upgrade(platform, path, websocketHeaders(protocol));
    if ('status' in upgraded) throw new Error(`${upgraded.status}: ${upgraded.text}`);
    return new Remote(upgraded.connection);
  }

  async #read(): Promise<void> {
    let channel = -1;
    for await (const { first, bytes } of this.socket.pieces()) {
      if (first && bytes.length > 0) channel = bytes[0] as number;
      this.said.set(channel, (this.said.get(channel) ?? '') + bytes.subarray(first ? 1 : 0).toString());
      this.#changed?.();
    }
    this.#changed?.();
  }

  get out(): string {
    return this.said.get(1) ?? '';
  }

  get errors(): string {
    return this.said.get(2) ?? '';
  }

  /** What the error channel said at the end. */
  get outcome(): { status: string; reason?: string; message?: string; details?: { causes: unknown[] } } {
    return JSON.parse(this.said.get(3) ?? '{}');
  }

  write(text: string | Uint8Array): boolean {
    return this.socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(text as string)]));
  }

  resize(columns: number, rows: number): void {
    const size = JSON.stringify({ Width: columns, Height: rows });
    this.socket.send(Buffer.concat([Buffer.from([4]), Buffer.from(size)]));
  }

  closeInput(): void {
    this.socket.send(Buffer.from([255, 0]));
  }

  /** Resolves when the output has come so far. */
  async until(pattern: RegExp): Promise<void> {
    const end = setTimeout(() => this.connection.destroy(), 9000);
    while (!pattern.test(this.out)) {
      if (this.connection.destroyed)
        throw new Error(`${pattern.source} is not in ${JSON.stringify(this.out)}`);
      await new Promise<void>(resolve => (this.#changed = resolve));
    }
    clearTimeout(end);
  }
}
