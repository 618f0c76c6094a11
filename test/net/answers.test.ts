import assert from 'node:assert/strict';
import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import {
  createOutgoing,
  type AnswerHead,
  type Outgoing,
  type Receiver,
} from '../../src/base/net/outgoing/index.ts';
import { raw } from './relaying.ts';

/** What somebody read of an answer; undefined when it was no answer to them. */
type Read = { readonly status: number; readonly body: string } | undefined;

/** A sequence that is the same in every run (mulberry32). */
function sequence(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const good = [
  'HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX: y\r\n\r\nhello world',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
  'HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\nb;a=b\r\nhello world\r\n0\r\nT: 1\r\n\r\n',
  'HTTP/1.0 200 OK\r\n\r\nhello world',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
];
const pieces = [
  '\r\n',
  '\n',
  ' ',
  '\t',
  ':',
  '0',
  '9',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  '\0',
  ';',
  'g',
];

/** An answer with some of its bytes changed. */
function mutated(text: string, next: () => number): string {
  for (let times = 1 + Math.floor(next() * 3); times > 0; times--) {
    const at = Math.floor(next() * text.length);
    const piece = pieces[Math.floor(next() * pieces.length)] as string;
    const removed = Math.floor(next() * 3);
    text = text.slice(0, at) + (next() < 0.7 ? piece : '') + text.slice(at + removed);
  }
  return text;
}

/** Bytes after a complete answer make node fail, and this only end the connection: the answer counts. */
async function byNode(port: number): Promise<Read> {
  const { promise, resolve } = Promise.withResolvers<Read>();
  const chunks: Buffer[] = [];
  let answer: IncomingMessage | undefined;
  const tell = (): void => {
    const read = { status: answer?.statusCode ?? 0, body: Buffer.concat(chunks).toString('latin1') };
    resolve(answer?.complete === true ? read : undefined);
  };
  const asked = request({ port, agent: false, timeout: 500 }, found => {
    answer = found;
    found.on('data', (chunk: Buffer) => chunks.push(chunk));
    found.on('error', tell).on('end', tell);
  });
  asked.on('error', () => setImmediate(tell));
  asked.end();
  return promise;
}

async function byOurs(outgoing: Outgoing, port: number): Promise<Read> {
  const { promise, resolve } = Promise.withResolvers<Read>();
  let status = 0;
  let body = '';
  const receiver: Receiver = {
    whole: (head: AnswerHead, bytes) => resolve({ status: head.status, body: bytes.toString('latin1') }),
    begin: head => (status = head.status),
    data: chunk => {
      body += chunk.toString('latin1');
      return true;
    },
    end: () => resolve({ status, body }),
    fail: () => resolve(undefined),
  };
  outgoing.send(
    { host: '127.0.0.1', port },
    { method: 'GET', target: '/', fields: [['Host', 'x']] },
    receiver,
  );
  return promise;
}

test('what is taken for an answer is one to node’s parser too, with the same body', async context => {
  let bytes = '';
  const answer = (socket: Socket): void => {
    socket.once('data', () => socket.end(bytes, 'latin1'));
  };
  const port = await raw(context, answer);
  const outgoing = createOutgoing();
  context.after(() => outgoing.close());
  for (const one of good) {
    bytes = one;
    assert.deepEqual(await byOurs(outgoing, port), await byNode(port), JSON.stringify(one));
  }
  const next = sequence(7);
  let taken = 0;
  for (let round = 0; round < 600; round++) {
    bytes = mutated(good[round % good.length] as string, next);
    const ours = await byOurs(outgoing, port);
    if (ours === undefined) continue;
    taken++;
    assert.deepEqual(ours, await byNode(port), JSON.stringify(bytes));
  }
  assert.ok(taken > 60, `${taken} of the changed answers were taken`);
});
