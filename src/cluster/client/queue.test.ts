import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Controller } from './controller.ts';
import { Expectations } from './expectations.ts';
import { WorkQueue } from './queue.ts';

test('a key that is added while it is worked on comes again once', async () => {
  const queue = new WorkQueue();
  queue.add('a');
  queue.add('a');
  assert.equal(await queue.take(), 'a');
  queue.add('a');
  queue.add('a');
  assert.equal(queue.size, 0);
  queue.done('a');
  assert.equal(await queue.take(), 'a');
  queue.done('a');
  assert.equal(queue.idle, true);
});

test('a key for next year waits, and one for no time at all never comes', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const queue = new WorkQueue();
  queue.addAfter('year', 365 * 86_400_000);
  queue.addAfter('never', Number.NaN);
  t.mock.timers.tick(86_400_000);
  assert.equal(queue.size, 0);
  assert.equal(queue.idle, false);
  queue.close();
  assert.equal(queue.idle, true);
});

test('a cache is believed when what was expected is seen, or after long enough', () => {
  let now = 0;
  const expectations = new Expectations(() => now);
  expectations.expectCreations('a', 1);
  expectations.expectDeletions('a', ['x']);
  expectations.sawCreation('a');
  assert.equal(expectations.satisfied('a'), false);
  expectations.sawDeletion('a', 'x');
  assert.equal(expectations.satisfied('a'), true);
  expectations.expectCreations('a', 1);
  assert.equal(expectations.satisfied('a'), false);
  now = 60_000;
  assert.equal(expectations.remaining('a'), 4 * 60_000);
  now = 5 * 60_000;
  assert.equal(expectations.satisfied('a'), true);
});

test('work that waits for nothing leaves others of the process a turn', async () => {
  let turns = 0;
  const controller: Controller = new Controller({
    name: 'busy',
    workers: 2,
    reconcile: async key => {
      turns += 1;
      controller.queue.add(key);
    },
  });
  controller.queue.add('again');
  controller.start();
  await new Promise(resolve => setTimeout(resolve, 1));
  await controller.stop();
  assert.ok(turns > 1);
});
