/** A body that is sent to a real server, and where. */
export interface BodyCase {
  readonly path: string;
  readonly media: 'application/json' | 'application/yaml';
  readonly body: string;
}

const configmaps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
const services = '/api/v1/namespaces/default/services';
const secrets = '/api/v1/namespaces/default/secrets';
const deployments = '/apis/apps/v1/namespaces/default/deployments';

function json(path: string, body: string): BodyCase {
  return { path, media: 'application/json', body };
}

function yaml(body: string): BodyCase {
  return { path: configmaps, media: 'application/yaml', body };
}

/** Texts that are no JSON, each cut or spoiled in another place. */
const spoiled = [
  '{',
  '{"a"',
  '{"a":',
  '{"a":1',
  '{"a":1,',
  '{"a":1,}',
  '{a:1}',
  "{'a':1}",
  '{"a" 1}',
  '{"a":1 "b":2}',
  '[1 2]',
  '[1,]',
  '{"a":tru}',
  '{"a":nul',
  '{"a":falsy}',
  '{"a":01}',
  '{"a":-}',
  '{"a":1.}',
  '{"a":1e}',
  '{"a":+1}',
  '{"a":.5}',
  '{"a":"\n"}',
  '{"a":"\\x"}',
  '{"a":"\\u12g4"}',
  '{"a":"',
  '{}}',
  '{} x',
  'x',
  '"text"',
  '1',
  'true',
  'é',
  '{"a":é}',
  '{"a":\\}',
];

/** Values of wrong types in typed kinds. */
const mistyped: readonly BodyCase[] = [
  ...['1', '"x"', '[]', 'true'].map(value => json(configmaps, `{"metadata":${value}}`)),
  ...['1', 'true', '[]', '{}', '1.5'].map(value => json(configmaps, `{"metadata":{"name":${value}}}`)),
  ...['"x"', '[]', '{"a":1}', '{"a":{}}', '{"a":null}', 'null'].map(value =>
    json(configmaps, `{"metadata":{"name":"t"},"data":${value}}`),
  ),
  ...['1', '"x"', '[1]', '["a"]', '{}'].map(value =>
    json(configmaps, `{"metadata":{"name":"t","finalizers":${value}}}`),
  ),
  ...[
    '"x"',
    '1',
    '{}',
    '"2020-13-01T00:00:00Z"',
    '"2020-01-01"',
    '"2020-01-01T00:00:00+01:00"',
    'null',
    '""',
  ].map(value => json(configmaps, `{"metadata":{"name":"t","creationTimestamp":${value}}}`)),
  ...['"x"', '1.5', '"1"', '9223372036854775808'].map(value =>
    json(configmaps, `{"metadata":{"name":"t","generation":${value}}}`),
  ),
  ...['"!"', '"YQ"', '"YQ=="', '"YQ==="', '"YWI="', '"a"', '1', '"YQ==\\n"'].map(value =>
    json(secrets, `{"metadata":{"name":"t"},"data":{"k":${value}}}`),
  ),
  ...['"three"', '1.5', '3000000000', 'true', '[]', '{}', 'null'].map(value =>
    json(deployments, `{"metadata":{"name":"t"},"spec":{"replicas":${value}}}`),
  ),
  ...[
    '1',
    '"x"',
    '[]',
    '[1]',
    '{"matchLabels":1}',
    '{"matchLabels":{"a":1}}',
    '{"matchExpressions":[{"key":1}]}',
  ].map(value => json(deployments, `{"metadata":{"name":"t"},"spec":{"selector":${value}}}`)),
  ...[
    '{}',
    '"x"',
    '[1]',
    '["x"]',
    '[{"name":1}]',
    '[{"image":{}}]',
    '[{"ports":{}}]',
    '[{"ports":[{"containerPort":"x"}]}]',
  ].map(value => json(pods, `{"metadata":{"name":"t"},"spec":{"containers":${value}}}`)),
  ...[
    '"x"',
    '"1"',
    '1',
    '1.5',
    '"1.5Gi"',
    '"1e3"',
    '"1 Gi"',
    '""',
    'true',
    '{}',
    '"1.2.3"',
    '"1Q"',
    'null',
    '".5"',
    '"-"',
  ].map(value =>
    json(
      pods,
      `{"metadata":{"name":"t"},"spec":{"containers":[{"name":"c","image":"i","resources":{"limits":{"memory":${value}}}}]}}`,
    ),
  ),
  ...['"http"', '80', '80.5', 'true', '{}', '[]', '3000000000'].map(value =>
    json(services, `{"metadata":{"name":"t"},"spec":{"ports":[{"port":80,"targetPort":${value}}]}}`),
  ),
];

