import assert from 'node:assert/strict';
import { connect, type OutgoingHttpHeaders } from 'node:http2';
import { test, type TestContext } from 'node:test';
import { type Handler } from '../../src/base/net/index.ts';
import { quiet, until } from './client.ts';
import { ok, request, serve } from './serving.ts';

const handler: Handler = (_method, target, _head, _body, sink) => {
  if (target === '/throws') throw new Error('broken');
  if (target === '/rejects') return Promise.reject(new Error('broken'));
  if (target === '/late') {
    sink.send(ok, 'an answer');
    throw new Error('broken after its answer');
  }
  sink.send(ok, 'an answer');
};

const limits = { headBytes: 1000, bodyBytes: 100, headTimeout: 60_000, bodyTimeout: 60_000 };

interface Case {
  readonly send: string;
  /** The client stops sending. */
  readonly ends?: boolean;
  /** Time that passes then. */
  readonly passes?: number;
  readonly told: readonly [
    method: string | undefined,
    target: string | undefined,
    status: number,
    code: string,
  ];
}

const start = 'HTTP/1.1\r\nHost: a\r\n';
const long = `X: ${'x'.repeat(2000)}\r\n`;

const cases: Readonly<Record<string, Case>> = {
  'a broken head': {
    send: 'G\u0001T / HTTP/1.1\r\n\r\n',
    told: [undefined, undefined, 400, 'net-request-malformed'],
  },
  'two hosts': {
    send: `GET /two ${start}Host: b\r\n\r\n`,
    told: ['GET', '/two', 400, 'net-request-malformed'],
  },
  'a head that ends too early': {
    send: `GET /cut ${start}`,
    ends: true,
    told: [undefined, undefined, 400, 'net-request-truncated'],
  },
  'a body that ends too early': {
    send: `POST /cut ${start}Content-Length: 9\r\n\r\nabc`,
    ends: true,
    told: ['POST', '/cut', 400, 'net-request-truncated'],
  },
  'a body that ends too early, read by node': {
    send: `PUT /cut ${start}Content-Length: 9\r\n\r\nabc`,
    ends: true,
    told: ['PUT', '/cut', 400, 'net-request-truncated'],
  },
  'a chunk that is none': {
    send: `POST /chunk http/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`.replace(
      'http',
      'HTTP',
    ),
    told: ['POST', '/chunk', 400, 'net-request-malformed'],
  },
  'a slow head': {
    send: 'GET /slow HT',
    passes: 60_001,
    told: [undefined, undefined, 408, 'net-request-slow'],
  },
  'a slow body': {
    send: `POST /slow ${start}Content-Length: 9\r\n\r\nabc`,
    passes: 60_001,
    told: ['POST', '/slow', 408, 'net-request-slow'],
  },
  'a slow body, read by node': {
    send: `PUT /slow ${start}Content-Length: 9\r\n\r\nabc`,
    passes: 60_001,
    told: ['PUT', '/slow', 408, 'net-request-slow'],
  },
  'a large body': {
    send: `POST /large ${start}Content-Length: 101\r\n\r\n`,
    told: ['POST', '/large', 413, 'net-body-too-large'],
  },
  'a large body in chunks': {
    send: `POST /large ${start}Transfer-Encoding: chunked\r\n\r\n65\r\n${'x'.repeat(101)}\r\n`,
    told: ['POST', '/large', 413, 'net-body-too-large'],
  },
  'an encoding nobody knows': {
    send: `POST /br ${start}Content-Encoding: br\r\nContent-Length: 0\r\n\r\n`,
    told: ['POST', '/br', 415, 'net-encoding-unknown'],
  },
  'an expectation nobody knows': {
    send: `POST /hope ${start}Expect: more\r\nContent-Length: 0\r\n\r\n`,
    told: ['POST', '/hope', 417, 'net-expectation-unknown'],
  },
  'a large head': {
    send: `GET /long ${start}${long}\r\n`,
    told: [undefined, undefined, 431, 'net-head-too-large'],
  },
  'a tunnel': {
    send: `CONNECT there:443 ${start}\r\n`,
    told: ['CONNECT', 'there:443', 501, 'net-method-unsupported'],
  },
  'a handler that throws': { send: request('/throws'), told: ['GET', '/throws', 500, 'net-handler-failed'] },
  'a handler that rejects': {
    send: request('/rejects'),
    told: ['GET', '/rejects', 500, 'net-handler-failed'],
  },
  'a handler that throws, read by node': {
    send: `PUT /throws ${start}\r\n`,
    told: ['PUT', '/throws', 500, 'net-handler-failed'],
  },
};

for (const [name, { send, ends, passes, told: expected }] of Object.entries(cases)) {
  test(`an answer the listener gives itself is told once: ${name}`, async context => {
    const { client, listener, pass, told } = await serve(context, handler, limits);
    const one = client();
    await one.write(send);
    if (ends === true) one.socket.end();
    if (passes !== undefined) {
      await until(() => listener.counters.open === 1);
      await quiet();
      await until(() => {
        pass(passes);
        return told.length > 0;
      });
    }
    const { status, body } = await one.answer();
    const [first] = told;
    assert.deepEqual([first?.method, first?.target, first?.status, first?.code], expected);
    assert.deepEqual([status, body.length], [first?.status, first?.bytes]);
    assert.equal(told.length, 1);
  });
}

test('what the handler answered is not told, whatever it does afterwards', async context => {
  const { client, told } = await serve(context, handler);
  const one = client();
  await one.write(request('/late') + request('/'));
  assert.deepEqual(
    (await one.answers(2)).map(({ status }) => status),
    [200, 200],
  );
  assert.deepEqual(told, []);
});

test('a client beyond the limit is told', async context => {
  const { client, told } = await serve(context, handler, { connections: 1 });
  const [first, second] = [client(), client()];
  await first.write(request('/'));
  await first.answer();
  await second.answer();
  assert.deepEqual(
    told.map(({ status, code }) => [status, code]),
    [[503, 'net-connections-full']],
  );
});

function ask(
  context: TestContext,
  port: number,
  headers: OutgoingHttpHeaders,
  body = '',
): Promise<number | undefined> {
  const session = connect(`http://127.0.0.1:${port}`);
  context.after(() => session.destroy());
  const stream = session.request(headers, { endStream: body === '' });
  if (body !== '') stream.end(body);
  return new Promise((resolve, reject) => {
    stream.on('response', got => resolve(got[':status']));
    stream.on('error', reject);
  });
}

const overHttp2: readonly (readonly [OutgoingHttpHeaders, string, number, string])[] = [
  [{ ':method': 'GET', ':path': '/', 'x-long': 'x'.repeat(2000) }, '', 431, 'net-head-too-large'],
  [{ ':method': 'POST', ':path': '/', 'content-length': 101 }, 'x'.repeat(101), 413, 'net-body-too-large'],
  [{ ':method': 'POST', ':path': '/' }, 'x'.repeat(101), 413, 'net-body-too-large'],
  [{ ':method': 'GET', ':path': '/throws' }, '', 500, 'net-handler-failed'],
];

for (const [headers, body, status, code] of overHttp2) {
  test(`an answer the listener gives itself over HTTP/2 is told once: ${status} ${code} ${body.length}`, async context => {
    const { port, told } = await serve(context, handler, limits);
    assert.equal(await ask(context, port, headers, body), status);
    assert.deepEqual(
      told.map(one => [one.method, one.target, one.status, one.code]),
      [[headers[':method'], headers[':path'], status, code]],
    );
  });
}
