import type { Schema } from '../../../../src/cluster/schema/index.ts';

const integer: Schema = { type: 'integer' };
const text: Schema = { type: 'string' };
/** Bounded, since a real server refuses rules that could take long. */
const short: Schema = { type: 'string', maxLength: 30 };
const few = { type: 'array', maxItems: 5 } as const;

const formats = [
  'bsonobjectid',
  'uri',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'cidr',
  'mac',
  'uuid',
  'uuid3',
  'uuid4',
  'uuid5',
  'isbn',
  'isbn10',
  'isbn13',
  'creditcard',
  'ssn',
  'hexcolor',
  'rgbcolor',
  'byte',
  'password',
  'date',
  'duration',
  'date-time',
  'k8s-short-name',
  'k8s-long-name',
  'no-such-format',
] as const;

/** A rule beside a schema. */
function ruled(schema: Schema, rule: string, more: object = {}): Schema {
  return { ...schema, 'x-kubernetes-validations': [{ rule, ...more }] };
}

const properties: Readonly<Record<string, Schema>> = {
  int: { type: 'integer', minimum: -3, maximum: 7 },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  open: { type: 'integer', minimum: 0, maximum: 5, exclusiveMinimum: true, exclusiveMaximum: true },
  odd: { type: 'integer', multipleOf: 3 },
  num: { type: 'number', minimum: 0.5, maximum: 2.5, multipleOf: 0.25 },
  float: { type: 'number', format: 'float' },
  bool: { type: 'boolean' },
  word: { type: 'string', minLength: 2, maxLength: 4, pattern: '^[a-z]*$' },
  pick: { type: 'string', enum: ['One', 'Two', ''] },
  size: { type: 'integer', enum: [1, 2, 3] },
  nul: { type: 'string', nullable: true },
  nulPick: { type: 'string', nullable: true, enum: ['a'] },
  dflt: { type: 'string', default: 'd' },
  any: { 'x-kubernetes-int-or-string': true },
  anyPattern: {
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    pattern: '^[0-9]+%$',
  },
  list: { type: 'array', minItems: 1, maxItems: 2, items: integer },
  set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
  map: {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['a', 'b'],
    items: {
      type: 'object',
      required: ['a', 'b'],
      properties: { a: text, b: integer, c: { type: 'string', maxLength: 2 } },
    },
  },
  dict: {
    type: 'object',
    minProperties: 1,
    maxProperties: 2,
    additionalProperties: { type: 'string', maxLength: 3 },
  },
  dictOfLists: { type: 'object', additionalProperties: { type: 'array', items: integer } },
  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { known: integer } },
  wild: { 'x-kubernetes-preserve-unknown-fields': true },
  deep: {
    type: 'object',
    required: ['x'],
    properties: { x: { type: 'object', required: ['y'], properties: { y: integer, z: text } } },
  },
  one: {
    type: 'object',
    properties: { a: text, b: text },
    oneOf: [{ required: ['a'] }, { required: ['b'] }],
  },
  some: {
    type: 'object',
    properties: { a: text, b: integer },
    anyOf: [{ required: ['a'] }, { required: ['b'] }],
  },
  both: { type: 'integer', allOf: [{ minimum: 1 }, { maximum: 3 }] },
  never: { type: 'string', not: { enum: ['no'] } },
  embedded: {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
  },
  ...Object.fromEntries(formats.map(format => [`f-${format}`, { type: 'string', format }])),
};

const rules: Readonly<Record<string, Schema>> = {
  less: ruled({ type: 'object', properties: { a: integer, b: integer } }, 'self.a < self.b'),
  said: ruled({ type: 'object', properties: { a: integer, b: integer } }, 'self.a < self.b', {
    message: 'a must be less than b',
    fieldPath: '.a',
  }),
  told: ruled(integer, 'self % 2 == 0', { messageExpression: "self > 3 ? 'odd and large' : 'odd'" }),
  forbidden: ruled(short, "self != 'x'", { message: 'no x', reason: 'FieldValueForbidden' }),
  required: ruled({ type: 'object', properties: { a: short } }, 'has(self.a)', {
    message: 'a is needed',
    reason: 'FieldValueRequired',
    fieldPath: '.a',
  }),
  frozen: ruled(short, 'self == oldSelf', { message: 'is immutable' }),
  grows: ruled(integer, 'self >= oldSelf'),
  optional: ruled(integer, 'oldSelf.hasValue() || self == 1', {
    optionalOldSelf: true,
    message: 'begins at 1',
  }),
  each: { ...few, items: ruled(integer, 'self > 0') },
  unique: ruled({ ...few, items: short }, 'self.all(x, self.exists_one(y, x == y))', {
    message: 'must be unique',
  }),
  matches: ruled(short, "self.matches('^[a-z]+$')"),
  mapped: ruled(
    { ...few, items: { type: 'object', properties: { n: short, v: integer } } },
    "self.filter(x, x.n == 'a').map(x, x.v) == [1]",
  ),
  escaped: ruled(
    { type: 'object', properties: { namespace: short, 'a-b': short, 'c.d': short } },
    "self.__namespace__ == 'n' && self.a__dash__b == 'x' && self.c__dot__d == 'y'",
  ),
  times: ruled(
    {
      type: 'object',
      properties: {
        at: { type: 'string', format: 'date-time' },
        for: { type: 'string', format: 'duration' },
      },
    },
    "self.at > timestamp('2020-01-01T00:00:00Z') && self.__for__ < duration('1h')",
  ),
  intOrString: ruled(
    { 'x-kubernetes-int-or-string': true },
    "type(self) == int ? self < 5 : self.endsWith('%')",
  ),
  dicts: ruled(
    { type: 'object', maxProperties: 5, additionalProperties: integer },
    "self.all(k, k.startsWith('a')) && (!('ab' in self) || self.ab == 1)",
  ),
  ips: ruled({ ...few, items: short }, 'self.all(x, isIP(x))'),
  urls: ruled(short, "isURL(self) && url(self).getHostname() == 'example.com'"),
  divides: ruled(integer, '10 / self > 1'),
  indexed: ruled({ ...few, items: integer }, 'self[1] == 2'),
  kind: ruled(
    { type: 'object', properties: { a: short } },
    "self.a.size() == 2 && self.a.contains('b') && self.a.split('')[0] == 'a'",
  ),
};

