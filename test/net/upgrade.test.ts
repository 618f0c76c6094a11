import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import type { Duplex } from 'node:stream';
import { createListener, type Handler, type Listener } from '../../src/base/net/index.ts';
import { authority, serveSecurely } from './secure.ts';
import { ok, request } from './serving.ts';

/** Takes over what asks for `echo`, and sends back what comes. */
const echoing: Handler = (_method, target, _head, _body, sink) => {
  if (target === '/refused') return sink.send(ok, 'no');
  if (target === '/failed') throw new Error('broken');
  const tunnel: Duplex | undefined = sink.upgrade?.([['X-Chosen', 'first']]);
  if (tunnel === undefined) sink.send(ok, 'plain');
  else tunnel.on('error', () => {}).pipe(tunnel);
};

async function listen(context: TestContext): Promise<{ listener: Listener; port: number }> {
  const describe = ({ code }: { code: string }): { fields: []; body: string } => ({ fields: [], body: code });
  const listener = createListener({ upgrades: ['Echo/1'], describe }, echoing);
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  context.after(() => listener.close());
  return { listener, port };
}

function asking(target: string, protocol: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
}

/** A connection and the text it has brought. */
class Talk {
  text = '';
  readonly socket: Socket;
  constructor(context: TestContext, socket: Socket) {
    this.socket = socket;
    context.after(() => socket.destroy());
    socket.on('error', () => {});
    socket.setEncoding('latin1').on('data', (chunk: string) => (this.text += chunk));
  }

  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) await once(this.socket, 'data');
  }
}

test('a handler takes a connection over, with what the client sent too early', async context => {
  const { port } = await listen(context);
  const talk = new Talk(context, connect(port, '127.0.0.1'));
  talk.socket.write(`${asking('/', 'other, echo/1')}early `);
  await talk.until(/early $/);
  assert.match(
    talk.text,
    /^HTTP\/1\.1 101 Switching Protocols\r\nUpgrade: echo\/1\r\nConnection: Upgrade\r\nX-Chosen: first\r\n\r\nearly $/,
  );
  talk.socket.write('late');
  await talk.until(/late$/);
  talk.socket.end();
  await once(talk.socket, 'close');
});

test('the same over TLS', async context => {
  const { port } = await serveSecurely(context, echoing, {}, ['echo/1']);
  const socket = connectTls({ port, host: '127.0.0.1', ca: authority.certificate });
  const talk = new Talk(context, socket);
  socket.write(asking('/', 'echo/1'));
  await talk.until(/\r\n\r\n$/);
  socket.write('over TLS');
  await talk.until(/over TLS$/);
});

test('an answer in its place ends the connection; a failure is answered as any other', async context => {
  const { port } = await listen(context);
  for (const [target, expected] of [
    ['/refused', /^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\nContent-Length: 2\r\n\r\nno$/],
    ['/failed', /^HTTP\/1\.1 500 [^]*net-handler-failed$/],
  ] as const) {
    const talk = new Talk(context, connect(port, '127.0.0.1'));
    talk.socket.write(asking(target, 'echo/1'));
    await once(talk.socket, 'close');
    assert.match(talk.text, expected);
  }
});

test('what is not offered is answered as if it had not been asked for', async context => {
  const { port } = await listen(context);
  const talk = new Talk(context, connect(port, '127.0.0.1'));
  talk.socket.write(asking('/', 'h2c'));
  await talk.until(/\r\n\r\nplain$/);
  talk.text = '';
  // The connection goes on, and a body makes an upgrade an ordinary request too.
  talk.socket.write(request('/', 'body', 'Connection: Upgrade\r\nUpgrade: echo/1\r\n'));
  await talk.until(/\r\n\r\nplain$/);
});

test('connections that were taken over are cut when draining takes too long', async context => {
  const { listener, port } = await listen(context);
  const talk = new Talk(context, connect(port, '127.0.0.1'));
  talk.socket.write(asking('/', 'echo/1'));
  await talk.until(/\r\n\r\n$/);
  await listener.drain(1);
  assert.equal(listener.counters.open, 0);
});
