import { bytesOf, type Case, u4 } from './case.ts';

const refused = ['sklearn-no-model', 'sklearn-class-unsupported', 'pickle-too-large', 'pickle-malformed'];

/** @param parts made when the case is read, since they are long */
function memoCase(name: string, parts: () => readonly string[]): Case {
  return { name, bytes: () => bytesOf('\x80\x04', ...parts(), '.'), codes: refused };
}

const list = (length: number): string => `](${'N'.repeat(length)}e`;

/** Small files that grow in memory through references to what they hold. */
export const memoBombs: readonly Case[] = [
  memoCase('lists that double by DUP and TUPLE2', () => [']', '2\x86'.repeat(200_000)]),
  memoCase('lists that hold ten times the one before, forty levels', () => [
    ']q\x00',
    Array.from(
      { length: 40 },
      (_, level) => `0](${`h${String.fromCharCode(level)}`.repeat(10)}eq${String.fromCharCode(level + 1)}`,
    ).join(''),
  ]),
  memoCase('PUT under every power of two', () => [
    ...Array.from({ length: 32 }, (_, bit) => `Nr${u4(2 ** bit)}0`),
    'N',
  ]),
  memoCase('PUT under a hundred thousand far indices', () => [
    ...Array.from({ length: 100_000 }, (_, at) => `Nr${u4(at * 40_000 + 1)}0`),
    'N',
  ]),
  memoCase('MEMOIZE without end', () => ['N', '\x94'.repeat(8_000_000)]),
  memoCase('DUP without end', () => ['N', '2'.repeat(8_000_000)]),
  memoCase('GET without end', () => ['Nq\x00', 'h\x00'.repeat(4_000_000)]),
  memoCase('a list copied into a set again and again', () => [
    `${list(100_000)}q\x000cbuiltins\nset\nq\x010`,
    'h\x01h\x00\x85R0'.repeat(100_000),
    'N',
  ]),
  memoCase('a list of pairs made a dict again and again', () => [
    `](${'N2\x86'.repeat(50_000)}eq\x000cbuiltins\ndict\nq\x010`,
    'h\x01h\x00\x85R0'.repeat(100_000),
    'N',
  ]),
  memoCase('a state merged again and again', () => [
    `}(${Array.from({ length: 50_000 }, (_, at) => `J${u4(at)}N`).join('')}uq\x000cmy\nThing\n)\x81`,
    'h\x00b'.repeat(100_000),
  ]),
  memoCase('a text encoded again and again', () => [
    `X${u4(1_000_000)}${'x'.repeat(1_000_000)}q\x000X\x06\0\0\0latin1q\x010c_codecs\nencode\nq\x020`,
    'h\x02h\x00h\x01\x86R0'.repeat(100_000),
    'N',
  ]),
  memoCase('a text as the name of classes', () => [
    `X${u4(1_000_000)}${'x'.repeat(1_000_000)}q\x00`,
    'h\x00h\x00\x930'.repeat(100_000),
  ]),
  memoCase('one buffer as ten thousand arrays', () => [
    `B${u4(1_000_000)}${'x'.repeat(1_000_000)}q\x000cnumpy._core.numeric\n_frombuffer\nq\x010cnumpy\ndtype\nU\x02i1\x85Rq\x020`,
    `](${`h\x01(h\x00h\x02J${u4(1_000_000)}\x85U\x01CtR`.repeat(10_000)}e`,
  ]),
  memoCase('a huge integer as a key again and again', () => [
    `\x8b${u4(1_000_000)}${'\x01'.repeat(1_000_000)}q\x000}(`,
    'h\x00N'.repeat(200_000),
    'u',
  ]),
  memoCase('a million equal keys', () => ['}(', 'NN'.repeat(1_000_000), 'u']),
  memoCase('arguments of a million items given again and again', () => [
    `(${'N'.repeat(1_000_000)}tq\x000cmy\nThing\n)Rq\x010`,
    'h\x01h\x00R0'.repeat(100_000),
    'N',
  ]),
];
