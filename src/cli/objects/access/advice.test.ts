import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { advice } from './advice.ts';

const asked = {
  verb: 'create',
  group: 'serving.kserve.io',
  version: 'v1beta1',
  resource: 'inferenceservices',
  subresource: 'predict',
  namespace: 'team',
  name: 'iris',
};

/** Words that a shell makes of a line. */
function wordsOf(line: string): string[] {
  const script = `kubectl() { printf '%s\\n' "$@"; }\n${line}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
}

test('what would help can be copied as it stands', () => {
  const lines = advice(asked, "o'hara & co@example.com", 'namespace, user:ada@example.com');
  const [binding, listed] = lines.map(wordsOf);
  assert.equal(binding?.at(-1), "--user=o'hara & co@example.com");
  assert.equal(
    listed?.at(-1),
    "davit.dev/callers=namespace, user:ada@example.com,user:o'hara & co@example.com",
  );
  assert.match(lines[1] ?? '', /# for this one$/);
});

test('what needs no quotes has none', () => {
  const [binding, listed] = advice(asked, 'system:serviceaccount:other:robot').map(wordsOf);
  assert.equal(binding?.at(-1), '--serviceaccount=other:robot');
  assert.equal(listed?.at(-1), 'davit.dev/callers=namespace,serviceaccount:other/robot');
  assert.doesNotMatch(advice(asked, 'ada@example.com').join('\n'), /'/);
});

test('what would let everybody in ends with the path', () => {
  const [line = ''] = advice(asked, 'system:anonymous');
  assert.equal(wordsOf(line).at(-1), 'davit.dev/public-paths=PATH');
});
