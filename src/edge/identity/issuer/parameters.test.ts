import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readParameters, writeParameters } from './parameters.ts';

suite('parameters', () => {
  const good: readonly (readonly [text: string, read: Readonly<Record<string, string>>])[] = [
    ['', {}],
    ['&&', {}],
    ['a', { a: '' }],
    ['a=', { a: '' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=b+c%2B', { a: 'b c+' }],
    ['a=1&amp;state=2&amp;code=3', { a: '1', state: '2', code: '3' }],
    ['%61=%C3%A4', { a: 'ä' }],
    ['a=ä', { a: 'ä' }],
    ['__proto__=x&constructor=y', { ['__proto__']: 'x', constructor: 'y' }],
    ['a;b=c', { 'a;b': 'c' }],
  ];
  for (const [text, read] of good) {
    test(`${JSON.stringify(text)} is read`, () => {
      assert.deepEqual([...readParameters(text)], Object.entries(read));
    });
  }

  const bad: readonly (readonly [text: string, message: RegExp])[] = [
    ['a=1&a=2', /The parameter "a" was sent twice; expected once/],
    ['state=1&amp;state=2', /"state" was sent twice/],
    ['a=1&%61=2', /"a" was sent twice/],
    ['a=%', /"a" is not well percent-encoded UTF-8: "%"/],
    ['a=%zz', /not well percent-encoded/],
    ['a=%c3%28', /not well percent-encoded/],
    ['a=%ed%a0%80', /not well percent-encoded/],
    ['%ff=a', /A parameter’s name is not well percent-encoded/],
    ['a=%00', /"a" has a NUL/],
    [`a=${'x'.repeat(6145)}`, /"a" has 6145 characters; expected 6144 at most/],
    [Array.from({ length: 65 }, (_, at) => `a${at}=`).join('&'), /More than 64 parameters/],
  ];
  for (const [text, message] of bad) {
    test(`${JSON.stringify(text.slice(0, 20))} is refused`, () => {
      assert.throws(() => readParameters(text), { code: 'login-parameter-invalid', message });
    });
  }

  test('are written in the order of their names, and read back as they were', () => {
    const values = { state: 'a b&c=d%+ä☃\r\n"<>\'()*!~', code: 'x', none: undefined, error: '' };
    const text = writeParameters(values);
    assert.match(text, /^code=x&error=&state=a\+b%26c%3Dd%25%2B%C3%A4/);
    assert.deepEqual(Object.fromEntries(readParameters(text)), { code: 'x', error: '', state: values.state });
  });
});
