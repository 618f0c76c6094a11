import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryRecords } from '../../../edge/identity/index.ts';
import { keptSealing } from './secrets.ts';

const day = 24 * 3_600_000;

test('after a day a new key seals, and the one before still opens', () => {
  let now = 1000;
  const records = new MemoryRecords(() => now);
  const sealing = keptSealing(records, () => now);
  const [first] = sealing();
  now += day - 1;
  assert.deepEqual(sealing(), [first]);
  now += 1;
  const [second, ...before] = sealing();
  assert.notDeepEqual(second, first);
  assert.deepEqual(before, [first]);
  now += day;
  assert.deepEqual(sealing().slice(1), [second]);
});

test('a disk that takes no new key ends no login: the key before seals on, and another is tried later', () => {
  let now = 1000;
  let full = false;
  class Disk extends MemoryRecords {
    override put(...row: Parameters<MemoryRecords['put']>): void {
      if (full) throw new Error('the disk is full');
      super.put(...row);
    }
  }
  const records = new Disk(() => now);
  const sealing = keptSealing(records, () => now);
  const [first] = sealing();
  now += day;
  full = true;
  assert.deepEqual(sealing(), [first]);
  full = false;
  now += 60_000;
  assert.deepEqual(sealing().slice(1), [first]);
  full = true;
  assert.throws(() => keptSealing(new Disk(() => now), () => now)(), /the disk is full/);
});

test('a process that starts later has the same keys, as long as they seal', () => {
  const records = new MemoryRecords(() => 1000);
  const before = keptSealing(records, () => 1000)();
  const later = keptSealing(records, () => 1000 + day / 2)();
  assert.deepEqual(later, before);
});
