import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { characterItems, tokenOps } from '../../../plan/index.ts';
import { CharacterSet } from './characters.ts';
import { TokenMachine } from './machine.ts';

/** Counts how often it is asked. */
class CountingSet extends CharacterSet {
  asked = 0;

  override has(code: number): boolean {
    this.asked++;
    return super.has(code);
  }
}

function oneOf(...ranges: readonly (readonly [first: number, last: number])[]): CountingSet {
  return new CountingSet(Int32Array.from(ranges.flatMap(range => [characterItems.range, ...range])));
}

const a = 97;
const z = 122;
const word = new CharacterSet(Int32Array.of(characterItems.word, 0, 0));

/** `a.*?z|a`: at each `a` the first way goes on to the end of the text, in vain where there is no `z`. */
function machineOf(sets: readonly CharacterSet[]): TokenMachine {
  const program = [
    [tokenOps.fork, 1, 7],
    [tokenOps.set, 0, 0],
    [tokenOps.fork, 5, 3],
    [tokenOps.set, 1, 0],
    [tokenOps.jump, 2, 0],
    [tokenOps.set, 2, 0],
    [tokenOps.match, 0, 0],
    [tokenOps.set, 0, 0],
    [tokenOps.match, 0, 0],
  ];
  return new TokenMachine(Int32Array.from(program.flat()), sets, word);
}

function found(
  text: string,
  machine = machineOf([oneOf([a, a]), oneOf([0, 9], [11, 0x10_ff_ff]), oneOf([z, z])]),
) {
  const tokens: string[] = [];
  machine.findAll(text, token => tokens.push(token));
  return tokens;
}

suite('a machine that finds tokens', () => {
  test('follows the ways in the order of the pattern', () => {
    assert.deepEqual(found('aXz aYa\naz a'), ['aXz', 'a', 'a', 'az', 'a']);
    assert.deepEqual(found(''), []);
  });

  test('looks at each character of a text a few times, however many ways lead nowhere', () => {
    for (const length of [2_000, 20_000, 200_000]) {
      const sets = [oneOf([a, a]), oneOf([0, 9], [11, 0x10_ff_ff]), oneOf([z, z])];
      assert.equal(found('a'.repeat(length), machineOf(sets)).length, length);
      const asked = sets.reduce((sum, set) => sum + set.asked, 0);
      assert.ok(asked <= 2 * 4 * length, `${asked} looks at ${length} characters`);
    }
  });

  test('finds in a text of many blocks what is there, pairs of code units on their borders too', () => {
    const parts = ['a', 'b', '😀', 'z', '\n', 'ab', 'a😀z'];
    for (const shift of [0, 1]) {
      let text = 'b'.repeat(shift);
      for (let turn = 0; text.length < 300_000; turn++)
        text += parts[(turn * turn + (turn >> 3)) % parts.length];
      assert.deepEqual(found(text), text.match(/a.*?z|a/gu));
    }
  });
});
