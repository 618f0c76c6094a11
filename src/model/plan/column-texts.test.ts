import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { encodeCategories, PlanBuilder } from './index.ts';

suite('texts that columns of the request know', () => {
  const attributes = { width: 3, owner: 'Test' };

  test('stand column after column', () => {
    const { categories, categoriesStarts, groups } = encodeCategories([['ä', ''], undefined, ['b']]);
    assert.equal(Buffer.from(categories as Uint8Array).toString(), 'äb');
    assert.deepEqual([...(categoriesStarts as Int32Array)], [0, 2, 2, 3]);
    assert.deepEqual([...(groups as Int32Array)], [0, 2, 2, 3]);
    new PlanBuilder().add('input', [], attributes, encodeCategories([['ä', ''], undefined, ['b']]));
  });

  const good = encodeCategories([['a'], ['b'], undefined]);
  const wrong = {
    'groups for other columns': { ...good, groups: Int32Array.of(0, 1, 2) },
    'groups that fall': { ...good, groups: Int32Array.of(0, 2, 1, 2) },
    'groups beyond the texts': { ...good, groups: Int32Array.of(0, 1, 2, 3) },
    'starts beyond the bytes': { ...good, categoriesStarts: Int32Array.of(0, 1, 9) },
    'groups without texts': { groups: good.groups },
  };
  for (const [name, arrays] of Object.entries(wrong))
    test(`are refused: ${name}`, () =>
      assert.throws(() => new PlanBuilder().add('input', [], attributes, arrays), { code: 'plan-invalid' }));
});
