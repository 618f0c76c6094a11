import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { quiet, within } from './leaving.ts';

/** How long it takes until it is quiet, where `come` says by the time how many have come. */
async function quietAfter(most: number, come: (time: number) => number, delay = 0): Promise<number> {
  let time = 0;
  await quiet({
    come: () => Promise.resolve(come(time)),
    most,
    now: () => time,
    wait: milliseconds => Promise.resolve(void (time += milliseconds + delay)),
    within: promise => promise,
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

test('who does not say what has come is waited for no longer than it may take', async () => {
  for (const answers of [0, 1, 4]) {
    let time = 0;
    let asked = 0;
    await quiet({
      come: () => (asked++ < answers ? Promise.resolve(asked) : new Promise(() => {})),
      most: 7500,
      now: () => time,
      wait: milliseconds => Promise.resolve(void (time += milliseconds)),
      within: async (promise, milliseconds) => {
        const late = setImmediate().then(() => 'late' as const);
        const first = await Promise.race([promise, late]);
        if (first !== 'late') return first;
        time += milliseconds;
        return undefined;
      },
    });
    assert.equal(time, 7500);
  }
});

test('what comes within its time is taken, what fails fails, and what does not come is left', async () => {
  assert.equal(await within(Promise.resolve(7), 60_000), 7);
  await assert.rejects(within(Promise.reject(new Error('lost')), 60_000), /lost/);
  assert.equal(await within(new Promise(() => {}), 1), undefined);
});
