import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createListener, prepareHead, type Head, type Limits, type Sink } from '../../src/base/net/index.ts';

const ok = prepareHead(200, [['Content-Type', 'text/plain']]);

interface Asked {
  readonly head: Head;
  readonly body: Uint8Array;
  readonly sink: Sink;
}

/** A listener that streams bodies, the requests that it gave out, and its clock. */
async function streaming(context: TestContext, limits: Partial<Limits> = {}) {
  const asked: Asked[] = [];
  const waiting: (() => void)[] = [];
  let time = 0;
  const listener = createListener(
    {
      bodies: 'streamed',
      limits,
      now: () => time,
      describe: ({ code }) => ({ fields: [], body: code }),
    },
    (_method, _target, head, body, sink) => {
      asked.push({ head, body: Buffer.from(body), sink });
      waiting.splice(0).forEach(tell => tell());
    },
  );
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  context.after(() => listener.close());
  return {
    port,
    next: async (): Promise<Asked> => {
      while (asked.length === 0) await new Promise<void>(resolve => waiting.push(resolve));
      return asked.shift() as Asked;
    },
    pass: (milliseconds: number): void => {
      time += milliseconds;
      listener.sweep();
    },
    client: (): { socket: Socket; text: () => string; ended: Promise<unknown> } => {
      const socket = connect(port, '127.0.0.1');
      context.after(() => socket.destroy());
      let text = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
      socket.on('error', () => {});
      return { socket, text: () => text, ended: new Promise(resolve => socket.on('close', resolve)) };
    },
  };
}

test('every field is seen as it was sent, whatever reads the request', async context => {
  const { client, next, port } = await streaming(context);
  const { socket } = client();
  const fields = 'Host: x\r\nX-One: a\r\nx-one:  b c\r\nCookie: d\r\n';
  const wanted = [
    ['Host', 'x'],
    ['X-One', 'a'],
    ['x-one', 'b c'],
    ['Cookie', 'd'],
  ];
  socket.write(`GET / HTTP/1.1\r\n${fields}\r\n`);
  const lane = await next();
  assert.deepEqual(lane.head.fields?.(), wanted);
  assert.equal(lane.head.incoming, undefined);
  lane.sink.send(ok, '');
  socket.write(`PUT / HTTP/1.1\r\n${fields}\r\n`);
  const full = await next();
  assert.deepEqual(full.head.fields?.(), wanted);
  assert.equal(full.head.incoming, undefined);
  full.sink.send(ok, '');
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  context.after(() => session.destroy());
  session.request({ ':path': '/', ':authority': 'x', 'x-one': ['a', 'b c'], cookie: 'd' }).end();
  const { head, sink } = await next();
  assert.equal(head.major, 2);
  assert.deepEqual(head.fields?.(), [
    ['host', 'x'],
    ['x-one', 'a, b c'],
    ['cookie', 'd'],
  ]);
  sink.send(ok, '');
});

test('small bodies come whole, others as they arrive, and nothing is undone', async context => {
  const { client, next } = await streaming(context);
  const { socket, text } = client();
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello');
  const small = await next();
  assert.equal(Buffer.from(small.body).toString(), 'hello');
  small.sink.send(ok, '');
  const length = 100_000;
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: br\r\nContent-Length: ${length}\r\n\r\n`);
  const large = await next();
  socket.write('x'.repeat(length));
  let bytes = 0;
  for await (const chunk of large.head.incoming ?? []) bytes += (chunk as Buffer).length;
  assert.equal(bytes, length);
  large.sink.send(ok, 'done');
  while (!text().endsWith('done')) await once(socket, 'data');
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
  const chunked = await next();
  const [first] = (await once(chunked.head.incoming ?? socket, 'data')) as [Buffer];
  assert.equal(first.toString(), 'hello');
  socket.write('0\r\n\r\n');
  await once(chunked.head.incoming ?? socket, 'end');
  chunked.sink.send(ok, 'again');
  while (!text().endsWith('again')) await once(socket, 'data');
});

test('a body that is malformed on its way ends the request, and no part of what follows is another', async context => {
  for (const answering of [false, true]) {
    const { client, next } = await streaming(context);
    const { socket, text, ended } = client();
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
    const { head, sink } = await next();
    head.incoming?.resume().on('error', () => {});
    const gone = new Promise<void>(resolve => sink.onAbort(resolve));
    const stream = answering ? sink.stream(ok) : undefined;
    stream?.write('begun');
    const cut = new Promise<void>(resolve => stream?.onAbort(resolve));
    socket.write('zz\r\nGET /other HTTP/1.1\r\nHost: x\r\n\r\n');
    await (answering ? cut : gone);
    await ended;
    assert.equal(text().includes('net-request-malformed'), !answering);
    assert.ok(!text().includes('0\r\n\r\n'));
  }
});

test('a body that stops coming is given up: 408 before an answer, the end within one', async context => {
  for (const answering of [false, true]) {
    const { client, next, pass } = await streaming(context, { bodyTimeout: 1000 });
    const { socket, text, ended } = client();
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
    const { head, sink } = await next();
    const incoming = head.incoming?.resume().on('error', () => {});
    if (answering) sink.stream(ok)?.write('begun');
    pass(900);
    const more = once(incoming ?? socket, 'data');
    socket.write('1\r\nx\r\n');
    await more;
    // Its time began anew with the last bit of it.
    pass(900);
    pass(900);
    assert.equal(sink.aborted, false);
    pass(2000);
    await ended;
    assert.equal(text().includes('408 Request Timeout'), !answering);
  }
});

test('a length over the limit is refused before the handler hears of it', async context => {
  const { client } = await streaming(context, { bodyBytes: 200_000 });
  const { socket, text, ended } = client();
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200001\r\n\r\n');
  await ended;
  assert.match(text(), /^HTTP\/1\.1 413 /);
});
