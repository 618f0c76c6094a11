import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { thorough } from '../thorough.ts';
import { fuzzPlan, models } from './plan.ts';

suite('spoilt plans are refused, or compute to an end', () => {
  for (const name of models) {
    test(name, async context => {
      const { rounds, sound } = await fuzzPlan(name, name.length, done => done < (thorough ? 300 : 100));
      context.diagnostic(`${sound} of ${rounds} spoilt plans were still sound`);
      assert.ok(
        sound > rounds / 30,
        `only ${sound} of ${rounds} pass the checks: the spoiling is too coarse`,
      );
    });
  }
});
