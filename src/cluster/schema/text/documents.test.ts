import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CostlyDocument, DocumentThread, mostDocuments } from './documents.ts';
import { DecodeError } from './json.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const wanted = (): boolean => true;

test('a document is read on a thread as anywhere, faults and repetitions included', async () => {
  const documents = new DocumentThread();
  const read = await documents.read(bytes('a: {__proto__: [1, yes]}\na: 2\n'), wanted);
  assert.deepEqual(read, {
    value: { a: 2 },
    strict: ['yaml: unmarshal errors:\n  line 2: key "a" already set in map'],
  });
  const own = await documents.read(bytes('__proto__: {x: 1}\n'), wanted);
  assert.equal(JSON.stringify(own?.value), '{"__proto__":{"x":1}}');
  await assert.rejects(documents.read(bytes('a: [\n'), wanted) as Promise<unknown>, DecodeError);
  assert.deepEqual(await documents.read(bytes('{"a": 1}'), wanted), { value: { a: 1 }, strict: [] });
});

test('more than may wait are refused, and none is read that nobody waits for', async () => {
  const documents = new DocumentThread();
  const reads = Array.from({ length: mostDocuments }, (_, index) =>
    Promise.resolve(documents.read(bytes(`a: ${index}\n`), () => index % 16 === 0)),
  );
  assert.equal(documents.read(bytes('a: 1\n'), wanted), undefined);
  const settled = await Promise.allSettled(reads);
  assert.deepEqual(
    settled.flatMap((one, index) => (one.status === 'fulfilled' ? [index] : [])),
    [0, 16],
  );
  assert.deepEqual((await documents.read(bytes('a: 1\n'), wanted))?.value, { a: 1 });
});

test('what takes too much memory is refused, and the next is read', async () => {
  const documents = new DocumentThread(16);
  const reading = documents.read(bytes(`a: [${'b,'.repeat(300_000)}]\n`), wanted);
  await assert.rejects(reading as Promise<unknown>, CostlyDocument);
  assert.deepEqual((await documents.read(bytes('a: 1\n'), wanted))?.value, { a: 1 });
});

test('a reader that is closed ends what is being read', async () => {
  const documents = new DocumentThread();
  const reading = documents.read(bytes(`a: [${'b,'.repeat(300_000)}]\n`), wanted);
  const ended = assert.rejects(reading as Promise<unknown>);
  await new Promise(resolve => setImmediate(resolve));
  await documents.close();
  await ended;
});
