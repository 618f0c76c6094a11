import { isDeepStrictEqual } from 'node:util';
import { isStatusError, type KubeObject, type StatusError } from '../../../../src/cluster/meta/index.ts';
import type { Step } from './corpus.ts';
import { type Outcome, outcomeOf, type Subject } from './replay.ts';

/** How this server's answer to a step differs from the recorded one; undefined when it does not. */
export function difference(subject: Subject, step: Step, live: KubeObject | undefined): string | undefined {
  const result = attempted(subject, step, live);
  if (isStatusError(result)) return failureDifference(result, step);
  if (step.code >= 300) return `succeeds, recorded: ${step.code} ${step.message}`;
  const recorded = step.object as unknown as KubeObject;
  const entries = recorded.metadata.managedFields ?? [];
  if (!isDeepStrictEqual(plain(result.managedFields), plain(entries))) {
    return `managedFields ${text(result.managedFields)}, recorded: ${text(entries)}`;
  }
  if (live === undefined) return undefined;
  const got = counted(result.object, step);
  const wanted = counted(recorded, step);
  return isDeepStrictEqual(got, wanted) ? undefined : `object ${text(got)}, recorded: ${text(wanted)}`;
}

function attempted(subject: Subject, step: Step, live: KubeObject | undefined): Outcome | StatusError {
  try {
    return outcomeOf(subject, step, live);
  } catch (error) {
    if (isStatusError(error)) return error;
    throw error;
  }
}

function failureDifference({ code, message, status }: StatusError, step: Step): string | undefined {
  if (code !== step.code || message !== step.message) {
    return `${code} ${message}, recorded: ${step.code} ${step.message ?? 'success'}`;
  }
  // The real server's order of causes changes from time to time when several managers are concerned.
  const got = sorted(status.details?.causes ?? []);
  const wanted = sorted((step.causes as object[] | undefined) ?? []);
  return isDeepStrictEqual(got, wanted) ? undefined : `causes ${text(got)}, recorded: ${text(wanted)}`;
}

function sorted(causes: readonly object[]): string[] {
  return causes
    .map(cause => JSON.stringify(Object.entries(cause).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .toSorted();
}

/** Values without the prototypes and absent keys of what was computed. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

/** Fields that the server keeps or fills in by rules of their kind, whatever a patch says. */
const byRules = [
  'externalTrafficPolicy',
  'clusterIP',
  'clusterIPs',
  'ipFamilies',
  'ipFamilyPolicy',
  'qosClass',
] as const;

/** The part of an object that a step may change. */
function counted(object: KubeObject, { subresource }: Step): unknown {
  const { metadata, status, spec, ...rest } = plain(object) as Record<string, Record<string, unknown>>;
  if (subresource === 'status') return { status: withoutRuled(status) };
  const {
    managedFields: _m,
    generation: _g,
    uid: _u,
    creationTimestamp: _c,
    namespace: _n,
    ...meta
  } = metadata as Record<string, unknown>;
  return { ...rest, metadata: meta, spec: withoutRuled(spec) };
}

function withoutRuled(fields: Readonly<Record<string, unknown>> | undefined): unknown {
  if (fields === undefined) return {};
  const left = Object.entries(fields).filter(([name]) => !byRules.some(one => one === name));
  return Object.fromEntries(left);
}
