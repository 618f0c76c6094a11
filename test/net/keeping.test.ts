import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Handler, keepBody } from '../../src/base/net/index.ts';
import { ok, request, serve as serveWith } from './serving.ts';

/** Gives the body's memory away, as to a thread, and answers with what it held. */
const giving: Handler = (_method, _target, _head, body, sink) => {
  const kept = keepBody(body);
  const given = structuredClone(kept, { transfer: [kept.buffer] });
  const first = String.fromCodePoint(given[0] ?? 0x2d);
  const same = given.every(byte => byte === given[0]);
  sink.send(ok, `${first} ${given.length} ${same}`);
};

/** Around what one read brings, around what waits, and large. */
const sizes = [1, 1000, 65_000, 65_536, 65_537, 100_000, 131_072, 1_048_576, 1_048_577, 9_000_000];

for (const reads of ['shared', 'ordinary'] as const) {
  test(`${reads} reads: a body may be given away, and those around it are whole`, async context => {
    const { client } = await serveWith(context, giving, {}, reads);
    for (const start of ['POST', 'PUT']) {
      const one = client();
      const texts = sizes.flatMap((size, at) => [
        request('/', String.fromCodePoint(97 + at).repeat(size)).replace('POST', start),
        request('/', 'zzz').replace('POST', start),
      ]);
      await one.write(texts.join(''));
      const expected = sizes.flatMap((size, at) => [
        `${String.fromCodePoint(97 + at)} ${size} true`,
        'z 3 true',
      ]);
      assert.deepEqual(
        (await one.answers(expected.length)).map(({ body }) => body),
        expected,
      );
    }
  });
}

test('a body that waited while another was answered may be given away', async context => {
  const later: Handler = async (...given) => {
    const [, , , body] = given;
    const kept = keepBody(body);
    await new Promise(resolve => setImmediate(resolve));
    await giving(given[0], given[1], given[2], kept, given[4]);
  };
  const { client } = await serveWith(context, later);
  const one = client();
  const bodies = ['a'.repeat(10), 'b'.repeat(66_000), 'c'.repeat(30_000), 'd'.repeat(70_000), 'e'.repeat(10)];
  await one.write(bodies.map(body => request('/', body)).join(''));
  assert.deepEqual(
    (await one.answers(bodies.length)).map(({ body }) => body),
    bodies.map(body => `${body[0] ?? ''} ${body.length} true`),
  );
});

test('so may bodies that were compressed, in chunks, or came over HTTP/2', async context => {
  const { client, port } = await serveWith(context, giving);
  const body = 'q'.repeat(200_000);
  const one = client();
  const packed = gzipSync(body);
  await one.write(
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`,
    packed,
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  );
  for (const { body: answer } of await one.answers(2)) assert.equal(answer, 'q 200000 true');
  const session = connect(`http://127.0.0.1:${port}`);
  context.after(() => session.destroy());
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  stream.end(body);
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  assert.equal(chunk.toString(), 'q 200000 true');
});
