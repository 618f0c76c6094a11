import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CodedError } from '../../src/base/errors/index.ts';
import { type FetchLimits, fetchModel, usualLimits } from '../../src/model/storage/index.ts';
import { tarOf, zipOf } from './archives.ts';
import { breaking, file, FileServer } from './serving.ts';

let server: FileServer;
let folder: string;
let cache: string;

before(async () => {
  server = await FileServer.start();
});
after(() => server.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'davit-storage-'));
  cache = join(folder, 'cache');
  server.asked.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface More extends Partial<FetchLimits> {
  readonly environment?: Readonly<Record<string, string>>;
}

function fetch(
  path: string,
  destination = 'model',
  { environment = {}, ...limits }: More = {},
  signal = new AbortController().signal,
): Promise<void> {
  const target = join(folder, destination);
  mkdirSync(target, { recursive: true });
  const uri = path.includes('://') ? path : `${server.url}${path}`;
  return fetchModel(uri, target, {
    environment,
    cache,
    limits: { ...usualLimits, ...limits },
    tell: () => {},
    signal,
  });
}

function files(destination = 'model'): string[] {
  return readdirSync(join(folder, destination), { recursive: true, encoding: 'utf8' }).toSorted();
}

const read = (name: string, destination = 'model'): string =>
  readFileSync(join(folder, destination, name), 'utf8');

async function refused(fetching: Promise<void>, code: string, words?: RegExp): Promise<void> {
  await assert.rejects(fetching, (error: unknown) => {
    assert.ok(error instanceof CodedError, String(error));
    assert.equal(error.code, code, error.message);
    if (words !== undefined) assert.match(error.message, words);
    return true;
  });
  // Nothing half-written is left, neither where the model goes nor beside it.
  const left = readdirSync(folder).filter(name => name !== 'cache' && name !== 'model');
  assert.deepEqual([left, existsSync(join(folder, 'model')) ? files() : []], [[], []]);
}

test('a file is fetched once, and asked for again only whether it has changed', async () => {
  server.answer = file(Buffer.from('one'), '"1"');
  await fetch('/iris/model.joblib');
  await fetch('/iris/model.joblib', 'again');
  assert.deepEqual([read('model.joblib'), read('model.joblib', 'again')], ['one', 'one']);
  assert.deepEqual(server.asked, [
    { path: '/iris/model.joblib' },
    { path: '/iris/model.joblib', known: '"1"' },
  ]);
  const blobs = readdirSync(join(cache, 'blobs'));
  assert.equal(blobs.length, 1);
  assert.equal(statSync(join(folder, 'model', 'model.joblib')).nlink, 3);
  server.answer = file(Buffer.from('two'), '"2"');
  await fetch('/iris/model.joblib');
  assert.deepEqual([read('model.joblib'), read('model.joblib', 'again')], ['two', 'one']);
});

test('what breaks off goes on where it ended, and is what the server has', async () => {
  const bytes = randomBytes(6_000_000);
  server.answer = breaking(bytes, '"1"', 2_000_000, 2);
  await fetch('/model.bin');
  assert.ok(readFileSync(join(folder, 'model', 'model.bin')).equals(bytes));
  const ranges = server.asked.map(({ range }) => range);
  assert.equal(ranges[0], undefined);
  assert.ok(
    ranges.slice(1).every(range => /^bytes=[1-9]\d*-$/.test(range ?? '')),
    JSON.stringify(ranges),
  );
});

test('what breaks off and has changed meanwhile begins anew', async () => {
  const [old, fresh] = [randomBytes(4_000_000), randomBytes(4_000_000)];
  const first = breaking(old, '"1"', 2_000_000, 1);
  const second = file(fresh, '"2"');
  let count = 0;
  server.answer = (request, response) => (count++ === 0 ? first : second)(request, response);
  await fetch('/model.bin');
  assert.ok(readFileSync(join(folder, 'model', 'model.bin')).equals(fresh));
});

test('two that want the same at once download it once', async () => {
  server.answer = file(randomBytes(100_000), '"1"');
  await Promise.all([fetch('/model.bin', 'a'), fetch('/model.bin', 'b'), fetch('/model.bin', 'c')]);
  assert.equal(server.asked.filter(({ known }) => known === undefined).length, 1);
});

test('a lock of a process that is gone does not hold anybody up', async () => {
  server.answer = file(Buffer.from('one'), '"1"');
  await fetch('/model.bin');
  const key = readdirSync(join(cache, 'entries'))[0] ?? '';
  rmSync(join(cache, 'entries', key));
  const lock = join(cache, 'locks', key);
  mkdirSync(lock);
  const { writeFileSync } = await import('node:fs');
  // No process has this number: the kernel's largest is 2 ** 22.
  writeFileSync(join(lock, 'owner'), String(2 ** 22 + 1));
  await fetch('/model.bin', 'again');
  assert.equal(read('model.bin', 'again'), 'one');
});

const packed = [
  { name: 'model/model.joblib', text: 'the model' },
  { name: 'model/notes/read.me', text: 'notes' },
];

