import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thorough } from '../../../thorough.ts';
import { compared } from './comparison.ts';
import { allowed, atLeast } from './deliberate.ts';
import { cases, type Mode } from './recorded.ts';

const modes: readonly Mode[] = ['standard', 'standard-gateway', 'knative'];

/** Every manifest where there is time; else one of four, each mode others. */
function chosen(mode: Mode): readonly string[] {
  if (thorough) return [];
  const own = cases.filter(({ modes }) => modes[mode] !== undefined).map(({ name }) => name);
  return own.filter((_, at) => own.length < 12 || at % 4 === modes.indexOf(mode));
}

for (const mode of modes) {
  test(`services in the mode ${mode} are given what a real KServe controller gives them, and say the same`, async () => {
    const { results, fields, equal, complaints } = await compared(mode, chosen(mode));
    assert.ok(results.length > 5 && fields > 1000, `${results.length} manifests with ${fields} fields`);
    const unlisted = results.flatMap(({ name, differing }) =>
      differing
        .filter(({ path }) => allowed(mode, name, path) === undefined)
        .map(({ path, recorded, found }) => ({ name, path, recorded, found })),
    );
    assert.deepEqual(unlisted, [], complaints.join('\n'));
    // A share of all of them says nothing of some.
    if (thorough) assert.ok(equal / fields >= atLeast[mode], `${equal} of ${fields} fields are equal`);
  });
}
