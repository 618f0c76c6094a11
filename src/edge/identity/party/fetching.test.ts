import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { issuerFetch } from './fetching.ts';

/** Paths that an issuer was asked for. */
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  if (request.url === '/dex/long') response.end(Buffer.alloc(1024 * 1024 + 1));
  else if (request.url === '/dex/redirect') response.writeHead(302, { location: '/metadata' }).end();
  else if (request.url === '/dex/silent') response.write('told');
  else response.end('told');
});
let url: string;

before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const options = { body: null, headers: {}, method: 'GET' } as const;

test('an issuer is asked where this machine reaches it, and nothing else of its host is', async () => {
  const fetch = issuerFetch({ url: 'http://localhost:1/dex', inside: url });
  const answer = await fetch('http://localhost:1/dex/keys', { ...options, redirect: 'manual' });
  assert.equal(await answer.text(), 'told');
  assert.equal(asked.at(-1), '/dex/keys');
});

test('an issuer leads nobody elsewhere', async () => {
  const fetch = issuerFetch({ url: `${url}/dex`, inside: undefined });
  const answer = await fetch(`${url}/dex/redirect`, { ...options, redirect: 'manual' });
  assert.equal(answer.status, 302);
  assert.equal(asked.at(-1), '/dex/redirect');
});

test('an issuer that answers more than a megabyte has not answered', async () => {
  const fetch = issuerFetch({ url: `${url}/dex`, inside: undefined });
  const answer = fetch(`${url}/dex/long`, { ...options, redirect: 'manual' });
  await assert.rejects(answer, /more than 1048576 bytes/);
});

/** Only a bound on hanging, milliseconds. */
const bound = 10_000;

test('an issuer that does not answer is not waited for, whoever else would end the wait', async () => {
  const fetch = issuerFetch({ url: `${url}/dex`, inside: undefined }, 50);
  for (const more of [{}, { signal: new AbortController().signal }]) {
    const late = Promise.withResolvers<string>();
    const timer = setTimeout(() => late.resolve('still waited for'), bound);
    const answer = fetch(`${url}/dex/silent`, { ...options, redirect: 'manual', ...more });
    const ended = answer.then(
      () => 'answered',
      (error: unknown) => (error as Error).name,
    );
    assert.equal(await Promise.race([ended, late.promise]), 'TimeoutError');
    clearTimeout(timer);
  }
});
