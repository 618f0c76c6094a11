import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inFurther } from './domains.ts';

test('a host has its name in further domains, each once', () => {
  const further = ['two.test', 'one.test', 'two.test', 'three.test'];
  assert.deepEqual(inFurther('iris.mine.one.test', 'one.test', further), [
    'iris.mine.two.test',
    'iris.mine.three.test',
  ]);
  assert.deepEqual(inFurther('one.test', 'one.test', ['two.test']), ['two.test']);
  assert.deepEqual(inFurther('iris.mine.one.test', 'two.test', further), []);
  assert.deepEqual(inFurther('iris.mine.one.test', '', further), []);
  assert.deepEqual(inFurther('iris.mine.one.test', 'one.test', []), []);
});