for (const [name, archive] of [
  ['model.tar', () => tarOf(packed)],
  ['model.tar.gz', () => gzipSync(tarOf(packed))],
  ['model.tgz', () => gzipSync(tarOf(packed))],
  ['model.zip', () => zipOf(packed)],
] as const) {
  test(`a ${name} is unpacked`, async () => {
    server.answer = file(archive(), '"1"');
    await fetch(`/${name}`);
    assert.deepEqual(files(), ['model', 'model/model.joblib', 'model/notes', 'model/notes/read.me']);
    assert.equal(read('model/model.joblib'), 'the model');
  });
}

test('archives that climb, link, are damaged, or grow without end are refused', async () => {
  const climbs = [{ name: '../out.txt', text: 'x' }];
  const link = [{ name: 'link', text: '', link: '/etc/passwd' }];
  const bomb = [{ name: 'zeros', text: '0'.repeat(5_000_000) }];
  const rows: [string, Uint8Array, string][] = [
    ['a.tar', tarOf(climbs), 'storage-name-escapes'],
    ['b.tar', tarOf([{ name: '/absolute', text: 'x' }]), 'storage-name-escapes'],
    ['c.tar.gz', gzipSync(tarOf(link)), 'storage-archive'],
    ['d.zip', zipOf(climbs), 'storage-archive'],
    ['e.zip', zipOf(link), 'storage-archive'],
    ['f.zip', Buffer.from('PK not really'), 'storage-archive'],
    ['g.tar.gz', gzipSync(tarOf(packed)).subarray(0, 100), 'storage-archive'],
    ['h.tar.gz', gzipSync(tarOf(bomb)), 'storage-too-large'],
    ['i.zip', zipOf(bomb), 'storage-too-large'],
  ];
  for (const [name, bytes, code] of rows) {
    server.answer = file(bytes, `"${name}"`);
    const fetching = fetch(`/${name}`, 'model', { model: 1_000_000 });
    await refused(fetching, code).catch((error: unknown) => {
      throw new Error(`${name}: ${String(error)}`);
    });
  }
});

test('refusals say what the server said', async () => {
  server.answer = (_, response) => response.writeHead(404).end('nothing here');
  await refused(fetch('/nothing.bin'), 'storage-refused', /answered 404: nothing here$/);
  await refused(fetch('/'), 'storage-uri');
  server.answer = (_, response) => response.writeHead(302, { location: '/again' }).end();
  await refused(fetch('/again'), 'storage-redirected');
  server.answer = (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
  await refused(fetch('/elsewhere'), 'storage-redirected');
  server.answer = file(randomBytes(2000), '"1"');
  await refused(fetch('/large.bin', 'model', { model: 1000 }), 'storage-too-large');
  for (const [uri, code, words] of [
    ['gcs://bucket/model', 'storage-scheme-unknown', /did you mean gs:\/\/\?/],
    ['hf://owner/model', 'storage-scheme-missing', /Hugging Face/],
    ['https://x.blob.core.windows.net/c/p', 'storage-scheme-missing', /Azure/],
    ['https://example.com/models.git', 'storage-scheme-missing', /git/],
    ['pvc://claim/model', 'storage-scheme-unknown', /volume/],
    ['file:///nowhere/at/all', 'model-path-missing', /nowhere/],
  ] as const) {
    await refused(fetch(uri), code, words);
  }
});

test('headers come from the environment, and do not follow to another host', async () => {
  const other = await FileServer.start();
  const seen: (string | undefined)[] = [];
  other.answer = (request, response) => {
    seen.push(request.headers.authorization);
    file(Buffer.from('one'), '"1"')(request, response);
  };
  server.answer = (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(302, { location: `${other.url}/model.bin` }).end();
  };
  const headers = JSON.stringify({ Authorization: 'Bearer secret' });
  await fetch('/model.bin', 'model', { environment: { '127.0.0.1-headers': headers } });
  other.stop();
  assert.deepEqual(seen, ['Bearer secret', undefined]);
});

test('one that is told to stop stops, and leaves what has arrived for the next', async () => {
  const bytes = randomBytes(4_000_000);
  const stopped = new AbortController();
  server.answer = (_, response) => {
    response.writeHead(200, { etag: '"1"', 'content-length': bytes.length });
    response.write(bytes.subarray(0, 2_000_000));
  };
  const fetching = fetch('/model.bin', 'model', {}, stopped.signal);
  const refusal = assert.rejects(fetching, { name: 'AbortError' });
  const parts = join(cache, 'parts');
  const arrived = (): boolean =>
    existsSync(parts) && readdirSync(parts).some(name => statSync(join(parts, name)).size > 1_000_000);
  while (!arrived()) await new Promise(resolve => setImmediate(resolve));
  stopped.abort();
  await refusal;
  assert.deepEqual(files(), []);
  server.answer = file(bytes, '"1"');
  server.asked.length = 0;
  await fetch('/model.bin');
  assert.ok(readFileSync(join(folder, 'model', 'model.bin')).equals(bytes));
  assert.match(server.asked[0]?.range ?? '', /^bytes=\d+-$/);
});

test('the cache keeps to its limit, the longest unused go first', async () => {
  for (const name of ['a', 'b', 'c']) {
    server.answer = file(randomBytes(1000), `"${name}"`);
    await fetch(`/${name}.bin`, name, { cache: 2500 });
  }
  assert.equal(readdirSync(join(cache, 'blobs')).length, 2);
  // What was handed out stays, whatever the cache forgets.
  assert.equal(statSync(join(folder, 'a', 'a.bin')).size, 1000);
});
