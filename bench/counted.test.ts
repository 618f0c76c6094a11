import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { askOneByOne } from './counted.ts';

test('questions are counted one after the other, two of them when there is no time', async () => {
  let open = 0;
  let most = 0;
  const server = createServer((request, response) => {
    most = Math.max(most, ++open);
    request.resume().on('end', () => {
      open--;
      response.statusCode = request.url === '/wrong' ? 500 : 200;
      response.end('{}');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const load = await askOneByOne({ port, path: '/', body: 'x' }, 0);
    assert.equal(load.requests, 2);
    assert.equal(load.errors, 0);
    assert.ok(load.p99 >= load.p50 && load.rate > 0);
    assert.equal((await askOneByOne({ port, path: '/wrong', body: 'x' }, 0)).errors, 2);
    assert.equal(most, 1);
  } finally {
    server.close();
  }
});
