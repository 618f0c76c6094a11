import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { test } from 'node:test';
import { handshake, Tunnel, WebSocket as OurSocket } from './index.ts';
import { frameHead, FrameReader, masked } from './frames.ts';

/** A server that speaks the subprotocol `test`; node's own client is the other end. */
async function serving(
  each: (socket: OurSocket) => void,
): Promise<{ url: string; close: () => void; connections: Duplex[] }> {
  const connections: Duplex[] = [];
  const server = createServer();
  server.on('upgrade', (request: IncomingMessage, connection: Duplex) => {
    connections.push(connection);
    const opened = handshake(name => request.headers[name] as string | undefined, ['test']);
    if (typeof opened === 'string') return void connection.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    const fields = opened.fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    connection.write(`HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${fields}\r\n`);
    each(new OurSocket(connection, 'server'));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    connections,
    close: () => {
      for (const connection of connections) connection.destroy();
      server.close();
    },
  };
}

async function echo(socket: OurSocket): Promise<void> {
  for await (const { bytes, last } of socket.pieces()) {
    if (!socket.send(Buffer.concat([bytes, Buffer.from(last ? '.' : '')]))) await socket.drained();
  }
}

test('a client of node talks, and closes', async () => {
  const { url, close } = await serving(socket => void echo(socket));
  const client = new WebSocket(url, ['other', 'test']);
  client.binaryType = 'arraybuffer';
  await new Promise(resolve => client.addEventListener('open', resolve));
  assert.equal(client.protocol, 'test');
  const answers = new Promise<string>(resolve => {
    let text = '';
    client.addEventListener('message', ({ data }) => {
      text += Buffer.from(data as ArrayBuffer).toString('latin1');
      if (text.endsWith('.') && text.length > 100_000) resolve(text);
    });
  });
  client.send('hello');
  client.send('x'.repeat(100_000));
  assert.equal(await answers, `hello.${'x'.repeat(100_000)}.`);
  const closed = new Promise<CloseEvent>(resolve => client.addEventListener('close', resolve));
  client.close(4000, 'enough');
  const { code, wasClean } = await closed;
  assert.deepEqual([code, wasClean], [4000, true]);
  close();
});

test('a subprotocol that nobody speaks is refused', async () => {
  const { url, close } = await serving(socket => void echo(socket));
  const client = new WebSocket(url, ['other']);
  await new Promise(resolve => client.addEventListener('error', resolve));
  close();
  const header = (name: string): string | undefined =>
    ({
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': 'b',
    })[name];
  assert.match(handshake(header, ['a']) as string, /none of the subprotocols \["b"\]/);
  const opened = handshake(header, ['b']);
  // The example of RFC 6455 section 1.3.
  assert.deepEqual(typeof opened === 'string' ? opened : opened.fields[0], [
    'Sec-WebSocket-Accept',
    's3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
  ]);
});

test('another protocol is carried in messages, and ends with them', async () => {
  const [here, there] = duplexPair();
  const server = new Tunnel(new OurSocket(there, 'server'));
  const client = new Tunnel(new OurSocket(here, 'client'));
  server.pipe(server);
  client.end('a'.repeat(500_000));
  let length = 0;
  for await (const chunk of client) length += (chunk as Buffer).length;
  assert.equal(length, 500_000);
});

test('a client that does not read is not written to without end', async () => {
  const { promise, resolve } = Promise.withResolvers<OurSocket>();
  const { url, close } = await serving(resolve);
  const client = new WebSocket(url, ['test']);
  const socket = await promise;
  let sent = 0;
  // The other end of the connection is this process, which does not get to read in a loop without a pause.
  while (socket.send(Buffer.alloc(64 * 1024)) && sent < 1000) sent++;
  assert.ok(sent < 1000);
  await socket.drained();
  assert.ok(socket.send(Buffer.alloc(1)));
  client.close();
  close();
});

const mask = Buffer.from([1, 2, 3, 4]);

function clientFrame(opcode: 'text' | 'binary' | 'ping' | 'close', text: string): Buffer {
  return Buffer.concat([frameHead(opcode, text.length, mask), masked(Buffer.from(text), mask)]);
}

test('messages come in the same pieces of text however they are cut', () => {
  const first = clientFrame('text', 'ab');
  first[0] = 0x01;
  const second = clientFrame('text', 'cd');
  second[0] = 0x80;
  const long = clientFrame('binary', 'z'.repeat(300));
  const bytes = Buffer.concat([first, clientFrame('ping', 'p'), second, clientFrame('binary', ''), long]);
  for (const cut of [1, 2, 3, 5, 8, 13, 400]) {
    const reader = new FrameReader(true);
    let said = '';
    for (let at = 0; at < bytes.length; at += cut) {
      for (const frame of reader.read(Buffer.from(bytes.subarray(at, at + cut)))) {
        if (frame.kind !== 'data') said += `(${frame.kind} ${frame.bytes.toString()})`;
        else said += (frame.first ? '[' : '') + frame.bytes.toString() + (frame.last ? ']' : '');
      }
    }
    assert.equal(said, `[ab(ping p)cd][][${'z'.repeat(300)}]`);
  }
});

const wrong: readonly [what: string, bytes: Buffer, code: number][] = [
  ['a frame without a mask', Buffer.from([0x82, 0x01, 0x61]), 1002],
  ['reserved bits', Buffer.from([0xc2, 0x80, 0, 0, 0, 0]), 1002],
  ['an unknown opcode', Buffer.from([0x83, 0x80, 0, 0, 0, 0]), 1002],
  ['nothing to continue', Buffer.from([0x80, 0x80, 0, 0, 0, 0]), 1002],
  ['a message in a message', Buffer.from([0x02, 0x80, 0, 0, 0, 0, 0x82, 0x80, 0, 0, 0, 0]), 1002],
  ['a long ping', Buffer.from([0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0]), 1002],
  ['a fragmented ping', Buffer.from([0x09, 0x80, 0, 0, 0, 0]), 1002],
  [
    'a frame of 2^63 bytes',
    Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
    1009,
  ],
];

for (const [what, bytes, code] of wrong) {
  test(`${what} closes the connection`, async () => {
    const [here, there] = duplexPair();
    const server = (async () => {
      const pieces: string[] = [];
      for await (const piece of new OurSocket(there, 'server').pieces()) pieces.push(piece.bytes.toString());
      return pieces.join('');
    })();
    here.write(Buffer.concat([clientFrame('text', 'ok'), bytes]));
    assert.equal(await server, 'ok');
    const chunks: Buffer[] = [];
    for await (const chunk of here) chunks.push(chunk as Buffer);
    const answer = Buffer.concat(chunks);
    assert.deepEqual([answer[0], answer.readUInt16BE(2)], [0x88, code]);
  });
}

test('random bytes end a connection and nothing else', async () => {
  let state = 11;
  const pick = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let turn = 0; turn < 300; turn++) {
    const [here, there] = duplexPair();
    const socket = new OurSocket(there, 'server');
    const read = (async () => {
      for await (const { bytes } of socket.pieces()) socket.send(bytes);
    })();
    here.on('error', () => {}).resume();
    const bytes = Buffer.concat([clientFrame('text', 'abc'), clientFrame('binary', 'x'.repeat(pick(200)))]);
    for (let flips = 1 + pick(4); flips > 0; flips--) bytes[pick(bytes.length)] = pick(256);
    for (let at = 0; at < bytes.length;) {
      const next = at + 1 + pick(20);
      here.write(bytes.subarray(at, next));
      at = next;
    }
    here.end();
    await read;
    here.destroy();
  }
});
