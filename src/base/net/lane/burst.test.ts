import assert from 'node:assert/strict';
import { setImmediate as look } from 'node:timers/promises';
import { test } from 'node:test';
import { Burst } from './burst.ts';

/** Adds to a burst what notes its name when it is flushed. */
function noting(): { readonly flushed: string[]; readonly add: (name: string) => void } {
  const burst = new Burst();
  const flushed: string[] = [];
  return { flushed, add: name => burst.add({ flush: () => void flushed.push(name) }) };
}

test('answers that come one at a time are written at once, and seldom looked at', async () => {
  const { flushed, add } = noting();
  let late = 0;
  for (let at = 0; at < 256; at++) {
    add(`${at}`);
    if (flushed.length === at) late++;
    await look();
    assert.equal(flushed.length, at + 1);
  }
  assert.equal(late, 4);
});

test('answers that come together are written together, in their order, once all are there', async () => {
  const { flushed, add } = noting();
  for (let at = 0; at < 64; at++) add('first');
  assert.equal(flushed.length, 63);
  add('beside it');
  await look();
  assert.deepEqual(flushed.slice(63), ['first', 'beside it']);
  for (const round of [1, 2, 3]) {
    for (const name of ['a', 'b', 'c']) add(`${name}${round}`);
    assert.equal(flushed.at(-1)?.endsWith(`${round}`), false);
    await look();
    assert.deepEqual(flushed.slice(-3), [`a${round}`, `b${round}`, `c${round}`]);
  }
  // The last look finds one: the next is written at once again.
  add('alone');
  await look();
  add('at once');
  assert.equal(flushed.at(-1), 'at once');
});

test('answers do not wait long for those that are still computed', async () => {
  let time = 0;
  const burst = new Burst(() => time);
  const flushed: string[] = [];
  const add = (name: string): void => burst.add({ flush: () => void flushed.push(name) });
  for (let at = 0; at < 63; at++) add('before');
  for (const name of ['a', 'b']) add(name);
  assert.equal(flushed.length, 63);
  time = 2;
  add('c');
  assert.deepEqual(flushed.slice(63), ['a', 'b']);
  await look();
  assert.deepEqual(flushed.slice(63), ['a', 'b', 'c']);
});

test('what is added while others are written comes with the next', async () => {
  const burst = new Burst();
  const flushed: string[] = [];
  const one = (name: string, then?: () => void): { flush: () => void } => ({
    flush: () => {
      flushed.push(name);
      then?.();
    },
  });
  for (let at = 0; at < 63; at++) burst.add(one('before'));
  burst.add(one('a', () => burst.add(one('c'))));
  burst.add(one('b'));
  await look();
  assert.deepEqual(flushed.slice(63), ['a', 'b']);
  await look();
  assert.deepEqual(flushed.slice(63), ['a', 'b', 'c']);
});
