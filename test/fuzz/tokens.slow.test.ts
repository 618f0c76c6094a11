import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thorough } from '../thorough.ts';
import { fuzzTokens } from './tokens.ts';

test('nobody is known by a credential that was not given to him, however it is put together', async context => {
  const { rounds, known } = await fuzzTokens(11, done => done < (thorough ? 100_000 : 4000));
  context.diagnostic(`${known} of ${rounds} were good`);
  assert.ok(known > rounds / 30, `only ${known} of ${rounds} are good`);
});
