/**
 * What a head that comes for the first time costs the gateway: `node bench/heads.ts [rounds] [heads]`. Reading it, and making of it what the
 * services behind are told, without a login, with a cookie and with a token; processor time of this process, so that a busy machine does
 * little harm to the ratios.
 */
import { Socket } from 'node:net';
import { LaneHead } from '../src/base/net/lane/head.ts';
import { passedFields } from '../src/base/net/outgoing/index.ts';
import { isForeign, isUnsafe } from '../src/edge/gateway/login/credentials.ts';
import { seenOf } from '../src/edge/gateway/login/visit.ts';
import type { Known } from '../src/edge/identity/index.ts';
import { machine } from './machine.ts';
import { median } from './statistics.ts';

const [rounds = 5, heads = 20_000] = process.argv.slice(2).map(Number);
const socket = new Socket();
const handle = 'A'.repeat(43);
const known: Known = {
  user: { name: 'user@example.com', groups: ['research', 'system:authenticated'] },
  credential: { kind: 'session', id: 'x' },
  expires: Infinity,
};
const lanes = {
  'login off': '',
  'a cookie': `Cookie: authservice_session=${handle}\r\n`,
  'a token': `Authorization: Bearer davit_${handle}\r\n`,
} as const;

const path = '/v2/models/iris/infer';
const shared = `Host: localhost:8080\r\nUser-Agent: python-requests/2.34\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\nContent-Type: application/json\r\nContent-Length: 199\r\n`;

function take(lane: keyof typeof lanes, number: number): void {
  const text = `POST ${path} HTTP/1.1\r\n${shared}${lanes[lane]}X-Number: ${number}\r\n\r\n`;
  const head = new LaneHead(socket, Buffer.from(text, 'latin1'), 'POST', path, 199);
  if (lane === 'login off') return void passedFields(head);
  const seen = seenOf(head);
  if (seen.credential.kind === 'cookie' && isUnsafe('POST', head) && isForeign(head))
    throw new Error('foreign');
  passedFields(seen.passedFor(known));
}

const micros = new Map<string, number[]>(Object.keys(lanes).map(lane => [lane, []]));
for (let round = 0; round <= rounds; round++) {
  for (const lane of Object.keys(lanes) as (keyof typeof lanes)[]) {
    const before = process.cpuUsage();
    for (let number = 0; number < heads; number++) take(lane, number);
    const { user, system } = process.cpuUsage(before);
    // The first round warms up.
    if (round > 0) micros.get(lane)?.push((user + system) / heads);
  }
}
process.stdout.write(`${machine()}\n`);
const base = micros.get('login off') ?? [];
for (const [lane, taken] of micros) {
  const ratio = median(taken.map((one, at) => one / (base[at] ?? NaN)));
  process.stdout.write(
    `${lane.padEnd(10)} ${median(taken).toFixed(1)} µs of CPU a head (${ratio.toFixed(2)})\n`,
  );
}
