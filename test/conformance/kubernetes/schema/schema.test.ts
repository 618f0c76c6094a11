import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  applyDefaults,
  customShape,
  DecodeError,
  decodeTyped,
  headFault,
  parseJson,
  parseYaml,
  prune,
  type Schema,
  strictFaults,
  validateSchema,
} from '../../../../src/cluster/schema/index.ts';
import { definitions } from '../../../../src/cluster/kinds/index.ts';
import type { BodyCase } from './bodies.ts';
import { definition } from './customs.ts';

function recorded<Row>(name: string): Row[] {
  const text = readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8');
  return text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Row);
}

interface BodyRow extends BodyCase {
  readonly status: number;
  readonly message?: string;
  readonly object?: { readonly data?: Record<string, string> };
}

const shapes: Readonly<Record<string, string>> = {
  configmaps: 'core.v1.ConfigMap',
  deployments: 'apps.v1.Deployment',
  pods: 'core.v1.Pod',
  secrets: 'core.v1.Secret',
  services: 'core.v1.Service',
};

/** What is wrong with a body, as the part of the answer that comes from decoding. */
function faultOf({ path, media, body }: BodyCase): { fault: string; data?: unknown } {
  try {
    const parsed = media === 'application/yaml' ? parseYaml(body) : parseJson(body);
    const head = headFault(parsed.value);
    if (head !== undefined) return { fault: head };
    const name = shapes[path.split('/').at(-1) as string] as string;
    const schema: Schema = { $ref: `#/components/schemas/io.k8s.api.${name}` };
    const { value, unknown, fault } = decodeTyped(parsed.value, { schema, definitions });
    const strict = strictFaults(parsed, unknown);
    const complaint = strict.length === 0 ? '' : `strict decoding error: ${strict.join(', ')}`;
    return { fault: fault ?? complaint, data: (value as { data?: unknown }).data };
  } catch (error) {
    if (error instanceof DecodeError) return { fault: error.message };
    throw error;
  }
}

const unrecognized =
  /^the object provided is unrecognized \(must be of type \w+\): (?:couldn't get version\/kind; json parse error: )?(.*) \(.*?\)$/s;
const unhandled = /^\S* in version "\S*" cannot be handled as a \S+: (.*)$/s;

/** The same part of a recorded answer. */
function recordedFault({ status, message = '' }: BodyRow): string {
  const match = unrecognized.exec(message) ?? unhandled.exec(message);
  if (match !== null) return match[1] as string;
  return status === 400 ? message : '';
}

/** Numbers beyond the precision of a double; a sign without digits, which Go takes for 0; keys that are one in JSON, of which Go keeps any. */
const bodyDifferences = new Set([
  '{"metadata":{"name":"t","generation":9223372036854775808}}',
  '{"metadata":{"name":"t"},"spec":{"containers":[{"name":"c","image":"i","resources":{"limits":{"memory":"-"}}}]}}',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: t}\ndata: {1: a, "1": b}\n',
]);

test('bodies are decoded and refused with the messages of a real server', () => {
  const rows = recorded<BodyRow>('bodies.jsonl');
  assert.ok(rows.length > 190);
  for (const row of rows.filter(({ body }) => !bodyDifferences.has(body))) {
    const { fault, data } = faultOf(row);
    assert.equal(fault, recordedFault(row), row.body);
    if (row.object?.data !== undefined) assert.deepEqual(data, row.object.data, row.body);
  }
});

interface CustomRow {
  readonly old?: object;
  readonly spec: object;
  readonly status: number;
  readonly message?: string;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
  readonly stored?: object;
}

const [version] = definition.spec.versions;
const shape = customShape(version.schema.openAPIV3Schema, definitions);
const checks = { kind: 'Keyword', apiVersion: 'corpus.example.dev/v1', scale: version.subresources.scale };

function objectOf(spec: object): object {
  return {
    apiVersion: 'corpus.example.dev/v1',
    kind: 'Keyword',
    metadata: { name: 'c', namespace: 'default' },
    spec,
  };
}

function compare(rows: readonly CustomRow[]): void {
  for (const row of rows) {
    const label = JSON.stringify([row.old, row.spec]);
    const pruned = prune(objectOf(row.spec), shape);
    if (pruned.fault !== undefined) {
      assert.ok(row.message?.includes(pruned.fault), label);
      continue;
    }
    const full = applyDefaults(pruned.value, shape) as { spec: object };
    const errors = validateSchema(full, row.old === undefined ? undefined : objectOf(row.old), shape, checks);
    const causes = errors.map(({ reason, body, field }) => JSON.stringify({ reason, message: body, field }));
    const expected = (row.causes ?? []).map(({ reason, message, field }) =>
      JSON.stringify({ reason, message, field }),
    );
    // The real server walks maps, so that its order is another each time.
    assert.deepEqual(causes.toSorted(), expected.toSorted(), label);
    if (row.stored !== undefined) assert.deepEqual(full.spec, row.stored, label);
  }
}

test('random custom objects are stored or refused as by a real server', () => {
  const rows = recorded<CustomRow>('creations.jsonl');
  assert.ok(rows.filter(({ status }) => status === 422).length > 500);
  assert.ok(rows.filter(({ status }) => status === 201).length > 100);
  compare(rows);
});

test('random changes of custom objects are stored or refused as by a real server', () => {
  const rows = recorded<CustomRow>('updates.jsonl');
  assert.ok(rows.some(({ status }) => status === 200) && rows.some(({ status }) => status === 422));
  compare(rows);
});