/** A definition whose schema uses every keyword, and one of whose parts breaks at a time or many at once. */
export const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'keywords.corpus.example.dev' },
  spec: {
    group: 'corpus.example.dev',
    scope: 'Namespaced',
    names: { plural: 'keywords', kind: 'Keyword' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          scale: {
            specReplicasPath: '.spec.int',
            statusReplicasPath: '.status.n',
            labelSelectorPath: '.status.s',
          },
        },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { ...properties, ...rules } },
              status: { type: 'object', properties: { n: integer, s: text } },
            },
          },
        },
      },
    ],
  },
} as const;

/** A sequence of numbers that is the same each time (xorshift). */
export function sequence(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const atoms: readonly unknown[] = [
  0,
  1,
  2,
  3,
  5,
  6,
  7,
  8,
  -3,
  -4,
  0.5,
  0.75,
  2.6,
  1e10,
  3e9,
  true,
  false,
  null,
  '',
  'a',
  'ab',
  'abc',
  'abcde',
  'A',
  'One',
  'x',
  'no',
  '5%',
  '50',
  'é',
  '😀😀',
  [],
  {},
  [1],
  [1, 2],
  [1, 2, 3],
  ['a', 'a'],
  ['a', 'b'],
  { a: 'x' },
  { b: 1 },
  { a: 1, b: 2 },
  { a: 2, b: 1 },
  { x: { y: 1 } },
  { x: {} },
  { known: 1, other: { y: 2 } },
];

const texts = [
  '2020-01-01',
  '2020-01-01T00:00:00Z',
  '2020-02-30',
  '2020-01-01T00:00:00.5+01:00',
  '1h',
  '22 ns',
  '3 days',
  '1.2.3.4',
  '256.1.1.1',
  '01.02.03.04',
  '::1',
  'fe80::1%eth0',
  '1::2::3',
  '::ffff:1.2.3.4',
  '10.0.0.0/8',
  '10.0.0.0/33',
  '::/0',
  '00:00:5e:00:53:01',
  '0000.5e00.5301',
  '00-00-5e-00-53-01',
  'a@b.c',
  'A <a@b.c>',
  'a@',
  'http://example.com/x',
  'https://example.com',
  '/path',
  'example.com',
  'a-b.example',
  '-a.b',
  'a_b',
  '507f1f77bcf86cd799439011',
  '123e4567-e89b-12d3-a456-426614174000',
  '123e4567-e89b-42d3-a456-426614174000',
  '123e4567-e89b-52d3-8456-426614174000',
  'a3bb189e-8bf9-3888-9912-ace4e6543002',
  '0321751043',
  '978-0321751041',
  '4111111111111111',
  '4111111111111112',
  '111-22-3333',
  '#fff',
  '#ffff',
  'rgb(1,2,3)',
  'rgb(1,2,300)',
  'YQ==',
  'YQ',
  'lower-case',
  'Upper',
  'a.b.c',
  '1.2.3.4:80',
  'http://[::1]:80/',
  ' ',
];

/** A value for a schema: mostly fitting, at times of anything. */
export function valueFor(schema: Schema, next: (below: number) => number): unknown {
  if (next(8) === 0) return atoms[next(atoms.length)];
  if (schema.enum !== undefined && next(3) > 0) return schema.enum[next(schema.enum.length)];
  if (schema['x-kubernetes-int-or-string'] === true) return next(2) === 0 ? next(9) : `${next(90)}%`;
  switch (schema.type ?? 'object') {
    case 'integer':
      return next(10) - 2;
    case 'number':
      return (next(16) - 2) / 4;
    case 'boolean':
      return next(2) === 0;
    case 'string':
      return schema.format === undefined
        ? ['a', 'ab', 'abc', 'x', 'n', 'y', 'http://example.com/'][next(7)]
        : texts[next(texts.length)];
    case 'array':
      return Array.from({ length: next(4) }, () => valueFor(schema.items ?? {}, next));
    case 'object':
      return objectFor(schema, next);
  }
}

function objectFor(schema: Schema, next: (below: number) => number): unknown {
  const entries: [string, unknown][] = [];
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (next(5) > 0) entries.push([key, valueFor(property, next)]);
  }
  if (typeof schema.additionalProperties === 'object') {
    for (let count = next(4); count > 0; count -= 1) {
      entries.push([
        ['a', 'ab', 'b', 'k.e/y'][next(4)] as string,
        valueFor(schema.additionalProperties, next),
      ]);
    }
  }
  if (next(12) === 0) entries.push(['unknown', 1]);
  return Object.fromEntries(entries);
}

const all: Readonly<Record<string, Schema>> = { ...properties, ...rules };

/** A `spec` with a few of the fields, so that errors of one do not hide the rules of others. */
export function specFor(next: (below: number) => number): Record<string, unknown> {
  const names = Object.keys(all);
  const entries: [string, unknown][] = [];
  for (let count = 1 + next(3); count > 0; count -= 1) {
    const name = names[next(names.length)] as string;
    entries.push([name, valueFor(all[name] as Schema, next)]);
  }
  return Object.fromEntries(entries);
}
