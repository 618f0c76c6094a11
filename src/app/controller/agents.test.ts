import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { agentAsker } from './agents.ts';

async function listening(context: TestContext, answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

test('whoever answers otherwise does not tell; whoever does not answer is silent', async context => {
  const report = { name: 'a', of: 'b', state: 'Loaded' };
  const rows: readonly (readonly [answer: RequestListener, told: unknown])[] = [
    [(_, response) => response.end(JSON.stringify({ models: [report] })), [report]],
    [(_, response) => response.end('queue'), undefined],
    [(_, response) => response.writeHead(404).end(), undefined],
    [(_, response) => response.writeHead(503).end(), 'silent'],
    [() => {}, 'silent'],
    [({ socket }) => socket.destroy(), 'silent'],
    [
      (_, response) => {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('{"models":', () => response.destroy());
      },
      'silent',
    ],
  ];
  const ask = agentAsker();
  for (const [answer, told] of rows) {
    const port = await listening(context, answer);
    assert.deepEqual(await ask({ host: '127.0.0.1', port, uid: 'u' }), told, answer.toString());
  }
});

test('an agent whose port is closed is silent', async () => {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  assert.equal(await agentAsker()({ host: '127.0.0.1', port, uid: 'u' }), 'silent');
});
