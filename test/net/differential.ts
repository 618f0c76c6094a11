/**
 * Sends the same bytes to a listener and to a plain server of `node:http`, and compares what their handlers see. Whatever the
 * lane accepts, node must accept with the same meaning.
 *
 * As a program: `node test/net/differential.ts --seconds 60 [--seed 1]`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createListener, prepareHead, type Listener } from '../../src/base/net/index.ts';
import { RawClient } from './client.ts';
import { Random } from '../fuzz/random.ts';
import { within } from '../fuzz/within.ts';
import { connectionText, cut } from './traffic.ts';

/** A request as a handler saw it. */
interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (string | undefined)[];
  readonly body: string;
}

/** One of the servers, serving one connection at a time. */
interface Side {
  readonly name: string;
  readonly port: number;
  seen: Seen[];
  readonly close: () => Promise<void>;
}

interface Ours extends Side {
  readonly listener: Listener;
}

/** Names of the headers that handlers look up in the current case. */
let names: readonly string[] = [];

async function reference(): Promise<Side> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      side.seen.push({
        method: request.method ?? '',
        target: request.url ?? '',
        headers: names.map(name =>
          Object.hasOwn(request.headers, name) ? String(request.headers[name]) : undefined,
        ),
        body: Buffer.concat(chunks).toString('latin1'),
      });
      response.setHeader('Content-Length', 0);
      response.end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const side: Side = {
    name: 'node:http',
    port: (server.address() as AddressInfo).port,
    seen: [],
    close: () => new Promise(resolve => void server.close(() => resolve())),
  };
  return side;
}

const ok = prepareHead(200, []);

async function ours(reads: 'shared' | 'ordinary'): Promise<Ours> {
  const listener = createListener(
    { describe: () => ({ fields: [], body: '' }), reads },
    (method, target, head, body, sink) => {
      const headers = names.map(name => head.header(name));
      side.seen.push({ method, target, headers, body: Buffer.from(body).toString('latin1') });
      sink.send(ok, '');
    },
  );
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  const side: Ours = {
    name: `listener, ${reads} reads`,
    port,
    seen: [],
    listener,
    close: () => listener.close(),
  };
  return side;
}

interface Outcome {
  readonly seen: readonly Seen[];
  readonly statuses: readonly number[];
}

const patience = 20_000;

async function play(side: Side, pieces: readonly string[]): Promise<Outcome> {
  side.seen = [];
  const client = new RawClient(side.port);
  const late = setTimeout(() => client.socket.destroy(new Error('late')), patience);
  let failure: Error | undefined;
  client.socket.on('error', error => (failure = error.message === 'late' ? error : failure));
  for (const piece of pieces) {
    if (client.ended) break;
    await client.write(piece);
    await new Promise(resolve => setImmediate(resolve));
  }
  client.socket.end();
  await client.closed;
  clearTimeout(late);
  if (failure !== undefined) throw new Error(`${side.name} neither answered nor closed in ${patience} ms`);
  return { seen: side.seen, statuses: client.replies.map(({ status }) => status) };
}

/** What is wrong with our outcome beside node's; `undefined` for nothing. `inLane` requests of ours came through the lane. */
function compare(mine: Outcome, theirs: Outcome, inLane: number, handedOver: boolean): string | undefined {
  const both = handedOver ? Math.min(mine.seen.length, theirs.seen.length) : mine.seen.length;
  if (theirs.seen.length < inLane) return `the lane accepted request ${theirs.seen.length + 1}, node did not`;
  for (let i = 0; i < both; i++) {
    if (JSON.stringify(mine.seen[i]) !== JSON.stringify(theirs.seen[i]))
      return `request ${i + 1} means something else`;
  }
  if (mine.statuses.slice(0, inLane).some(status => status !== 200))
    return 'a request of the lane was not answered 200';
  if (handedOver) return undefined;
  if (theirs.seen.length !== mine.seen.length) return 'the lane saw fewer requests than node';
  if (!sameStatuses(mine.statuses, theirs.statuses)) return 'the statuses differ';
  return undefined;
}

/**
 * Whether the answers are the same. Node drops answers that it has not written yet when it refuses a later request of the
 * connection; ours come all, in order, before the refusal.
 */
function sameStatuses(mine: readonly number[], theirs: readonly number[]): boolean {
  if (String(mine) === String(theirs)) return true;
  const refused = mine.at(-1) === theirs.at(-1) && (mine.at(-1) ?? 0) >= 400;
  const before = (statuses: readonly number[]): readonly number[] => statuses.slice(0, -1);
  return (
    refused && theirs.length < mine.length && [...before(mine), ...before(theirs)].every(one => one === 200)
  );
}

export interface Report {
  readonly cases: number;
  /** Requests that the lane served, and those that node's parser served behind it. */
  readonly lane: number;
  readonly http1: number;
}

/**
 * Plays cases until `enough` says so.
 * @throws on the first difference, with the seed, the case and its bytes.
 */
export async function fuzz(seed: number, enough: (cases: number) => boolean): Promise<Report> {
  const node = await reference();
  const sides = [await ours('shared'), await ours('ordinary')];
  let cases = 0;
  try {
    for (; !enough(cases); cases++) await oneCase(seed + cases, node, sides);
  } finally {
    await Promise.all([node, ...sides].map(side => side.close()));
  }
  const counted = sides.map(({ listener }) => listener.counters);
  return {
    cases,
    lane: counted.reduce((sum, { lane }) => sum + lane, 0),
    http1: counted.reduce((sum, { http1 }) => sum + http1, 0),
  };
}

async function oneCase(seed: number, node: Side, sides: readonly Ours[]): Promise<void> {
  const random = new Random(seed);
  const text = connectionText(random);
  const pieces = cut(random, text);
  names = [
    ...new Set([...text.matchAll(/^([!#-'*+\-.^-z|~\w]+):/gm)].map(([, name = '']) => name.toLowerCase())),
  ];
  const theirs = await play(node, pieces);
  for (const side of sides) {
    const before = { ...side.listener.counters };
    const mine = await play(side, pieces);
    const after = side.listener.counters;
    const wrong = compare(mine, theirs, after.lane - before.lane, after.handedOver > before.handedOver);
    if (wrong !== undefined) throw new Error(explain(wrong, seed, side, pieces, mine, theirs));
  }
}

function explain(
  wrong: string,
  seed: number,
  side: Side,
  pieces: readonly string[],
  mine: Outcome,
  theirs: Outcome,
): string {
  const show = ({ seen, statuses }: Outcome): string =>
    `${statuses.join(' ')} ${JSON.stringify(seen).slice(0, 1000)}`;
  return [
    `seed ${seed}, ${side.name}: ${wrong}`,
    `sent:  ${JSON.stringify(pieces).slice(0, 2000)}`,
    `ours:  ${show(mine)}`,
    `node:  ${show(theirs)}`,
  ].join('\n');
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
  process.stdout.write(`seed ${seed}\n`);
  const goesOn = within(Number(values.seconds));
  const { cases, lane, http1 } = await fuzz(seed, () => !goesOn());
  process.stdout.write(
    `${cases} connections, ${lane} requests in the lane, ${http1} behind it: no difference\n`,
  );
}
