import assert from 'node:assert/strict';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { get as getHttps } from 'node:https';
import { get as getHttp, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { type ByteStream, type Handler, type Peer, prepareHead } from '../../src/base/net/index.ts';
import { authority, clientIdentity, serveSecurely } from './secure.ts';
import { serve } from './serving.ts';

const head = prepareHead(200, [['Content-Type', 'text/plain']]);

/** Begins an answer and hands its stream out. */
function streaming(): { handler: Handler; next: () => Promise<ByteStream> } {
  const waiting: ((stream: ByteStream) => void)[] = [];
  const ready: ByteStream[] = [];
  return {
    handler: (_method, _target, _head, _body, sink) => {
      const stream = sink.stream(head) as ByteStream;
      const resolve = waiting.shift();
      if (resolve === undefined) ready.push(stream);
      else resolve(stream);
    },
    next: () => {
      const stream = ready.shift();
      return stream === undefined ? new Promise(resolve => waiting.push(resolve)) : Promise.resolve(stream);
    },
  };
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test('an answer comes bit by bit on the fast lane, and the connection goes on', async context => {
  const { handler, next } = streaming();
  const { port } = await serve(context, handler);
  const socket = connect(port, '127.0.0.1');
  context.after(() => socket.destroy());
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  for (const round of [1, 2]) {
    socket.write('GET /watch HTTP/1.1\r\nHost: x\r\n\r\n');
    const stream = await next();
    stream.write(`a${round}`);
    while (!text.endsWith(`2\r\na${round}\r\n`)) await once(socket, 'data');
    stream.write(Buffer.from('é'));
    stream.end();
    while (!text.endsWith('2\r\né\r\n0\r\n\r\n')) await once(socket, 'data');
  }
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n[^]*Transfer-Encoding: chunked\r\n\r\n/);
});

test('an answer comes bit by bit through node:http', async context => {
  const { handler, next } = streaming();
  const { port } = await serve(context, handler);
  // A header that the lane leaves to node's parser.
  const asked = getHttp({ port, headers: { Expect: '100-continue' } });
  const stream = await next();
  stream.write('one ');
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  stream.write('two');
  stream.end();
  assert.equal(await read(response), 'one two');
});

test('a client that goes is told of, on each protocol', async context => {
  const { handler, next } = streaming();
  const { port } = await serve(context, handler);
  const gone = async (cut: () => void): Promise<void> => {
    const stream = await next();
    const left = new Promise<void>(resolve => stream.onAbort(resolve));
    cut();
    await left;
    assert.equal(stream.aborted, true);
    assert.equal(stream.write('more'), true);
  };
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await gone(() => socket.destroy());
  const asked = getHttp({ port, headers: { Expect: '100-continue' } });
  asked.on('error', () => {});
  await gone(() => asked.destroy());
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  context.after(() => session.destroy());
  const stream = session.request({ ':path': '/' });
  stream.on('error', () => {});
  await gone(() => stream.close());
});

test('what a client does not read is counted as pending', async context => {
  const { handler, next } = streaming();
  const { port } = await serve(context, handler);
  const socket = connect(port, '127.0.0.1').pause();
  context.after(() => socket.destroy());
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const stream = await next();
  const chunk = Buffer.alloc(1024 * 1024);
  for (let count = 0; count < 64 && stream.pending < 8 * chunk.length; count++) stream.write(chunk);
  assert.ok(stream.pending >= 8 * chunk.length);
  socket.destroy();
});

test('over TLS clients choose HTTP/1.1 or HTTP/2, and may show a certificate', async context => {
  const peers: (Peer | undefined)[] = [];
  const { port } = await serveSecurely(context, (method, target, { peer }, _body, sink) => {
    peers.push(peer);
    sink.send(prepareHead(200, []), `${method} ${target}`);
  });
  const options = { port, host: '127.0.0.1', ca: authority.certificate };
  const [response] = (await once(getHttps({ ...options, path: '/one' }), 'response')) as [IncomingMessage];
  assert.equal(await read(response), 'GET /one');
  const ann = clientIdentity('ours');
  const session: ClientHttp2Session = connectHttp2(`https://127.0.0.1:${port}`, {
    ca: authority.certificate,
    cert: ann.certificate,
    key: ann.key,
  });
  context.after(() => session.destroy());
  const stream = session.request({ ':path': '/two' }).setEncoding('utf8');
  let text = '';
  for await (const chunk of stream) text += chunk as string;
  assert.equal(text, 'GET /two');
  assert.equal(session.alpnProtocol, 'h2');
  assert.equal(peers[0]?.certificate, undefined);
  assert.deepEqual(peers[1]?.certificate, { commonName: 'ann', organizations: ['dev', 'ops'] });
});

test('a certificate of a stranger counts for nothing', async context => {
  const eve = clientIdentity('a stranger');
  let peer: Peer | undefined;
  const { port } = await serveSecurely(context, (_method, _target, head, _body, sink) => {
    ({ peer } = head);
    sink.send(prepareHead(200, []), '');
  });
  const asked = getHttps({
    port,
    host: '127.0.0.1',
    ca: authority.certificate,
    cert: eve.certificate,
    key: eve.key,
  });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  assert.equal(peer?.certificate, undefined);
});
