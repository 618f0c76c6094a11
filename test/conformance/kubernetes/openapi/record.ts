/**
 * Asks a real server for its OpenAPI documents and writes digests of their parts:
 *
 *     NODE_TLS_REJECT_UNAUTHORIZED=0 node test/conformance/kubernetes/openapi/record.ts https://127.0.0.1:16443 TOKEN
 *
 * The server has the CustomResourceDefinitions of `scripts/kinds/README.md`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../../src/cluster/meta/index.ts';
import { digests, secondDigests } from './canonical.ts';
import { kindsWithoutRules } from './kinds.ts';

const [server, token] = process.argv.slice(2);
const lines: string[] = [];
for (const { group, versions } of kindsWithoutRules().groups) {
  for (const version of versions) {
    const path = group === '' ? `api/${version}` : `apis/${group}/${version}`;
    const answer = await fetch(`${server}/openapi/v3/${path}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    const parts = digests((await answer.json()) as JsonObject);
    lines.push(JSON.stringify({ path, parts }));
  }
}
const second = await fetch(`${server}/openapi/v2`, { headers: { Authorization: `Bearer ${token}` } });
if (!second.ok) throw new Error(`v2: ${second.status}`);
const { definitions } = (await second.json()) as { definitions: Record<string, JsonObject> };
lines.push(JSON.stringify({ path: 'v2', parts: secondDigests(definitions) }));
writeFileSync(join(import.meta.dirname, 'digests.jsonl'), `${lines.join('\n')}\n`);
