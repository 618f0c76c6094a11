import assert from 'node:assert/strict';
import { test } from 'node:test';
import { render } from './evaluate.ts';
import { PathError } from './nodes.ts';
import { parseTemplate } from './parse.ts';
import { relaxed } from './relaxed.ts';

const pods = {
  kind: 'List',
  items: [
    {
      metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'x' } },
      status: { phase: 'Running', n: 2, ok: true },
    },
    { metadata: { name: 'b' }, status: { phase: 'Pending', n: 10, ok: false } },
  ],
};

// What kubectl 1.37 prints for each.
for (const [template, wanted] of [
  ['{.kind}', 'List'],
  ['{.items[*].metadata.name}', 'a b'],
  ['{.items[-1].metadata.name}', 'b'],
  ['{.items[0:1].metadata.name}', 'a'],
  ['{.items[0,1].status.n}', '2 10'],
  ["{.items[0]['metadata'].name}", 'a'],
  [String.raw`{.items[0].metadata.labels.app\.kubernetes\.io/name}`, 'x'],
  ['{range .items[*]}{.metadata.name}{"\\t"}{.status.phase}{"\\n"}{end}done', 'a\tRunning\nb\tPending\ndone'],
  ['{.items[?(@.status.phase=="Running")].metadata.name}', 'a'],
  ['{.items[?(@.status.n>5)].metadata.name}', 'b'],
  ['{.items[?(@.metadata.labels)].metadata.name}', 'a'],
  ['{..name}', 'a b'],
  ['{.items[0].status}', '{"n":2,"ok":true,"phase":"Running"}'],
  ['{.nope}{.items[0].nope.deeper}', ''],
  ['{range .nope[*]}{.x}{end}after', 'after'],
  ['plain {.items[1].status.ok} text', 'plain false text'],
] as const) {
  test(`jsonpath ${template}`, () => {
    assert.equal(render(parseTemplate(template), pods), wanted);
  });
}

for (const [template, wanted] of [
  ['{.items[0', 'unterminated array'],
  ['{.items', 'unclosed action'],
  ['{.items[5].metadata}', 'array index out of bounds: index 5, length 2'],
  ['{.items[x]}', 'invalid array index x'],
  ['{.items[?(@.a=="b")', 'unclosed array expect ]'],
  ['{"open}', 'unterminated quoted string'],
  ['{end}', 'not in range, nothing to end'],
  ['{....a}', 'invalid multiple recursive descent'],
  ['{.kind[0]}', 'string is not array or slice'],
  ['{foo}', 'unrecognized identifier foo'],
] as const) {
  test(`a wrong jsonpath ${template}`, () => {
    assert.throws(() => render(parseTemplate(template), pods), new PathError(wanted));
  });
}

test('paths may be written without braces and dot', () => {
  assert.deepEqual(['a.b', '.a.b', '{a.b}', '{.a.b}'].map(relaxed), Array(4).fill('{.a.b}'));
  assert.throws(() => relaxed('{a}{b}'), PathError);
});
