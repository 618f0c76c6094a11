/**
 * Makes up paths and annotations of services, and asks who is let in: `node test/fuzz/callers.ts [--seconds 10] [--seed 1]`. What is let
 * in as public has to be below a public prefix however a server may read it; who is let in by a list has to stand in it.
 */
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { callersAnnotation, publicAnnotation } from '../../src/cluster/meta/index.ts';
import { callersOf, predictAction, ServiceAuthorizer } from '../../src/edge/identity/policy/index.ts';
import { isPublic } from '../../src/edge/identity/policy/callers.ts';
import { Random } from './random.ts';
import { within } from './within.ts';

const segments = ['v2', 'models', 'iris', 'open', 'V2', 'iris:predict', 'a b', 'ä', '...', 'x.y'];
const tricks = [
  '..',
  '.',
  '',
  '%2e%2e',
  '%2E.',
  '%2f',
  '%5c',
  '\\',
  ';x',
  '%3b',
  '%00',
  '%25',
  '%252f',
  '%c0%ae',
  '?',
  '#',
  '%76',
];

function pathOf(random: Random): string {
  let path = random.chance(0.95) ? '/' : '';
  for (let count = random.below(6); count > 0; count--) {
    path += random.chance(0.2) ? random.pick(tricks) : random.pick(segments);
    if (random.chance(0.8)) path += '/';
    if (random.chance(0.05)) path += random.pick(tricks);
  }
  return random.chance(0.1) ? `${path}?${random.pick(segments)}` : path;
}

function prefixOf(random: Random): string {
  const count = random.below(4);
  return `/${Array.from({ length: count }, () => random.pick(segments.slice(0, 6))).join('/')}`;
}

/** Every way in which a server may read a target: decoded or not, once or twice, with `\` as a slash, without parameters. */
export function readings(target: string): string[] {
  const [raw = ''] = target.split(/[?#]/, 1);
  const decoded = [raw, decode(raw), decode(decode(raw))];
  const slashed = [...decoded, ...decoded.map(path => path.replaceAll('\\', '/'))];
  const bare = [...slashed, ...slashed.map(path => path.replaceAll(/;[^/]*/g, ''))];
  return bare.map(path => resolved(path.split('\0')[0] ?? ''));
}

function decode(path: string): string {
  return path.replaceAll(/(?:%[\da-f]{2})+/gi, text =>
    Buffer.from(text.replaceAll('%', ''), 'hex').toString(),
  );
}

function resolved(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '.' && segment !== '') kept.push(segment);
  }
  return `/${kept.join('/')}`;
}

function checkPath(random: Random): boolean {
  const prefixes = Array.from({ length: 1 + random.below(2) }, () => prefixOf(random));
  const target = random.chance(0.5) ? random.pick(prefixes) + pathOf(random) : pathOf(random);
  const callers = callersOf({ [publicAnnotation]: prefixes.join(', ') });
  if (!isPublic(callers, target)) return false;
  for (const path of readings(target)) {
    const below = prefixes.some(
      prefix => prefix === '/' || path === decode(prefix) || path.startsWith(`${decode(prefix)}/`),
    );
    assert.ok(
      below,
      `${JSON.stringify(target)} is public by ${prefixes.join(', ')} and may be read as ${path}`,
    );
  }
  return true;
}

const names = [
  'ann',
  'ann@example.com',
  'Ann',
  'bob',
  'system:serviceaccount:a:b',
  'a/b',
  'a',
  'science',
  '*',
];
const kinds = [
  'user:',
  'group:',
  'serviceaccount:',
  'serviceaccounts:',
  'authenticated',
  'namespace',
  '',
  'usr:',
  'public',
];

/** An authorizer that lets nobody in: whoever passes, passes by the list. */
const nobody = { can: () => ({ allowed: false }) };

function checkList(random: Random): boolean {
  const parts = Array.from(
    { length: 1 + random.below(4) },
    () => random.pick(kinds) + (random.chance(0.8) ? random.pick(names) : ''),
  );
  const text = parts.join(random.pick([',', ', ', ' , ', ';', '\n']));
  const callers = callersOf({ [callersAnnotation]: text });
  const authorizer = new ServiceAuthorizer(nobody, () => callers);
  const known = random.chance(0.8);
  const groups = [
    random.pick(names),
    'system:serviceaccounts:a',
    known ? 'system:authenticated' : 'system:unauthenticated',
  ];
  const user = { name: random.pick(names), groups };
  if (!authorizer.can(user, predictAction('a', 'x')).allowed) return false;
  const listed = text.split(',').map(term => term.trim());
  const account = /^system:serviceaccount:(.*):(.*)$/.exec(user.name);
  const good =
    listed.includes('authenticated') ||
    listed.includes(`user:${user.name}`) ||
    groups.some(group => listed.includes(`group:${group}`)) ||
    listed.includes('serviceaccounts:a') ||
    (account !== null && listed.includes(`serviceaccount:${account[1]}/${account[2]}`));
  assert.ok(
    good && known && callers.faults.length === 0,
    `${JSON.stringify(text)} lets in ${JSON.stringify(user)}`,
  );
  return true;
}

export interface Tally {
  rounds: number;
  /** Requests that were let in. */
  allowed: number;
}

export function fuzzCallers(seed: number, more: (rounds: number) => boolean): Tally {
  const random = new Random(seed);
  const tally = { rounds: 0, allowed: 0 };
  for (; more(tally.rounds); tally.rounds++) {
    if (checkPath(random)) tally.allowed++;
    if (checkList(random)) tally.allowed++;
  }
  return tally;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
  });
  const goesOn = within(Number(values.seconds));
  process.stdout.write(`seed ${values.seed}\n`);
  const { rounds, allowed } = fuzzCallers(Number(values.seed), done => done % 1000 !== 0 || goesOn());
  process.stdout.write(`${rounds} rounds, ${allowed} let in\n`);
}
