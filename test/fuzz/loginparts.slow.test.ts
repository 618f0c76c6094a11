import { test } from 'node:test';
import { thorough } from '../thorough.ts';
import { fuzzLoginParts } from './loginparts.ts';

test('what reads cookies, credentials, addresses, forms, states, origins and paths reads them as others do', () => {
  fuzzLoginParts(13, done => done < (thorough ? 1_000_000 : 40_000));
});
