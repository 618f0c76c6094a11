/**
 * Records what a real kube-apiserver says about bodies and custom objects: `node record.ts URL TOKEN`. A development tool; it needs a
 * server whose certificate may be ignored (NODE_TLS_REJECT_UNAUTHORIZED=0).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bodyCases } from './bodies.ts';
import { definition, sequence, specFor } from './customs.ts';

const [, , server = '', token = ''] = process.argv;

interface Reply {
  readonly status: number;
  readonly body: {
    readonly kind?: string;
    readonly message?: string;
    readonly details?: { readonly causes?: unknown[] };
  };
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  media = 'application/json',
): Promise<Reply> {
  const reply = await fetch(`${server}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': media },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: reply.status, body: (await reply.json()) as Reply['body'] };
}

function save(name: string, rows: readonly unknown[]): void {
  const text = rows.map(row => `${JSON.stringify(row)}\n`).join('');
  writeFileSync(join(import.meta.dirname, 'recorded', name), text);
}

async function recordBodies(): Promise<void> {
  const rows: unknown[] = [];
  for (const one of bodyCases) {
    const { status, body } = await send(
      'POST',
      `${one.path}?dryRun=All&fieldValidation=Strict`,
      one.body,
      one.media,
    );
    rows.push({ ...one, status, ...(body.kind === 'Status' ? { message: body.message } : { object: body }) });
  }
  save('bodies.jsonl', rows);
}

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const objects = '/apis/corpus.example.dev/v1/namespaces/default/keywords';

function object(spec: unknown, more: object = {}): Record<string, unknown> {
  return { apiVersion: 'corpus.example.dev/v1', kind: 'Keyword', metadata: { name: 'c', ...more }, spec };
}

/** New objects, each a dry run. */
async function recordCreations(count: number): Promise<unknown[]> {
  const rows: unknown[] = [];
  const next = sequence(20261125);
  for (let index = 0; index < count; index += 1) {
    const spec = specFor(next);
    const { status, body } = await send('POST', `${objects}?dryRun=All`, object(spec));
    rows.push({ spec, status, ...told(body) });
  }
  return rows;
}

/** Changes of an object that has been stored, with faults that its schema did not have then. */
async function recordUpdates(count: number): Promise<unknown[]> {
  const rows: unknown[] = [];
  const next = sequence(11);
  for (let index = 0; index < count; index += 1) {
    const old = specFor(next);
    const first = await send('POST', objects, object(old));
    if (first.status !== 201) continue;
    const { metadata, spec: kept } = first.body as unknown as {
      metadata: { resourceVersion: string };
      spec: Record<string, unknown>;
    };
    const spec = { ...kept, ...specFor(next) };
    for (const name of Object.keys(kept)) if (next(3) === 0) delete spec[name];
    const changed = await send(
      'PUT',
      `${objects}/c?dryRun=All`,
      object(spec, { resourceVersion: metadata.resourceVersion }),
    );
    rows.push({ old: kept, spec, status: changed.status, ...told(changed.body) });
    await send('DELETE', `${objects}/c`);
  }
  return rows;
}

function told(body: Reply['body']): object {
  if (body.kind === 'Status') return { message: body.message, causes: body.details?.causes };
  return { stored: (body as unknown as { spec?: unknown }).spec };
}

await recordBodies();
await send('DELETE', `${definitions}/${definition.metadata.name}`);
await new Promise(done => setTimeout(done, 2000));
const made = await send('POST', definitions, definition);
if (made.status !== 201) throw new Error(JSON.stringify(made.body));
await new Promise(done => setTimeout(done, 3000));
save('creations.jsonl', await recordCreations(1500));
save('updates.jsonl', await recordUpdates(500));
await send('DELETE', `${definitions}/${definition.metadata.name}`);
