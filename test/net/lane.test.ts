import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Handler, prepareHead, type Sink } from '../../src/base/net/index.ts';
import { until } from './client.ts';
import { echo, ok, request, serve as serveWith } from './serving.ts';

for (const reads of ['shared', 'ordinary'] as const) {
  const serve: typeof serveWith = (context, handler, limits) => serveWith(context, handler, limits, reads);

  test(`${reads} reads: a usual request stays in the lane`, async context => {
    const { client, listener } = await serve(context);
    const one = client();
    await one.write(request('/a?b=%20', 'hello', 'Content-Type: text/x\r\nConnection: Keep-Alive\r\n'));
    const { status, headers, body } = await one.answer();
    assert.equal(status, 200);
    assert.equal(body, 'POST\n/a?b=%20\ntext/x\nhello');
    assert.deepEqual(headers, {
      'content-type': 'text/plain',
      date: 'Thu, 01 Jan 2026 00:00:00 GMT',
      'content-length': String(body.length),
    });
    assert.equal(listener.counters.lane, 1);
  });

  test(`${reads} reads: a request cut at every byte is answered once and the same`, async context => {
    const { client } = await serve(context);
    const text = request('/cut', 'body of it', 'Content-Type: text/x\r\n') + request('/next');
    const expected = ['POST\n/cut\ntext/x\nbody of it', 'GET\n/next\n-\n'];
    for (let cut = 1; cut < text.length; cut++) {
      const one = client();
      await one.write(text.slice(0, cut), text.slice(cut));
      assert.deepEqual(
        (await one.answers(2)).map(({ body }) => body),
        expected,
        `cut at ${cut}`,
      );
      one.socket.destroy();
    }
  });

  test(`${reads} reads: a request that trickles in byte by byte is answered`, async context => {
    const { client } = await serve(context);
    const one = client();
    await one.write(...request('/slow', 'x'.repeat(50)).split(''));
    assert.equal((await one.answer()).body, `POST\n/slow\n-\n${'x'.repeat(50)}`);
  });

  test(`${reads} reads: pipelined requests are answered in order, with one write for one read`, async context => {
    const { client } = await serve(context);
    const one = client();
    const count = 200;
    const chunks: number[] = [];
    one.socket.on('data', chunk => chunks.push(chunk.length));
    await one.write(Array.from({ length: count }, (_, i) => request(`/${i}`, String(i))).join(''));
    const replies = await one.answers(count);
    assert.deepEqual(
      replies.map(({ body }) => body),
      Array.from({ length: count }, (_, i) => `POST\n/${i}\n-\n${i}`),
    );
    assert.ok(chunks.length < 20, `${chunks.length} reads for ${count} answers`);
  });

  test(`${reads} reads: pipelined requests wait for an answer that comes later`, async context => {
    const order: string[] = [];
    const later: Handler = (_method, target, _head, _body, sink) => {
      order.push(`asked ${target}`);
      setImmediate(() => {
        order.push(`answered ${target}`);
        sink.send(ok, target);
      });
    };
    const { client } = await serve(context, later);
    const one = client();
    await one.write(request('/1') + request('/2', 'x') + request('/3'));
    const replies = await one.answers(3);
    assert.deepEqual(
      replies.map(({ body }) => body),
      ['/1', '/2', '/3'],
    );
    assert.deepEqual(
      order,
      ['/1', '/2', '/3'].flatMap(target => [`asked ${target}`, `answered ${target}`]),
    );
  });

  test(`${reads} reads: bytes are answered as they are, small and large, between strings`, async context => {
    const sizes = [0, 1, 200, 16 * 1024, 16 * 1024 + 1, 300_000];
    const bytes: Handler = (_method, target, _head, _body, sink) => {
      const size = Number(target.slice(1));
      const all = new Uint8Array(size + 8).map((_, i) => i % 256);
      if (Number.isNaN(size)) sink.send(ok, target);
      else sink.send(ok, all.subarray(4, 4 + size));
    };
    const { client } = await serve(context, bytes);
    const one = client();
    await one.write(sizes.map(size => request(`/${size}`) + request('/text')).join(''));
    const replies = await one.answers(sizes.length * 2);
    for (const [i, size] of sizes.entries()) {
      const body = Buffer.from(replies[2 * i]?.body ?? '', 'latin1');
      assert.equal(body.length, size);
      assert.ok(body.every((byte, at) => byte === (at + 4) % 256));
      assert.equal(replies[2 * i + 1]?.body, '/text');
    }
  });

  test(`${reads} reads: only the first answer counts, and not for the next request`, async context => {
    const sinks: Sink[] = [];
    const twice: Handler = (_method, target, _head, _body, sink) => {
      for (const earlier of sinks) earlier.send(ok, 'late');
      sinks.push(sink);
      sink.send(ok, target);
      sink.send(ok, 'second');
    };
    const { client } = await serve(context, twice);
    const one = client();
    await one.write(request('/1') + request('/2'));
    assert.deepEqual(
      (await one.answers(2)).map(({ body }) => body),
      ['/1', '/2'],
    );
  });

  test(`${reads} reads: an answer without a body has no length`, async context => {
    const gone = prepareHead(204, []);
    const { client } = await serve(context, (_method, _target, _head, _body, sink) => sink.send(gone, 'x'));
    const one = client();
    await one.write(request('/1') + request('/2'));
    for (const { status, headers } of await one.answers(2)) {
      assert.equal(status, 204);
      assert.equal(headers['content-length'], undefined);
    }
  });

  test(`${reads} reads: what a handler throws or rejects with is answered, and the connection goes on`, async context => {
    const failing: Handler = (_method, target, _head, _body, sink) => {
      if (target === '/throws') throw new Error('thrown');
      if (target === '/rejects') return Promise.reject(new Error('rejected'));
      if (target === '/invalid') prepareHead(200, [['X', 'a\r\nb']]);
      return sink.send(ok, 'fine');
    };
    const { client } = await serve(context, failing);
    const one = client();
    await one.write(['/throws', '/rejects', '/invalid', '/fine'].map(target => request(target)).join(''));
    const replies = await one.answers(4);
    assert.deepEqual(
      replies.map(({ status, body }) => [status, /"code":"(.*?)"/.exec(body)?.[1] ?? body]),
      [
        [500, 'net-handler-failed'],
        [500, 'net-handler-failed'],
        [500, 'net-answer-invalid'],
        [200, 'fine'],
      ],
    );
  });

  test(`${reads} reads: a head outlives the request, and its headers are found in any case`, async context => {
    const heads: Parameters<Handler>[2][] = [];
    const { client } = await serve(context, (_method, _target, head, _body, sink) => {
      heads.push(head);
      sink.send(ok, '');
    });
    const one = client();
    await one.write(
      request('/1', 'a', 'X-One:  1\r\nCookie: a=1\r\nCookie: b=2\r\nx-ONE: 2\r\nContent-Type: first\r\n'),
    );
    await one.answers(1);
    await one.write(request('/2', 'b', 'content-type: second\r\nEmpty:\r\n'));
    await one.answers(2);
    const [first, second] = heads;
    assert.deepEqual(
      ['x-one', 'X-ONE', 'cookie', 'Content-Type', 'host', 'absent', 'one'].map(name => first?.header(name)),
      ['1, 2', '1, 2', 'a=1; b=2', 'first', 'here', undefined, undefined],
    );
    assert.equal(second?.header('CONTENT-TYPE'), 'second');
    assert.equal(second?.header('empty'), '');
  });

  test(`${reads} reads: a client that goes is noticed while its answer is pending`, async context => {
    let sink: Sink | undefined;
    const { client, listener } = await serve(context, (_method, _target, _head, _body, given) => {
      sink = given;
    });
    for (const leave of ['end', 'destroy'] as const) {
      sink = undefined;
      const one = client();
      await one.write(request('/'));
      await until(() => sink !== undefined);
      const pending = sink as unknown as Sink;
      assert.equal(pending.aborted, false);
      const told = new Promise<void>(resolve => pending.onAbort(resolve));
      one.socket[leave]();
      await told;
      assert.equal(pending.aborted, true);
      pending.send(ok, 'to nobody');
      let again = false;
      pending.onAbort(() => (again = true));
      assert.ok(again);
    }
    assert.equal(listener.counters.aborted, 2);
  });

  test(`${reads} reads: a large body is collected as it comes`, async context => {
    const { client } = await serve(context, (_method, _target, _head, body, sink) => {
      let sum = 0;
      for (const byte of body) sum += byte;
      sink.send(ok, `${body.length} ${sum}`);
    });
    const one = client();
    const body = 'abc'.repeat(1_000_000);
    await one.write(request('/', body) + request('/', 'aa'));
    assert.deepEqual(
      (await one.answers(2)).map(reply => reply.body),
      ['3000000 294000000', '2 194'],
    );
  });

  test(`${reads} reads: a client that never reads makes the lane stop reading`, async context => {
    const size = 256 * 1024;
    const count = 300;
    const { client, listener, port } = await serve(context, (_method, _target, _head, _body, sink) => {
      sink.send(ok, 'x'.repeat(size));
    });
    assert.ok(port > 0);
    const deaf = client({ reading: false });
    await deaf.write(request('/').repeat(count));
    await until(() => listener.counters.lane > 0);
    const other = client();
    for (let turn = 1; turn <= 20; turn++) {
      await other.write(request('/'));
      await other.answers(turn);
    }
    const answered = listener.counters.lane - 20;
    assert.ok(answered < count / 2, `${answered} of ${count} answers were made for a client that reads none`);
    deaf.read();
    const replies = await deaf.answers(count);
    assert.equal(replies.length, count);
    assert.ok(replies.every(({ body }) => body.length === size));
  });

  test(`${reads} reads: a client that never reads is cut after the write time-out`, async context => {
    const handler: Handler = (_method, _target, _head, _body, sink) => sink.send(ok, 'x'.repeat(20_000_000));
    const { client, listener } = await serve(context, handler, { writeTimeout: 50 });
    const deaf = client({ reading: false });
    await deaf.write(request('/'));
    await until(() => listener.counters.accepted === 1 && listener.counters.open === 0);
    assert.equal(listener.counters.timedOut, 1);
  });

  test(`${reads} reads: input that waits for an answer is bounded`, async context => {
    let first: Sink | undefined;
    const { client, listener } = await serve(context, (method, target, head, body, sink) => {
      if (first === undefined) first = sink;
      else void echo(method, target, head, body, sink);
    });
    const eager = client();
    const body = 'y'.repeat(100_000);
    const count = 200;
    void eager.write(request('/first') + request('/more', body).repeat(count));
    await until(() => first !== undefined);
    const other = client();
    for (let turn = 1; turn <= 20; turn++) {
      await other.write(request('/'));
      await other.answers(turn);
    }
    assert.ok(eager.socket.writableLength > 0, 'the client could send everything');
    first?.send(ok, '');
    await eager.answers(count + 1);
    assert.equal(listener.counters.lane, count + 21);
  });
}
