import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applyDefaults,
  customShape,
  DecodeError,
  parseJson,
  parseYaml,
  prune,
  type Schema,
  validateSchema,
} from './index.ts';

const definitions: ReadonlyMap<string, Schema> = new Map();

function object(fields: object): object {
  return { apiVersion: 'v', kind: 'k', metadata: {}, ...fields };
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return '';
}

test('texts that are too deep are refused, whatever they are made of', () => {
  const nested = `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`;
  assert.equal(
    refusal(() => parseJson('['.repeat(200_000))),
    'exceeded max depth',
  );
  assert.equal(
    refusal(() => parseJson(nested)),
    'exceeded max depth',
  );
  assert.match(
    refusal(() => parseYaml('['.repeat(3_000_000))),
    /exceeded max depth/,
  );
  const block = Array.from({ length: 1500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
  assert.notEqual(
    refusal(() => parseYaml(block)),
    '',
  );
});

test('what is just not too deep goes through every walk', () => {
  const { value } = parseJson(`${'{"a":'.repeat(990)}1${'}'.repeat(990)}`);
  const shape = customShape({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, definitions);
  const pruned = prune(value, shape);
  assert.deepEqual(validateSchema(applyDefaults(pruned.value, shape), value, shape), []);
});

test('a document that grows by aliases is refused before it has grown', () => {
  const names = 'abcdefghij';
  const lines = Array.from(
    names.slice(1),
    (name, index) => `${name}: &${name} [${Array(9).fill(`*${names[index]}`).join(',')}]`,
  );
  const text = `a: &a [x,x,x,x,x,x,x,x,x]\n${lines.join('\n')}`;
  assert.equal(
    refusal(() => parseYaml(text)),
    'yaml: document contains excessive aliasing',
  );
});

test('a long text that aliases repeat is refused before it has been repeated', () => {
  const text = `a: &a ${'x'.repeat(300_000)}\nb: [${Array(300).fill('*a').join(',')}]`;
  assert.equal(
    refusal(() => parseYaml(text)),
    'yaml: document contains excessive aliasing',
  );
});

test('many aliases are followed without looking for what they name from the beginning', () => {
  const many = Array(200_000).fill('*a');
  const { value } = parseYaml(`a: &a 1\nb: [${many.join(',')}]`);
  assert.deepEqual(value, { a: 1, b: many.map(() => 1) });
});

test('an alias stands for what had its name last, and never for what it is a part of', () => {
  const { value } = parseYaml('u: &b [&a 1, *a]\nv: &a 2\nw: *b\nx: *a\n');
  assert.deepEqual(value, { u: [1, 1], v: 2, w: [1, 1], x: 2 });
  assert.equal(
    refusal(() => parseYaml('a: &a [1, *a]\n')),
    "yaml: anchor 'a' value contains itself",
  );
  assert.equal(
    refusal(() => parseYaml('a: *b\nb: &b 1\n')),
    "yaml: unknown anchor 'b' referenced",
  );
});

test('a field named __proto__ is a field', () => {
  const { value } = parseJson('{"spec":{"__proto__":{"x":1}},"apiVersion":"v","kind":"k"}');
  const spec: Schema = {
    type: 'object',
    additionalProperties: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  };
  const pruned = prune(value, customShape({ type: 'object', properties: { spec } }, definitions)).value;
  assert.equal(JSON.stringify(pruned), '{"spec":{"__proto__":{"x":1}},"apiVersion":"v","kind":"k"}');
  assert.equal(({} as { x?: number }).x, undefined);
  assert.equal(JSON.stringify(parseYaml('__proto__: {x: 1}\n').value), '{"__proto__":{"x":1}}');
});

test('loops in loops over a long list end with an error, not with patience', () => {
  for (const rule of [
    'self.all(a, self.all(b, self.all(c, a + b + c >= 0)))',
    '!self.exists(a, self.exists(b, self.exists(c, a + b + c < 0)))',
    'self.map(a, self.map(b, self.map(c, a))).size() > 0',
  ]) {
    const list: Schema = {
      type: 'array',
      items: { type: 'integer' },
      'x-kubernetes-validations': [{ rule }],
    };
    const shape = customShape({ type: 'object', properties: { list } }, definitions);
    const long = Array.from({ length: 1000 }, (_, index) => index);
    const [error] = validateSchema(object({ list: long }), undefined, shape);
    assert.match(error?.body ?? '', /running out of cost budget/);
    assert.deepEqual(validateSchema(object({ list: long.slice(0, 9) }), undefined, shape), []);
  }
});

test('patterns and rules of users take linear time', () => {
  const text = `${'a'.repeat(20_000)}b`;
  const properties: Record<string, Schema> = {
    pattern: { type: 'string', pattern: '^(a+)+$' },
    rule: { type: 'string', 'x-kubernetes-validations': [{ rule: "self.matches('^(a|a)*$')" }] },
  };
  const shape = customShape({ type: 'object', properties }, definitions);
  const errors = validateSchema(object({ pattern: text, rule: text }), undefined, shape);
  assert.deepEqual(
    errors.map(({ field }) => field),
    ['pattern', 'rule'],
  );
});

test('long texts are held against formats in time', () => {
  const texts = ['1', '0', 'a', ':', '.', '1-', 'a.', '::', '/', '@', ' '].map(part => part.repeat(100_000));
  const formats = [
    'duration',
    'hostname',
    'email',
    'uri',
    'ipv4',
    'ipv6',
    'cidr',
    'mac',
    'isbn',
    'creditcard',
    'date-time',
    'byte',
    'k8s-long-name',
  ];
  const properties = Object.fromEntries(formats.map(format => [format, { type: 'string', format } as const]));
  const shape = customShape({ type: 'object', properties }, definitions);
  for (const text of texts) {
    const fields = Object.fromEntries(formats.map(format => [format, text]));
    assert.ok(validateSchema(object(fields), undefined, shape).length > 0);
  }
});
