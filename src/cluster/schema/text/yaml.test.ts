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
  '.nan': '".nan"',
  '-.inf': '"-.inf"',
  '1e99999': '1e99999',
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

test('long texts are broken at the first single space behind column 80, blocks are not', () => {
  const words = Array(20).fill('word').join(' ');
  const value = {
    a: words,
    b: `${words}: it's`,
    c: [words],
    d: `tab\t${words}`,
    e: `${words}\n`,
    f: 'x'.repeat(100),
    g: '😀',
  };
  const sixteen = Array(16).fill('word').join(' ');
  const written = stringifyYaml(value);
  assert.equal(
    written,
    `a: ${sixteen}
  word word word word
b: '${sixteen}
  word word word word: it''s'
c:
- ${sixteen}
  word word word word
d: "tab\\t${Array(15).fill('word').join(' ')}
  word word word word word"
e: |
  ${words}
f: ${'x'.repeat(100)}
g: "\\U0001F600"
`,
  );
  assert.deepEqual(parseYaml(written).value, value);
});

test('what is written is read as it was, whatever it is', () => {
  const parts = [
    'word ',
    'a',
    ': ',
    '"',
    "'",
    '- ',
    '#',
    ' ',
    '\n',
    'longer',
    '|',
    ' x',
    '\\',
    '{',
    '\t',
    '0: ',
    '😀',
  ];
  let seed = 7;
  const next = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  const text = (): string => Array.from({ length: next(60) }, () => parts[next(parts.length)]).join('');
  for (let round = 0; round < 1000; round++) {
    const value = { v: text(), l: [text(), { k: text() }], [`k${text()}`]: next(10) };
    assert.deepEqual(parseYaml(stringifyYaml(value)).value, value);
  }
});
