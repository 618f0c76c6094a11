import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quiet } from './leaving.ts';

/** How long it takes until it is quiet, where `come` says by the time how many have come. */
async function quietAfter(most: number, come: (time: number) => number, delay = 0): Promise<number> {
  let time = 0;
  await quiet({
    come: () => Promise.resolve(come(time)),
    most,
    now: () => time,
    wait: milliseconds => Promise.resolve(void (time += milliseconds + delay)),
  });
  return time;
}

test('it is quiet a second after the last that came', async () => {
  assert.equal(await quietAfter(10_000, () => 7), 1000);
  assert.equal(await quietAfter(10_000, time => Math.min(time, 3000)), 4000);
  assert.equal(await quietAfter(10_000, time => Math.floor(Math.min(time, 3000) / 900)), 3700);
});

test('it takes no longer than it may', async () => {
  assert.equal(await quietAfter(7500, time => time), 7500);
  assert.equal(await quietAfter(250, () => 0), 250);
  assert.equal(await quietAfter(0, () => 0), 0);
});

test('a process that was kept from computing looks as often as any', async () => {
  assert.equal(await quietAfter(60_000, () => 0, 2000), 21_000);
});
