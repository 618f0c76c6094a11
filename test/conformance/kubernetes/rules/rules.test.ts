import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { creations, updates } from './cases.ts';
import { recordings } from './recorded.ts';
import { replayed } from './replay.ts';

describe('rules of built-in kinds, against the answers of a real API server', () => {
  const all = recordings();

  it('every case has an answer, and every answer is about the object of its case', () => {
    const cases = [...creations.map(one => one.id), ...updates.map(one => `${one.id}-update`)];
    assert.deepEqual(
      all.map(one => one.id),
      cases,
    );
  });

  for (const one of all) {
    it(`${one.id}: ${one.status}`, () => {
      const { ours, theirs } = replayed(one);
      assert.deepEqual(ours, theirs);
    });
  }
});
