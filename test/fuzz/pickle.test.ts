import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzPickle, sources } from './pickle.ts';

test('mutated pickles are read or refused with a coded error, and at least 30 % still decode', async () => {
  assert.ok(sources().length > 100, `found ${sources().length} plain pickles`);
  const { runs, decoded } = await fuzzPickle(20_261_125, done => done < 3000);
  assert.ok(decoded >= 0.3 * runs, `${decoded} of ${runs} decoded`);
});
