import { isDeepStrictEqual } from 'node:util';
import { rulesOf } from '../../../../src/cluster/kinds/index.ts';
import type { FieldError, KubeObject } from '../../../../src/cluster/meta/index.ts';
import type { Recorded } from './recorded.ts';

/** How rules answer to a recorded request, and how the real server did; both without what others add. */
export interface Outcome {
  readonly ours: unknown;
  readonly theirs: unknown;
}

interface Cause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export function replayed(one: Recorded): Outcome {
  const rules = rulesOf(one.resource);
  const { metadata = {} } = one.body as { metadata?: { uid?: string } };
  const uid = one.old === undefined ? (metadata.uid ?? said(one.body)) : undefined;
  const context = { now: 0, subresource: '' };
  const sent = placed(one, uid);
  const complete = (object: KubeObject) => rules.complete?.(object) ?? object;
  let object = complete(complete(sent));
  let errors: readonly FieldError[];
  if (one.old === undefined) {
    object = rules.prepareCreate?.(object, context) ?? object;
    errors = rules.validateCreate?.(object, context) ?? [];
  } else {
    const old = one.old as unknown as KubeObject;
    object = { ...object, ...(old['status'] !== undefined && { status: old['status'] }) };
    object = rules.prepareUpdate?.(object, old, context) ?? object;
    errors = rules.validateUpdate?.(object, old, context) ?? [];
  }
  const warnings = rules.warnings?.(object, one.old as KubeObject | undefined) ?? [];
  return { ours: ours(one, object, errors, warnings), theirs: theirs(one) };
}

/** The uid that an error tells of. */
function said(body: Record<string, unknown>): string {
  return /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(JSON.stringify(body))?.[0] ?? 'none';
}

/** The request as it is after decoding: in its namespace, with the uid that the server gave. */
function placed({ sent, body }: Recorded, uid: string | undefined): KubeObject {
  const object = sent as unknown as KubeObject;
  const { namespace } = (body['metadata'] ?? {}) as { namespace?: string };
  return {
    ...object,
    ...(object.kind === 'Pod' && { spec: { serviceAccountName: 'default', ...(object['spec'] as object) } }),
    metadata: {
      ...object.metadata,
      ...((namespace ?? (body['kind'] === 'Status' ? 'rules' : undefined)) !== undefined && {
        namespace: namespace ?? 'rules',
      }),
      ...(uid !== undefined && { uid }),
    },
  };
}

function ours(
  one: Recorded,
  object: KubeObject,
  errors: readonly FieldError[],
  warnings: readonly string[],
): unknown {
  if (errors.length > 0) {
    return { errors: once(errors.map(({ reason, body, field }) => ({ reason, message: body, field }))) };
  }
  return { object: plainOf(one, object), warnings };
}

function theirs(one: Recorded): unknown {
  const { body } = one;
  if (body['kind'] === 'Status') {
    const { causes = [] } = (body['details'] ?? {}) as { causes?: readonly Cause[] };
    return causes.length === 0 ? { message: body['message'] } : { errors: once(causes) };
  }
  return {
    object: plainOf(one, body),
    warnings: one.warnings.filter(text => !text.startsWith('v1 Endpoints is deprecated')),
  };
}

/** An error that is found twice is told once. */
function once(causes: readonly Cause[]): readonly Cause[] {
  return [...new Map(causes.map(cause => [`${cause.field}: ${cause.message}`, cause])).values()];
}

/** The fields of metadata that rules may change. */
const kept = ['labels', 'annotations', 'name'];
/** What admission adds to pods, and the server to services. */
const added = new Set([
  'taints',
  'nodeSelector',
  'tolerations',
  'priority',
  'preemptionPolicy',
  'serviceAccount',
  'serviceAccountName',
  'clusterIP',
  'clusterIPs',
  'ipFamilies',
  'ipFamilyPolicy',
  'storageClassName',
]);

const altered = new Set(['nodes', 'pods', 'persistentvolumeclaims', 'services']);

function plainOf(one: Recorded, object: Record<string, unknown>): unknown {
  const metadata = Object.entries(object['metadata'] ?? {}).filter(([field]) => kept.includes(field));
  const { resource } = one;
  const spec = object['spec'];
  const rest =
    altered.has(resource) && typeof spec === 'object'
      ? { spec: Object.fromEntries(Object.entries(spec as object).filter(([field]) => !added.has(field))) }
      : {};
  const { status, ...others } = object;
  const shown = one.old === undefined ? { status } : {};
  return withoutNothing({ ...others, ...shown, ...rest, metadata: Object.fromEntries(metadata) });
}

/** Without empty texts, lists and false, which one writes and the other leaves out. */
function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, one]) => [key, withoutNothing(one)] as const);
  return Object.fromEntries(entries.filter(([key, one]) => !passing.has(key) && !nothing(one)));
}

/** Times of now, and ports that the server gives. */
const passing = new Set(['lastPhaseTransitionTime', 'nodePort']);

function nothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false || value === 0) return true;
  return Array.isArray(value) && value.length === 0;
}

export function agree({ ours: left, theirs: right }: Outcome): boolean {
  return isDeepStrictEqual(left, right);
}
