/**
 * Asks a real API server about every case and writes what it answers beside this file.
 *
 *   node test/conformance/kubernetes/rules/record.ts https://127.0.0.1:PORT TOKEN
 *
 * The server's certificate is not checked. The namespace `rules` and the objects in it are made and left.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { client } from './ask.ts';
import { objectOf, withChanges } from './build.ts';
import { bases, creations, updates } from './cases.ts';
import type { Recorded } from './recorded.ts';

const [server = '', token = ''] = process.argv.slice(2);
const ask = client(server, token);

function withoutOwners(body: Record<string, unknown>): Record<string, unknown> {
  const { managedFields: _, ...metadata } = (body['metadata'] ?? {}) as Record<string, unknown>;
  return { ...body, metadata };
}

/** Takes away what an earlier recording has left. */
async function clear(): Promise<void> {
  for (const { path, object } of Object.values(bases)) {
    const at = `${path}/${(object['metadata'] as { name: string }).name}`;
    const free = { metadata: { finalizers: null } };
    await ask('DELETE', `${at}?gracePeriodSeconds=0&propagationPolicy=Background`);
    await ask('PATCH', at, free, 'application/merge-patch+json');
    for (let tries = 0; tries < 6000; tries++) if ((await ask('GET', at)).status === 404) break;
  }
}

const recorded: Recorded[] = [];
await ask('POST', '/api/v1/namespaces', { metadata: { name: 'rules' } });
await clear();
for (const one of creations) {
  const { path = '', resource = '' } = bases[one.base] ?? {};
  const sent = objectOf(one);
  const { status, warnings, body } = await ask('POST', `${path}?dryRun=All`, sent);
  recorded.push({ id: one.id, resource, sent, status, warnings, body: withoutOwners(body) });
}
const old = new Map<string, Record<string, unknown>>();
for (const name of new Set(updates.map(one => one.base))) {
  const { path = '', object = {} } = bases[name] ?? {};
  await ask('POST', path, object);
  const { name: at = '' } = object['metadata'] as { name?: string };
  old.set(name, withoutOwners((await ask('GET', `${path}/${at}`)).body));
}
for (const one of updates) {
  const { path = '', resource = '' } = bases[one.base] ?? {};
  const before = old.get(one.base) ?? {};
  const { resourceVersion: _, ...metadata } = before['metadata'] as Record<string, unknown>;
  const sent = withChanges({ ...before, metadata }, one.set);
  const { status, warnings, body } = await ask('PUT', `${path}/${String(metadata['name'])}?dryRun=All`, sent);
  recorded.push({
    id: `${one.id}-update`,
    resource,
    sent,
    old: before,
    status,
    warnings,
    body: withoutOwners(body),
  });
}
writeFileSync(new URL('recorded.json.gz', import.meta.url), gzipSync(JSON.stringify(recorded), { level: 9 }));
process.stdout.write(`${recorded.length} answers\n`);