/** Fields that nobody knows or that stand twice. */
const strange: readonly BodyCase[] = [
  '{"metadata":{"name":"t","a":1,"b":{"c":2}},"x":{"y":1},"data":{"k":"v"}}',
  '{"metadata":{"name":"t"},"Data":{"k":"v"}}',
  '{"metadata":{"name":"t","labels":{"a":"1","a":"2"}},"data":{"k":"1","k":"2","k":"3"}}',
  '{"metadata":{"name":"t"},"data":{"a.b":"1","a.b":"2"}}',
  '{"metadata":{"name":"t"},"bogus":1,"bogus":2}',
  '{"metadata":{"name":"t"},"bogus":{"a":1,"a":2}}',
  '{"metadata":{"name":"t","ownerReferences":[{"apiVersion":"v1","kind":"K","name":"n","uid":"u","x":1,"kind":"L"}]}}',
].map(body => json(configmaps, body));

const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: t}\n';

/** YAML in its odder forms; first what is good, then what is not. */
const written: readonly BodyCase[] = [
  ...[
    'data: {a: "1", b: text, c: \'q\'}\n',
    'data:\n  n: "x"\n  yes: "y"\n  1: "one"\n  1.5: "f"\n  0x10: "h"\n  010: "o"\n  ~x: "t"\n',
    'data: {a: n}\n',
    'data: {a: 1}\n',
    'data: {a: 1.5}\n',
    'data: {a: }\n',
    'data: {a: ~}\n',
    'data: {a: 12:30:45, b: 2020-01-01, c: 1_000x, d: 0o7x, e: +.x}\n',
    'data: {a: 0b11}\n',
    'data: {a: 1_000}\n',
    'data: {a: .inf}\n',
    'data:\n  a: |\n    one\n    two\n  b: >\n    three\n    four\n  c: |-\n    five\n',
    'data: &d {a: "1"}\nbinaryData: {}\n',
    'x: &d {a: "1"}\ndata: *d\n',
    'x: &d {a: "1", b: "2"}\ndata: {<<: *d, b: "3"}\n',
    'data: {a: !!str 1}\n',
    'data: {a: !!int "1"}\n',
    'data: {k: a, k: b}\n',
    'data:\n  k: a\n  k: b\n  k: c\nbogus: 1\nbogus: 2\n',
    'data: {1: a, "1": b}\n',
    '---\nx: y\n',
  ].map(rest => yaml(head + rest)),
  ...[
    'a: [',
    'a: {',
    'a: [1',
    'a: [1, 2\nb: 3\n',
    'a: {b: 1\nc: 2\n',
    'a: b: c\n',
    'a: b\n c: d\n',
    'a:\n  b: 1\n c: 2\n',
    'a:\n\tb: 1\n',
    '\ta: 1\n',
    'a: "x\n',
    "a: 'x\n",
    'a: "\\q"\n',
    'a: @x\n',
    'a: `x`\n',
    'a: %x\n',
    'a: *x\n',
    '- a\nb: c\n',
    'a: 1\n- b\n',
    'a\nb: 1\n',
    'a: 1\nb\n',
    'a: 1\nb\nc: 2\n',
    '? [a]\n: b\n',
    '{a: b}: c\n',
    '~: a\n',
    'a: !!int x\n',
    'a: !!bool 3\n',
    'a: <<\n',
    '<<: 1\n',
    '',
    'text\n',
    '[1]\n',
    '1\n',
    '# only a comment\n',
    'a: 1\n---\nb: [\n',
    '%YAML 3.0\n---\na: 1\n',
    'a: |\n b\nc\n',
    'a: ]\n',
    'a: }\n',
    'a: [}]\n',
    'a: &x\n',
    'a: &\n',
    'a: "b" c\n',
    "a: 'b' c\n",
    'a: [b] c\n',
    'x:\n  - a\n  b\n',
    'x:\n  - a\n b: 1\n',
  ].map(yaml),
];

/** Everything that is asked, in a fixed order. */
export const bodyCases: readonly BodyCase[] = [
  ...spoiled.map(body => json(configmaps, body)),
  ...mistyped,
  ...strange,
  ...written,
];
