import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '../../base/errors/index.ts';
import { parseJson, type JsonValue } from './value.ts';

function parse(text: string): JsonValue {
  return parseJson(Buffer.from(text));
}

test('reads what JSON.parse reads', () => {
  for (const text of [
    'null',
    ' true ',
    '-0.5e-3',
    '0',
    '""',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9"',
    '"é😀\u007f"',
    '[]',
    '[1,[2,[3]],{}]',
    '{"a":{"b":[1,2,{"c":null}]},"":0}',
    '5e-324',
    '123456789.123456789e-10',
    '0.1000000000000000055511151231257827021181583404541015625',
  ])
    assert.equal(JSON.stringify(parse(text)), JSON.stringify(JSON.parse(text)), text);
});

test('integers that float64 does not hold are bigint', () => {
  assert.equal(parse('9007199254740993'), 9007199254740993n);
  assert.equal(parse('-18446744073709551616'), -18446744073709551616n);
  assert.equal(parse('9007199254740991'), 9007199254740991);
  assert.equal(parse('9007199254740993.0'), 9007199254740992);
});

test('refuses what JSON.parse refuses', () => {
  for (const text of [
    '',
    ' ',
    '[1,]',
    '[,1]',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{"a"}',
    '01',
    '-',
    '-a',
    '1.',
    '.1',
    '1e',
    '1e+',
    '+1',
    'nul',
    'truely',
    'NaN',
    'Infinity',
    '-Infinity',
    '"a',
    '"\\x"',
    '"\\u12g4"',
    '"\n"',
    '1 2',
    '[1',
    '{"a":1',
    '\u00a01',
    '\ufeff1',
    '// c\n1',
  ]) {
    assert.throws(() => JSON.parse(text) as unknown, SyntaxError, text);
    assert.throws(() => parse(text), { code: 'wire-json-syntax' }, text);
  }
});

test('refuses keys that come twice, numbers beyond float64 and deep nesting', () => {
  assert.throws(() => parse('{"a":1,"\\u0061":2}'), { code: 'wire-json-duplicate-key' });
  assert.throws(() => parse('1e400'), { code: 'wire-element-range' });
  assert.throws(() => parse('['.repeat(100000)), { code: 'wire-json-depth' });
  assert.equal(JSON.stringify(parse('['.repeat(100) + ']'.repeat(100))), '['.repeat(100) + ']'.repeat(100));
});

test('says where a number or a key is that it refuses', () => {
  for (const [text, place] of [
    ['1e400', 'the body'],
    [' [ 1 , [ 2 ] , -1e999 , { ] ', '[2]'],
    ['{"a":[1,{"b":[[],[1e400', 'a[1].b[1][0]'],
    [`{"x":"]}","y":{"${'k'.repeat(100)}":1e999}}`, `y.${'k'.repeat(60)}`],
    ['{"a":1e999}', 'a'],
    ['{"\\u0061":[{"c":{}},1e999]}', 'a[1]'],
    ['[[],{},[[1],[2,{"a":[]}]],[[{"b":{}},{"c":[[],[0,-1e999],[3]]}],[]],{}]', '[3][0][1].c[1][1]'],
  ] as const)
    assert.throws(
      () => parse(text),
      (error: unknown) => {
        assert.ok(error instanceof CodedError);
        assert.equal(error.code, 'wire-element-range');
        assert.equal(error.message.slice(0, error.message.indexOf(': found')), place, text);
        return true;
      },
    );
  for (const [text, place] of [
    ['{"a":1,"a":2}', 'the body'],
    ['[{},{"b":[{"a":1,"a":', '[1].b[0]'],
    ['{"a":{"c":[]},"b":{"x":{"a":1,"a":{}}}}', 'b.x'],
  ] as const)
    assert.throws(() => parse(text), {
      code: 'wire-json-duplicate-key',
      message: `${place} has the key "a" twice, expected it once`,
    });
});

test('refuses to build more arrays and objects than memory is meant for', () => {
  assert.throws(() => parse(`[${'{},'.repeat(2_000_000)}{}]`), { code: 'wire-json-size', status: 413 });
});

test('keys of the language are keys like others', () => {
  const value = parse('{"__proto__":{"x":1},"constructor":2,"toString":3}') as {
    readonly [key: string]: JsonValue;
  };
  assert.deepEqual(Object.keys(value), ['__proto__', 'constructor', 'toString']);
  assert.equal(value['hasOwnProperty'], undefined);
});

test('a long text of escapes takes time in proportion to its length', () => {
  const text = JSON.stringify('\n"é'.repeat(200000));
  assert.equal(parse(text), JSON.parse(text));
});
