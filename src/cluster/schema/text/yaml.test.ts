import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYaml, stringifyYaml } from './yaml.ts';

// As kubectl 1.37 prints a ConfigMap with these values.
const texts: Readonly<Record<string, string>> = {
  'a: b': "'a: b'",
  '- q': "'- q'",
  '': '""',
  '1': '"1"',
  true: '"true"',
  y: '"y"',
  '1:30': '"1:30"',
  '2026-11-25T21:34:07Z': '"2026-11-25T21:34:07Z"',
  '<<': '"<<"',
  '=': '=',
  ' lead': "' lead'",
  "it's": "it's",
  'say "x"': 'say "x"',
  'a\tb': String.raw`"a\tb"`,
  '@x': "'@x'",
  ü: 'ü',
  'v\nw\n': '|\n  v\n  w',
  'a\n\nb': '|-\n  a\n\n  b',
  'v1.2.3': 'v1.2.3',
};

for (const [text, wanted] of Object.entries(texts)) {
  test(`${JSON.stringify(text)} is written as Go writes it, and read as it was`, () => {
    const written = stringifyYaml({ k: text });
    assert.equal(written, `k: ${wanted}\n`);
    assert.deepEqual(parseYaml(written).value, { k: text });
  });
}

test('other values stand plain, keys in order and quoted as texts are', () => {
  const value = { y: null, b: true, '.': {}, e1: [], 1: 1.5, l: [{ a: [1] }] };
  assert.equal(stringifyYaml(value), '.: {}\n"1": 1.5\nb: true\ne1: []\nl:\n- a:\n  - 1\n"y": null\n');
});
