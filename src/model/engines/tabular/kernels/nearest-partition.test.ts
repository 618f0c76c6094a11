import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Partition } from './nearest-partition.ts';

function partitioned(ranks: readonly number[], kth: number): Int32Array {
  const partition = new Partition(ranks.length);
  partition.ranks.set(ranks);
  partition.run(kth);
  return partition.places;
}

/** Every count of ranks, few distinct ones, every place asked for: the smaller ones have to come first. */
test('smaller ranks come before, larger ones after', () => {
  let state = 1;
  for (let count = 1; count <= 60; count++)
    for (let kth = 0; kth < count; kth++) {
      const ranks = Array.from({ length: count }, () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
        return (state >> 16) % 7;
      });
      const places = [...partitioned(ranks, kth)];
      const sorted = ranks.toSorted((a, b) => a - b);
      assert.deepEqual(
        places.toSorted((a, b) => a - b),
        [...ranks.keys()],
      );
      assert.equal(ranks[places[kth] as number], sorted[kth]);
      for (const [at, place] of places.entries())
        assert.ok(
          at <= kth
            ? (ranks[place] as number) <= (sorted[kth] as number)
            : (ranks[place] as number) >= (sorted[kth] as number),
        );
    }
});

/** What `numpy.argpartition(ranks, 5)[:6]` of NumPy 1.19.5 gives. */
test('of equal ranks those stay that NumPy leaves', () => {
  const ranks = [3, 1, 2, 2, 2, 0, 2, 1, 2, 3, 2, 2, 1, 2, 0, 2, 2, 3, 2, 2];
  assert.deepEqual([...partitioned(ranks, 5).subarray(0, 6)], [5, 1, 7, 14, 12, 13]);
});
