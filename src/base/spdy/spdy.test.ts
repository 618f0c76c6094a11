import assert from 'node:assert/strict';
import { type Duplex, duplexPair, type Readable } from 'node:stream';
import { test } from 'node:test';
import { constants, createDeflate, deflateSync } from 'node:zlib';
import { dictionary } from './dictionary.ts';
import { controlFrame, FrameReader, numbers, types } from './frames.ts';
import { HeaderReader, HeaderWriter } from './headers.ts';
import { Session, type Stream } from './index.ts';

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function pair(onStream: (stream: Stream) => void, streams?: number): { client: Session; wire: Duplex } {
  const [here, there] = duplexPair();
  const server = new Session(there, { side: 'server', onStream, ...(streams !== undefined && { streams }) });
  void server.run();
  const client = new Session(here, { side: 'client', onStream: () => {} });
  void client.run();
  return { client, wire: there };
}

test('the dictionary is that of SPDY/3: Adler-32 of a stream that asks for it', () => {
  assert.equal(dictionary.length, 1423);
  const head = deflateSync(Buffer.from('x'), { dictionary });
  assert.equal(head.readUInt32BE(2), 0xe3c6a7c2);
});

test('header blocks are one series: stored ones as we write, compressed ones as others do', async () => {
  const headers = new Map([
    ['streamtype', 'data'],
    ['port', '8080'],
  ]);
  const writer = new HeaderWriter();
  const stored = new HeaderReader();
  for (let turn = 0; turn < 3; turn++) assert.deepEqual(await stored.read(writer.write(headers)), headers);
  stored.close();

  const plain = Buffer.concat([
    numbers(1),
    numbers(10),
    Buffer.from('StreamType'),
    numbers(4),
    Buffer.from('data'),
  ]);
  const deflate = createDeflate({ dictionary, flush: constants.Z_SYNC_FLUSH });
  const compressed = new HeaderReader();
  for (let turn = 0; turn < 3; turn++) {
    await new Promise<void>(resolve => deflate.write(plain, () => resolve()));
    const block = deflate.read() as Buffer;
    assert.deepEqual(await compressed.read(block), new Map([['streamtype', 'data']]));
  }
  compressed.close();
});

test('a header block that unpacks to too much is refused without being unpacked', async () => {
  const bomb = deflateSync(Buffer.alloc(200_000_000), {
    dictionary,
    level: 9,
    finishFlush: constants.Z_SYNC_FLUSH,
  });
  const reader = new HeaderReader();
  const before = process.memoryUsage().rss;
  await assert.rejects(reader.read(bomb), /too large/);
  assert.ok(process.memoryUsage().rss - before < 50_000_000);
});

test('streams carry bytes in both directions, each ended for itself', async () => {
  const seen: string[] = [];
  const { client } = pair(stream => {
    seen.push(stream.headers.get('name') ?? '');
    stream.pipe(stream);
  });
  const streams = ['a', 'b', 'c'].map(name => client.open(new Map([['name', name]])));
  const texts = streams.map((stream, index) => {
    stream.end(`${index}`.repeat(300_000));
    return textOf(stream);
  });
  assert.deepEqual(
    (await Promise.all(texts)).map(text => [text.length, text[0]]),
    [
      [300_000, '0'],
      [300_000, '1'],
      [300_000, '2'],
    ],
  );
  assert.deepEqual(seen, ['a', 'b', 'c']);
  client.close();
});

test('a stream that is given up is lost at the other end, and the others go on', async () => {
  const arrived: Stream[] = [];
  const { client } = pair(stream => void arrived.push(stream));
  const given = client.open(new Map([['name', 'given']]));
  const kept = client.open(new Map([['name', 'kept']]));
  given.write('x');
  kept.end('y');
  const texts = async (): Promise<string> => {
    while (arrived.length < 2) await new Promise(resolve => setImmediate(resolve));
    return textOf(arrived[1] as Stream);
  };
  assert.equal(await texts(), 'y');
  const lost = new Promise(resolve => arrived[0]?.once('close', resolve));
  given.destroy();
  await lost;
  client.destroy();
});

test('a reader that is behind holds the writer back', async () => {
  let arrived: Stream | undefined;
  const { client } = pair(stream => void (arrived = stream));
  const stream = client.open(new Map([['name', 'slow']]));
  let taken = 0;
  const writing = (async () => {
    for (let turn = 0; turn < 100; turn++) {
      await new Promise<void>(resolve => stream.write(Buffer.alloc(64 * 1024), () => resolve()));
      taken++;
    }
    stream.end();
  })();
  for (let turn = 0; turn < 2000; turn++) await new Promise(resolve => setImmediate(resolve));
  assert.ok(taken < 20, `${taken} of 100 written though nobody reads`);
  let bytes = 0;
  for await (const chunk of arrived as Stream) bytes += (chunk as Buffer).length;
  await writing;
  assert.equal(bytes, 100 * 64 * 1024);
  client.close();
});

test('more streams than may be open are refused, one by one', async () => {
  let opened = 0;
  const { client } = pair(() => void opened++, 2);
  const streams = [1, 2, 3].map(() => client.open(new Map([['name', 'x']])));
  await new Promise(resolve => streams[2]?.once('close', resolve));
  assert.equal(opened, 2);
  assert.ok(streams[0]?.destroyed === false);
  client.destroy();
});

/** A number sequence that is the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('hostile frames end the session and nothing else', async () => {
  const random = seeded(7);
  const pick = (below: number): number => Math.floor(random() * below);
  for (let turn = 0; turn < 400; turn++) {
    const [here, there] = duplexPair();
    const session = new Session(there, { side: 'server', onStream: stream => stream.pipe(stream) });
    const ended = session.run();
    here.on('error', () => {});
    here.resume();
    const writer = new HeaderWriter();
    const good = controlFrame(
      types.synStream,
      Buffer.concat([numbers(1, 0), Buffer.alloc(2), writer.write(new Map([['a', 'b']]))]),
    );
    const bytes = Buffer.concat([
      good,
      controlFrame(pick(12), Buffer.from(Array.from({ length: pick(40) }, () => pick(256)))),
      Buffer.from(Array.from({ length: pick(60) }, () => pick(256))),
    ]);
    for (let flips = pick(4); flips > 0; flips--) bytes[pick(bytes.length)] = pick(256);
    for (let at = 0; at < bytes.length;) {
      const next = at + 1 + pick(30);
      here.write(bytes.subarray(at, next));
      at = next;
    }
    here.end();
    await ended;
  }
});

test('frames are the same however they are cut', () => {
  const frames = Buffer.concat([
    controlFrame(types.ping, numbers(1)),
    Buffer.from([0, 0, 0, 1, 1, 0, 0, 3, 1, 2, 3]),
    Buffer.from([0, 0, 0, 1, 1, 0, 0, 0]),
  ]);
  const read = (cut: number): string[] => {
    const reader = new FrameReader();
    const said: string[] = [];
    for (let at = 0; at < frames.length; at += cut) {
      for (const frame of reader.read(frames.subarray(at, at + cut))) {
        if (frame.kind === 'control') said.push(`${frame.type} ${frame.body.toString('hex')}`);
        else said.push(...[...frame.bytes].map(byte => `${byte}`), ...(frame.end ? ['end'] : []));
      }
    }
    return said;
  };
  for (const cut of [1, 2, 3, 7, 8, 9, 100])
    assert.deepEqual(read(cut), ['6 00000001', '1', '2', '3', 'end', 'end']);
});
