import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One recorded request with its answer. */
export interface Recorded {
  readonly id: string;
  readonly group: string;
  readonly request: { readonly method: string; readonly path: string };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
    readonly body?: unknown;
    readonly text?: string;
    readonly events?: readonly unknown[];
  };
}

/** What differs between two answers to a request: paths with both values. */
export interface Difference {
  readonly path: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Headers that tell of a server's make rather than of its answer. */
const noise = new Set([
  'audit-id',
  'x-kubernetes-pf-flowschema-uid',
  'content-length',
  'transfer-encoding',
  'last-modified',
  'connection',
]);

/** Reads a folder of recordings, a file for each group. */
export function recordingsIn(folder: string): Map<string, Recorded> {
  const all = new Map<string, Recorded>();
  for (const file of readdirSync(folder)
    .filter(name => name.endsWith('.jsonl'))
    .toSorted()) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (line === '') continue;
      const recorded = JSON.parse(line) as Recorded;
      all.set(`${recorded.group}/${recorded.id}`, recorded);
    }
  }
  return all;
}

/** What differs in two answers, the server's make aside. */
export function differences(expected: Recorded, found: Recorded): Difference[] {
  const list: Difference[] = [];
  const { response: a } = expected;
  const { response: b } = found;
  walk('status', a.status, b.status, list);
  walk('headers', headersOf(a.headers), headersOf(b.headers), list);
  walk('body', settledParts(a.body), settledParts(b.body), list);
  walk('text', a.text, b.text, list);
  walk('events', settledParts(withoutReminders(a.events)), settledParts(withoutReminders(b.events)), list);
  return list;
}

/** What controllers write comes when it comes: how far they are at a moment is no part of an answer. */
const controllers = new Set([
  'kube-controller-manager',
  'kube-scheduler',
  'kube-apiserver',
  'davit',
  'kubelet',
  'kwok',
]);
const written = new Set([
  'deployment.kubernetes.io/revision',
  'pod-template-hash',
  'endpoints.kubernetes.io/last-change-trigger-time',
]);

/** An answer without the parts that controllers write. */
function settledParts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(settledParts);
  if (!isObject(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (written.has(key) || (key === 'status' && isWrittenByControllers(value))) continue;
    result[key] =
      key === 'managedFields' ? ofClients(inner) : key === 'causes' ? ordered(inner) : settledParts(inner);
  }
  const { annotations } = result;
  if (isObject(annotations) && Object.keys(annotations).length === 0) delete result['annotations'];
  return result;
}

function isWrittenByControllers({ kind, metadata, status }: Record<string, unknown>): boolean {
  if (metadata === undefined || !isObject(status)) return false;
  return ['Deployment', 'ReplicaSet', 'Namespace', 'Pod', 'ResourceQuota', 'Scale'].includes(String(kind));
}

function ofClients(entries: unknown): unknown {
  if (!Array.isArray(entries)) return entries;
  const mine = entries.filter(entry => !controllers.has((entry as { manager?: string }).manager ?? ''));
  // Who was first to have annotations owns that there are any.
  return JSON.parse(
    JSON.stringify(mine).replaceAll('"f:annotations":{".":{},', '"f:annotations":{'),
  ) as unknown;
}

/** Causes of a broken schema come in the order of a Go map, which is none. */
function ordered(causes: unknown): unknown {
  const keyOf = ({ field, message }: { field?: string; message?: string }): string =>
    `${field} ${generic(message ?? '')}`;
  return Array.isArray(causes) ? causes.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) : causes;
}

/** Bookmarks come when they come; only the one that ends the first events has a place. */
function withoutReminders(events: readonly unknown[] | undefined): readonly unknown[] | undefined {
  return events?.filter(event => {
    const { type, object } = event as { type?: string; object?: { metadata?: { annotations?: unknown } } };
    return type !== 'BOOKMARK' || object?.metadata?.annotations !== undefined;
  });
}

function headersOf(headers: Recorded['response']['headers']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !noise.has(name)));
}

function walk(path: string, expected: unknown, found: unknown, list: Difference[]): void {
  if (same(path, expected, found)) return;
  if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length) {
    for (const [index, item] of expected.entries()) walk(`${path}[${index}]`, item, found[index], list);
    return;
  }
  if (isObject(expected) && isObject(found)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      walk(`${path}.${key}`, expected[key], found[key], list);
    }
    return;
  }
  list.push({ path, expected, found });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Descriptions are ours, and ages and generated names are what they are. */
function same(path: string, expected: unknown, found: unknown): boolean {
  if (expected === found) return true;
  if (typeof expected !== 'string' || typeof found !== 'string') return false;
  if (path.endsWith('.description') || path.endsWith('kubernetes.io/description')) return true;
  if (expected.startsWith('-----BEGIN CERTIFICATE') && found.startsWith('-----BEGIN CERTIFICATE'))
    return true;
  return generic(expected) === generic(found) || sameFaults(expected, found);
}

/** Faults of a schema come in the order of a Go map, which is none. */
function sameFaults(expected: string, found: string): boolean {
  if (!expected.includes(' is invalid: [')) return false;
  const parts = (text: string): string =>
    generic(text)
      .split(/[[\]]|, (?=[a-z<])/)
      .toSorted()
      .join();
  return parts(expected) === parts(found);
}

const hash = '[bcdfghjklmnpqrstvwxz2456789]';
const generated = new RegExp(
  `([A-Za-z0-9][A-Za-z0-9.-]*?[-_=])(?:${hash}{8,10}(?:-${hash}{5})?|${hash}{5}|[0-9a-f]{8,10})\\b`,
  'g',
);

function generic(text: string): string {
  return text
    .replaceAll(generated, '$1<generated>')
    .replaceAll(/\b(10|127|192)\.\d+\.\d+\.\d+\b/g, '<ip>')
    .replaceAll(/\bnode-\d\b/g, '<node>')
    .replaceAll(/in record \(\d+\)/g, 'in record (<rv>)')
    .replaceAll(/^\d+[smhd](\d+[smhd])?$/g, '<age>');
}
