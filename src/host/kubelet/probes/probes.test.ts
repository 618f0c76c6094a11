import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2, type ServerHttp2Stream } from 'node:http2';
import { createServer as createTcp, type Server, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Action } from '../shapes.ts';
import { check, type Finding, type Target } from './check.ts';
import { Prober } from './prober.ts';

const target: Target = {
  address: '127.0.0.1',
  ports: new Map(),
  command: argv => ({ argv, folder: '/', environment: { PATH: process.env['PATH'] ?? '', WORD: 'here' } }),
};

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

function look(action: Action, timeout = 1000): Promise<Finding> {
  return check(action, target, timeout);
}

test('an HTTP probe takes 200 to 399, sends its headers, and tells what it got', async () => {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://x');
    if (pathname === '/slow') return;
    response.statusCode = request.headers['x-word'] === 'yes' ? Number(pathname.slice(1)) : 418;
    response.end();
  });
  const port = await portOf(server);
  const httpHeaders = [{ name: 'X-Word', value: 'yes' }];
  const at = (path: string): Promise<Finding> => look({ httpGet: { path, port, httpHeaders } }, 200);
  assert.equal((await at('/200')).good, true);
  assert.equal((await at('/302')).good, true);
  assert.equal((await at('404')).message, 'HTTP probe failed with statuscode: 404');
  assert.equal(
    (await at('/slow')).message,
    `Get "http://127.0.0.1:${port}/slow": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
  );
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  assert.equal(
    (await at('/200')).message,
    `Get "http://127.0.0.1:${port}/200": dial tcp 127.0.0.1:${port}: connect: connection refused`,
  );
});

test('a TCP probe is content with a connection; a port may have a name', async () => {
  const server = createTcp();
  const port = await portOf(server);
  const named = { ...target, ports: new Map([['web', port]]) };
  assert.equal((await check({ tcpSocket: { port: 'web' } }, named, 1000)).good, true);
  assert.equal((await look({ tcpSocket: { port: 'web' } })).message, `couldn't find port: "web"`);
  server.close();
  await once(server, 'close');
  const { message } = await look({ tcpSocket: { port } });
  assert.equal(message, `dial tcp 127.0.0.1:${port}: connect: connection refused`);
});

test('a command is good when it ends with 0; its output says why it is not', async () => {
  const run = (script: string, timeout = 1000): Promise<Finding> =>
    look({ exec: { command: ['sh', '-c', script] } }, timeout);
  assert.equal((await run('test "$WORD" = here')).good, true);
  assert.equal((await run('echo no; exit 1')).message, 'no\n');
  assert.match((await run('exec sleep 10', 50)).message, /^command timed out: .* timed out after 0.05s$/);
});

test('the health protocol of gRPC', async () => {
  const server = createHttp2();
  let status = 1;
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.from([0, 0, 0, 0, 2, 0x08, status]));
  });
  const port = await portOf(server);
  assert.equal((await look({ grpc: { port } })).good, true);
  status = 2;
  assert.equal(
    (await look({ grpc: { port, service: 'x' } })).message,
    'service unhealthy (responded with "NOT_SERVING")',
  );
  server.close();
  assert.match((await look({ grpc: { port } })).message, /^rpc error: code = Unavailable/);
});

test('an eager prober is there within milliseconds, and tells no failures before', async () => {
  let up = false;
  const server = createServer((_, response) => {
    response.statusCode = up ? 200 : 503;
    response.end();
  });
  const port = await portOf(server);
  const failures: string[] = [];
  const ready = Promise.withResolvers<void>();
  const prober = new Prober({
    probes: {
      startup: undefined,
      readiness: { httpGet: { port }, periodSeconds: 10, initialDelaySeconds: 10 },
      liveness: undefined,
    },
    target,
    eager: true,
    onChange: ready.resolve,
    onFailure: (_, message) => void failures.push(message),
    onUnhealthy: () => {},
  });
  prober.start();
  await new Promise(resolve => setTimeout(resolve, 50));
  assert.deepEqual([prober.started, prober.ready], [true, false]);
  up = true;
  const began = performance.now();
  await ready.promise;
  assert.ok(performance.now() - began < 500);
  assert.deepEqual([prober.ready, failures], [true, []]);
  prober.stop();
  server.close();
});

test('nothing is asked whether it lives before it has started', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.statusCode = request.url === '/startup' && asked.length < 3 ? 503 : 200;
    response.end();
  });
  const port = await portOf(server);
  const started = Promise.withResolvers<void>();
  const probe = (path: string): object => ({
    httpGet: { port, path },
    periodSeconds: 0.02,
    failureThreshold: 5,
  });
  const prober = new Prober({
    probes: { startup: probe('/startup'), readiness: undefined, liveness: probe('/liveness') },
    target,
    eager: false,
    onChange: started.resolve,
    onFailure: () => {},
    onUnhealthy: () => {},
  });
  assert.deepEqual([prober.started, prober.ready], [false, false]);
  prober.start();
  await started.promise;
  assert.deepEqual([prober.started, prober.ready], [true, true]);
  while (!asked.includes('/liveness')) await new Promise(setImmediate);
  assert.deepEqual(asked.slice(0, 4), ['/startup', '/startup', '/startup', '/liveness']);
  prober.stop();
  server.close();
});
