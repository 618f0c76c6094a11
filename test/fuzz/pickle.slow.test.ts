import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thorough } from '../thorough.ts';
import { fuzzPickle, sources } from './pickle.ts';

test('mutated pickles are read or refused with a coded error, and at least 30 % still decode', async () => {
  // One version of each protocol that models are written in; a run with a time budget takes them all.
  const files = sources(['0.18.2', '1.2.2', '1.9.1']);
  assert.ok(files.plain.length > 100, `found ${files.plain.length} plain pickles`);
  // Every other mutant is of a plain pickle.
  const { plain, decoded } = await fuzzPickle(20_261_125, files, done => done < (thorough ? 6000 : 1000));
  assert.ok(decoded >= 0.3 * plain, `${decoded} of ${plain} decoded`);
});
