import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { fetchModel, type Fetching, usualLimits } from '../../src/model/storage/index.ts';
import { openResource } from '../../src/model/storage/remote/opening.ts';
import { zipOf } from './archives.ts';
import { file, FileServer } from './serving.ts';

let server: FileServer;
let folder: string;

before(async () => {
  server = await FileServer.start();
});
after(() => server.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'davit-storage-'));
  server.asked.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fetch(uri: string, destination: string, more: Partial<Fetching> = {}): Promise<void> {
  const signal = new AbortController().signal;
  mkdirSync(join(folder, destination), { recursive: true });
  return fetchModel(uri, join(folder, destination), {
    environment: {},
    cache: join(folder, 'cache'),
    limits: usualLimits,
    tell: () => {},
    signal,
    ...more,
  });
}

test('a file of the cache that a pod wrote to is fetched anew', async () => {
  server.answer = file(Buffer.from('model'), '"1"');
  for (const name of ['a', 'b', 'c']) await fetch(`${server.url}/model.bin`, name);
  assert.deepEqual(
    server.asked.map(({ known }) => known),
    [undefined, '"1"', '"1"'],
  );
  const handedOut = join(folder, 'a', 'model.bin');
  chmodSync(handedOut, 0o644);
  writeFileSync(handedOut, 'MODEL');
  await fetch(`${server.url}/model.bin`, 'd');
  assert.equal(readFileSync(join(folder, 'd', 'model.bin'), 'utf8'), 'model');
});

test('two places with the same content share a file, and neither is asked for twice', async () => {
  server.answer = file(Buffer.from('model'), '"1"');
  for (const name of ['one.bin', 'two.bin', 'one.bin', 'two.bin']) await fetch(`${server.url}/${name}`, name);
  assert.deepEqual(
    server.asked.map(({ known }) => known),
    [undefined, undefined, '"1"', '"1"'],
  );
});

test('a file that another process let go between the question and the answer is fetched once more', async () => {
  const whole = file(Buffer.from('model'), '"1"');
  server.answer = whole;
  await fetch(`${server.url}/model.bin`, 'a');
  server.answer = (request, response) => {
    rmSync(join(folder, 'cache', 'blobs'), { recursive: true });
    mkdirSync(join(folder, 'cache', 'blobs'));
    server.answer = whole;
    whole(request, response);
  };
  await fetch(`${server.url}/model.bin`, 'b');
  assert.equal(readFileSync(join(folder, 'b', 'model.bin'), 'utf8'), 'model');
});

test('a server that is busy is asked again', async () => {
  const whole = file(Buffer.from('model'), '"1"');
  let busy = 2;
  server.answer = (request, response) => {
    if (busy-- > 0) response.writeHead(503).end('slow down');
    else whole(request, response);
  };
  await fetch(`${server.url}/model.bin`, 'a');
  assert.equal(server.asked.length, 3);
});

test('refusals tell no password and no signature', async () => {
  server.answer = (_, response) => void response.writeHead(403).end('no');
  const secret = server.url.replace('://', '://me:hidden@');
  for (const path of ['/model.bin?signature=hidden', '/?signature=hidden']) {
    await assert.rejects(fetch(`${secret}${path}`, 'a'), (error: Error) => !error.message.includes('hidden'));
  }
});

test('a folder is linked to, and linking it to itself destroys nothing', async () => {
  const source = join(folder, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'model.bin'), 'model');
  writeFileSync(join(source, '.hidden'), '');
  for (const uri of [`file://${source}`, source]) {
    await fetch(uri, 'a');
    assert.equal(readlinkSync(join(folder, 'a', 'model.bin')), join(source, 'model.bin'));
  }
  await fetch(source, 'source');
  assert.equal(readFileSync(join(source, 'model.bin'), 'utf8'), 'model');
  mkdirSync(join(folder, 'empty'));
  await assert.rejects(fetch(join(folder, 'empty'), 'a'), { code: 'storage-none' });
});

test('the tag of what is encrypted with a key of its owner’s is not taken for a sum', async () => {
  const tagged = async (headers: Record<string, string>): Promise<boolean | undefined> => {
    server.answer = (_, response) => void response.writeHead(200, headers).end('model');
    const signal = new AbortController().signal;
    const nothing = { from: 0, of: undefined, known: undefined };
    const opened = await openResource(new URL(`${server.url}/model.bin`), nothing, { signal });
    return opened.unchanged ? undefined : opened.tagged;
  };
  assert.equal(await tagged({ 'x-amz-server-side-encryption': 'aws:kms' }), true);
  assert.equal(await tagged({ 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }), true);
  assert.equal(await tagged({ 'x-amz-server-side-encryption': 'AES256' }), undefined);
});

test('a single archive of this machine is unpacked, and stays where it is', async () => {
  const archive = join(folder, 'model.zip');
  writeFileSync(archive, zipOf([{ name: 'deep/model.bin', text: 'model' }]));
  await fetch(`file://${archive}`, 'a');
  assert.equal(readFileSync(join(folder, 'a', 'deep', 'model.bin'), 'utf8'), 'model');
  assert.deepEqual(readdirSync(join(folder, 'a')), ['deep']);
  assert.ok(readFileSync(archive).length > 0);
});

test('a server that knows no tags is asked by time', async () => {
  const modified = 'Thu, 26 Nov 2026 01:00:00 GMT';
  let sent = 0;
  server.answer = (request, response) => {
    if (request.headers['if-modified-since'] === modified) response.writeHead(304).end();
    else if (++sent > 0) response.writeHead(200, { 'last-modified': modified }).end('model');
  };
  await fetch(`${server.url}/model.bin`, 'a');
  await fetch(`${server.url}/model.bin`, 'b');
  assert.equal(sent, 1);
});
