import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thorough } from '../thorough.ts';
import { fuzzBoosters, sources } from './boosters.ts';

test('spoilt boosters are read or refused with a coded error, and act in no way', async context => {
  const { runs, planned, computed } = await fuzzBoosters(
    20_261_126,
    await sources(),
    done => done < (thorough ? 4000 : 400),
  );
  context.diagnostic(`${planned} of ${runs} were still models, ${computed} computed`);
  assert.ok(planned > runs / 10, `only ${planned} of ${runs} are models: the spoiling is too coarse`);
  assert.ok(computed > 0);
});
