import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CostlyDocument, DocumentQueue, DocumentsClosed, mostDocuments, mostOfOne } from './documents.ts';
import { DecodeError } from './json.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const wanted = { name: 'somebody', isWanted: (): boolean => true };

test('a document is read on a thread as anywhere, faults and repetitions included', async () => {
  const documents = new DocumentQueue();
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
  const documents = new DocumentQueue();
  const reads = Array.from({ length: mostDocuments }, (_, index) => {
    const reader = { name: `user-${index}`, isWanted: () => index % 16 === 0 };
    return Promise.resolve(documents.read(bytes(`a: ${index}\n`), reader));
  });
  assert.equal(documents.read(bytes('a: 1\n'), wanted), undefined);
  const settled = await Promise.allSettled(reads);
  assert.deepEqual(
    settled.flatMap((one, index) => (one.status === 'fulfilled' ? [index] : [])),
    [0, 16],
  );
  assert.deepEqual((await documents.read(bytes('a: 1\n'), wanted))?.value, { a: 1 });
});

test('one user has only so many wait, and the others have theirs read', async () => {
  const documents = new DocumentQueue();
  const own = Array.from({ length: mostOfOne }, () => documents.read(bytes('a: 1\n'), wanted));
  assert.equal(documents.read(bytes('a: 1\n'), wanted), undefined);
  const other = documents.read(bytes('a: 2\n'), { ...wanted, name: 'somebody else' });
  assert.deepEqual((await other)?.value, { a: 2 });
  for (const one of own) await one;
  assert.deepEqual((await documents.read(bytes('a: 3\n'), wanted))?.value, { a: 3 });
});

test('what takes too long is refused', async () => {
  const large = bytes(`a: [${'b,'.repeat(300_000)}]\n`);
  // Less than any thread takes to begin.
  const reading = new DocumentQueue({ seconds: 0.001 }).read(large, wanted);
  await assert.rejects(reading as Promise<unknown>, /more than 0.001 seconds/);
});

test('what takes too much memory is refused, and the next is read', async () => {
  const documents = new DocumentQueue({ megabytes: 16 });
  const reading = documents.read(bytes(`a: [${'b,'.repeat(300_000)}]\n`), wanted);
  await assert.rejects(reading as Promise<unknown>, CostlyDocument);
  assert.deepEqual((await documents.read(bytes('a: 1\n'), wanted))?.value, { a: 1 });
});

test('a queue that is closed ends what is being read, and reads nothing more', async () => {
  const documents = new DocumentQueue();
  const reads = [1, 2].map(() => documents.read(bytes(`a: [${'b,'.repeat(300_000)}]\n`), wanted));
  const ended = reads.map(one => assert.rejects(one as Promise<unknown>, DocumentsClosed));
  await new Promise(resolve => setImmediate(resolve));
  await documents.close();
  await Promise.all(ended);
  await assert.rejects(documents.read(bytes('a: 1\n'), wanted) as Promise<unknown>, DocumentsClosed);
});
