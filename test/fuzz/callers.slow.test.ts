import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thorough } from '../thorough.ts';
import { fuzzCallers } from './callers.ts';

test('nobody is let in whom a service does not name, however a request is written', context => {
  const { rounds, allowed } = fuzzCallers(7, done => done < (thorough ? 200_000 : 5000));
  context.diagnostic(`${allowed} of ${rounds} were let in`);
  assert.ok(allowed > rounds / 50, `only ${allowed} of ${rounds} are let in: what is made up is too wild`);
});
