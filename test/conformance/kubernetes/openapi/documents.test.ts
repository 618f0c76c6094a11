import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  openapiDocument,
  secondDefinitions,
} from '../../../../src/cluster/apiserver/pages/documents/openapi/index.ts';
import type { JsonObject } from '../../../../src/cluster/meta/index.ts';
import { digests, secondDigests } from './canonical.ts';
import { kindsWithoutRules } from './kinds.ts';

const kinds = kindsWithoutRules();
const file = readFileSync(join(import.meta.dirname, 'digests.jsonl'), 'utf8');
const recorded = new Map(file.trimEnd().split('\n').map(rowOf));

/** A document of a real kube-apiserver 1.37.2, part by part; `record.ts` says how it was asked. */
function rowOf(line: string): [string, Record<string, string>] {
  const { path, parts } = JSON.parse(line) as { path: string; parts: Record<string, string> };
  return [path, parts];
}

/** A deletion of a namespace answers with the namespace, whatever the document of the real server says. */
const ours = ['api/v1 /api/v1/namespaces/{name}'];

/** Of this group only some kinds are served; the others are absent from our documents. */
const partial = ['networking.istio.io'];

for (const { group, versions } of kinds.groups) {
  for (const version of versions) {
    const path = group === '' ? `api/${version}` : `apis/${group}/${version}`;
    test(`/openapi/v3/${path} says what a real server says`, () => {
      const document = openapiDocument(kinds, group, version) as JsonObject;
      const made = digests(JSON.parse(JSON.stringify(document)) as JsonObject);
      const real = recorded.get(path) ?? {};
      const names = partial.includes(group)
        ? Object.keys(made)
        : [...new Set([...Object.keys(made), ...Object.keys(real)])];
      const different = names.filter(name => made[name] !== real[name] && !ours.includes(`${path} ${name}`));
      assert.deepEqual(different, []);
      assert.ok(names.length > 10);
    });
  }
}

test('/openapi/v2 defines each kind of Kubernetes’ own as a real server does', () => {
  const definitions = JSON.parse(secondDefinitions(kinds)) as Record<string, JsonObject>;
  const made = secondDigests(definitions);
  const real = recorded.get('v2') ?? {};
  assert.deepEqual(
    Object.keys(made).filter(name => made[name] !== real[name]),
    [],
  );
  assert.ok(Object.keys(made).length > 450);
});
