import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compared } from './comparison.ts';
import { allowed, atLeast } from './deliberate.ts';
import type { Mode } from './recorded.ts';

const modes: readonly Mode[] = ['standard', 'standard-gateway', 'knative'];

for (const mode of modes) {
  test(`services in the mode ${mode} are given what a real KServe controller gives them, and say the same`, async () => {
    const { results, fields, equal, complaints } = await compared(mode);
    assert.ok(results.length > 5 && fields > 1000, `${results.length} manifests with ${fields} fields`);
    const unlisted = results.flatMap(({ name, differing }) =>
      differing
        .filter(({ path }) => allowed(mode, name, path) === undefined)
        .map(({ path, recorded, found }) => ({ name, path, recorded, found })),
    );
    assert.deepEqual(unlisted, [], complaints.join('\n'));
    assert.ok(equal / fields >= atLeast[mode], `${equal} of ${fields} fields are equal`);
  });
}
