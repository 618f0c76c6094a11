import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { tokensOf } from './pattern.ts';

function refused(problem: string): never {
  throw new Error(problem);
}

suite('patterns that are runs of one set of characters are found without a program', () => {
  for (const [pattern, least] of [
    [String.raw`(?u)\b\w\w+\b`, 2],
    [String.raw`\b\w+\b`, 1],
    [String.raw`\w{3,}`, 3],
    ['[a-z]+', 1],
    [String.raw`(?:\S\S)\S*`, 2],
  ] as const)
    test(pattern, () => {
      const plan = tokensOf(pattern, refused);
      assert.equal(plan.kind, 'runs');
      assert.equal(plan.kind === 'runs' && plan.least, least);
    });

  for (const pattern of [String.raw`\b[a-z]+\b`, String.raw`\w+?`, '(a)a+', 'ab+', String.raw`\w{2,5}`])
    test(`${pattern} is none`, () => {
      assert.equal(tokensOf(pattern, refused).kind, 'program');
    });
});

suite('what is not supported is told', () => {
  for (const [pattern, problem] of [
    [String.raw`(\w)\1`, /\\1 is not supported/],
    [String.raw`\w+(?=s)`, /\(\?= is not supported/],
    [String.raw`(?<!a)\w+`, /\(\?< is not supported/],
    ['(a)(b)', /more than one capturing group/],
    ['(?x) a', /flag x/],
    ['a++', /possessive/],
    ['a**', /repeats a repetition/],
    ['a{2,1}', /no repetition/],
    ['a{100000}', /no repetition/],
    ['((a{1000}){1000})', /more than one|too long/],
    ['(?:a{1000}){1000}', /too long/],
    ['(a', /unbalanced/],
    ['a)', /unbalanced/],
    ['[a', /ends too early/],
    ['*a', /nothing for \*/],
    ['[z-a]', /range that is none/],
    [String.raw`\q`, /\\q is not supported/],
    ['a$', /\$ is not supported/],
    [String.raw`\u12`, /is no character/],
    ['('.repeat(60), /inside each other/],
  ] as const)
    test(pattern.slice(0, 30), () => {
      assert.throws(() => tokensOf(pattern, refused), { message: problem });
    });
});
