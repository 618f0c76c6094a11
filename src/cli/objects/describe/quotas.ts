import type { KubeObject } from '../../../cluster/meta/index.ts';
import type { Shaped, Texts } from './shapes.ts';
import { inOrder } from './words.ts';
import type { Description } from './writer.ts';

type Quota = Shaped<
  { readonly scopes?: readonly string[] },
  { readonly hard?: Texts; readonly used?: Texts }
>;

interface Limit {
  readonly type: string;
  readonly min?: Texts;
  readonly max?: Texts;
  readonly default?: Texts;
  readonly defaultRequest?: Texts;
  readonly maxLimitRequestRatio?: Texts;
}

type LimitRange = Shaped<{ readonly limits?: readonly Limit[] | null }>;

const scopeHelp: Texts = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

/** The quotas of a namespace. */
export function describeQuotas(out: Description, quotas: readonly KubeObject[]): void {
  out.line(0, '');
  if (quotas.length === 0) {
    out.line(0, 'No resource quota.');
    return;
  }
  out.line(0, 'Resource Quotas');
  for (const { metadata, spec, status = {} } of (quotas as readonly Quota[]).toSorted(byName)) {
    out.line(1, 'Name:', metadata.name ?? '');
    describeScopes(out, 1, '* ', spec.scopes);
    out.line(1, 'Resource', 'Used', 'Hard');
    out.line(1, '--------', '---', '---');
    for (const [name, hard] of inOrder(status.hard)) out.line(1, name, status.used?.[name] ?? '0', hard);
  }
}

function byName(a: KubeObject, b: KubeObject): number {
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}

/** What the objects of a namespace may take each. */
export function describeLimits(out: Description, ranges: readonly KubeObject[]): void {
  out.line(0, '');
  if (ranges.length === 0) {
    out.line(0, 'No LimitRange resource.');
    return;
  }
  out.line(0, 'Resource Limits');
  describeColumns(out, ' ');
  for (const limit of (ranges as readonly LimitRange[]).flatMap(({ spec }) => spec.limits ?? []))
    describeLimit(out, limit, ' ');
}

/** A line for each resource, in alphabetical order: kubectl’s is that of a Go map, which is none. */
function describeLimit(out: Description, limit: Limit, indent: string): void {
  const { type, min, max, defaultRequest, maxLimitRequestRatio } = limit;
  const columns = [min, max, defaultRequest, limit.default, maxLimitRequestRatio];
  const resources = new Set(columns.flatMap(column => Object.keys(column ?? {})));
  for (const resource of [...resources].toSorted()) {
    out.line(0, `${indent}${type}`, resource, ...columns.map(column => column?.[resource] ?? '-'));
  }
}

function describeColumns(out: Description, indent: string): void {
  const titles = ['Type', 'Resource', 'Min', 'Max', 'Default Request', 'Default Limit'];
  const all = [...titles, 'Max Limit/Request Ratio'];
  out.line(0, `${indent}${all.join('\t')}`);
  out.line(0, `${indent}${all.map(text => '-'.repeat(text.length)).join('\t')}`);
}

function describeScopes(out: Description, level: number, mark: string, scopes: readonly string[] = []): void {
  if (scopes.length === 0) return;
  const sorted = scopes.toSorted();
  out.line(level, 'Scopes:', sorted.join(', '));
  for (const scope of sorted)
    if (scopeHelp[scope] !== undefined) out.line(level, `${mark}${scopeHelp[scope]}`);
}

export function describeLimitRange(out: Description, object: KubeObject): void {
  const { metadata, spec } = object as LimitRange;
  out.line(0, 'Name:', metadata.name ?? '');
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  describeColumns(out, '');
  for (const limit of spec.limits ?? []) describeLimit(out, limit, '');
}

export function describeQuota(out: Description, object: KubeObject): void {
  const { metadata, spec, status = {} } = object as Quota;
  out.line(0, 'Name:', metadata.name ?? '');
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  describeScopes(out, 0, ' * ', spec.scopes);
  out.line(0, 'Resource', 'Used', 'Hard');
  out.line(0, '--------', '----', '----');
  for (const [name, hard] of inOrder(status.hard)) out.line(0, name, status.used?.[name] ?? '0', hard);
}
