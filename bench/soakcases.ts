/** A request that must be refused, or at least survived. */
export interface Hostile {
  readonly name: string;
  /** Bytes as they go over the wire. */
  readonly bytes: Buffer;
  /** Whether the client stops writing after them, so that what is missing never comes. */
  readonly halfClose: boolean;
  /** Whether an answer fits. `undefined` is a connection that ended without one. */
  isFit(status: number | undefined): boolean;
}

const path = '/v2/models/iris/infer';

function post(target: string, body: string | Buffer, extra = ''): Buffer {
  const head = `POST ${target} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${extra}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

const tensor = (change: object): string =>
  JSON.stringify({
    inputs: [{ name: 'input-0', shape: [1, 4], datatype: 'FP32', data: [6.8, 2.8, 4.8, 1.4], ...change }],
  });

const isRefusal = (status: number | undefined): boolean =>
  status !== undefined && status >= 400 && status < 500;
const isRefusalOrEnd = (status: number | undefined): boolean => status === undefined || isRefusal(status);
const isSurvived = (status: number | undefined): boolean => status === undefined || status < 500;

const refused = (name: string, bytes: Buffer): Hostile => ({
  name,
  bytes,
  halfClose: false,
  isFit: isRefusal,
});

/** The client's mistakes and attacks that do not change. */
export const hostile: readonly Hostile[] = [
  refused('not JSON', post(path, '{"inputs":')),
  refused('empty body', post(path, '')),
  refused('not UTF-8', post(path, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))),
  refused('no inputs', post(path, '{"inputs":[]}')),
  refused('unknown datatype', post(path, tensor({ datatype: 'FLOAT' }))),
  refused('shape and data differ', post(path, tensor({ shape: [2, 4] }))),
  refused('negative shape', post(path, tensor({ shape: [-1, 4] }))),
  refused('huge shape', post(path, tensor({ shape: [2 ** 40, 4] }))),
  refused('wrong columns', post(path, tensor({ shape: [1, 3], data: [1, 2, 3] }))),
  refused('text for a number', post(path, tensor({ data: ['a', 2, 3, 4] }))),
  refused('deep nesting', post(path, `{"inputs":${'['.repeat(100_000)}`)),
  refused('unknown model', post('/v2/models/nobody/infer', tensor({}))),
  refused('unknown path', post('/v2/models/iris/nothing', tensor({}))),
  refused(
    'unknown output',
    post(path, JSON.stringify({ ...JSON.parse(tensor({})), outputs: [{ name: 'nothing' }] })),
  ),
  refused('wrong method', Buffer.from(`DELETE ${path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n`)),
  {
    name: 'two lengths',
    bytes: post(path, '{}', 'Content-Length: 7\r\n'),
    halfClose: false,
    isFit: isRefusalOrEnd,
  },
  {
    name: 'huge head',
    bytes: post(path, '{}', `X: ${'x'.repeat(200_000)}\r\n`),
    halfClose: false,
    isFit: isRefusalOrEnd,
  },
  {
    name: 'no HTTP',
    bytes: Buffer.from('\x16\x03\x01\x02\x00 garbage\r\n\r\n'),
    halfClose: false,
    isFit: isRefusalOrEnd,
  },
  {
    name: 'body cut short',
    bytes: post(path, tensor({})).subarray(0, -20),
    halfClose: true,
    isFit: isSurvived,
  },
];

/** A small generator of pseudo-random numbers in [0, 1): mulberry32, so that a soak can be repeated from its seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A right request with some bytes changed: it may still be right, but must not end in a fault of the server's. */
export function mutated(body: Buffer, random: () => number): Hostile {
  const changed = Buffer.from(post(path, body));
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) {
    changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
  }
  return { name: 'mutated', bytes: changed, halfClose: true, isFit: isSurvived };
}
