import { createHash } from 'node:crypto';
import type { Deployment, PodTemplate, ReplicaSet } from '../../../view/index.ts';

export const hashLabel = 'pod-template-hash';
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const maximumAnnotation = 'deployment.kubernetes.io/max-replicas';

/** Annotations that a ReplicaSet does not take over from its Deployment. */
const ownAnnotations = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maximumAnnotation,
  'deprecated.deployment.rollback.to',
]);

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A short name for a template: the same for equal templates, other on each collision. */
export function templateHash(template: PodTemplate, collisions: number): string {
  const digest = createHash('sha256')
    .update(canonical(withoutHash(template)))
    .update(`${collisions}`)
    .digest();
  return [...digest.subarray(0, 10)].map(byte => alphabet[byte % alphabet.length]).join('');
}

/** Whether two templates make the same pods, whatever hash label they carry. */
export function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  return canonical(withoutHash(a)) === canonical(withoutHash(b));
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([key, one]) => key !== 'creationTimestamp' && one !== undefined)
            .toSorted(([x], [y]) => (x < y ? -1 : 1)),
        )
      : inner,
  );
}

/** A whole number of 64 bits; 0 where somebody has written something else. */
export function revisionOf({ metadata }: ReplicaSet): bigint {
  return numberIn(metadata.annotations?.[revisionAnnotation]);
}

function numberIn(text = ''): bigint {
  const number = /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
  return BigInt.asIntN(64, number) === number ? number : 0n;
}

/** The older revision first. */
export function compareRevisions(a: ReplicaSet, b: ReplicaSet): number {
  const [left, right] = [revisionOf(a), revisionOf(b)];
  return left < right ? -1 : Number(left > right);
}

/** The revision after those of some sets. */
export function nextRevision(sets: readonly ReplicaSet[]): bigint {
  return sets.map(revisionOf).reduce((most, one) => (one > most ? one : most), 0n) + 1n;
}

/** The ReplicaSet of the template that a Deployment has now: the oldest, should there be several. */
export function newest(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  return sets
    .toSorted((a, b) => compareAge(a, b))
    .find(set => sameTemplate(set.spec.template, deployment.spec.template));
}

function compareAge(a: ReplicaSet, b: ReplicaSet): number {
  const left = `${a.metadata.creationTimestamp} ${a.metadata.name}`;
  const right = `${b.metadata.creationTimestamp} ${b.metadata.name}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Characters of a history at most; the oldest revisions are forgotten first. */
const longestHistory = 2000;

/**
 * Annotations of a ReplicaSet: those of its Deployment, its revision with the ones it had before, and, when it is new, the sizes:
 * later they say how large the Deployment was when the set was last scaled. Pure.
 */
export function annotationsFor(
  deployment: Deployment,
  set: ReplicaSet | undefined,
  revision: bigint,
  surge: number,
): Record<string, string> {
  const { annotations = {} } = deployment.metadata;
  const taken = Object.fromEntries(Object.entries(annotations).filter(([key]) => !ownAnnotations.has(key)));
  const old = set?.metadata.annotations ?? {};
  const before = old[revisionAnnotation];
  const raised = numberIn(before) < revision;
  return {
    ...old,
    ...taken,
    ...(raised && { [revisionAnnotation]: `${revision}` }),
    ...(raised && before !== undefined && { [historyAnnotation]: historyOf(old[historyAnnotation], before) }),
    ...(set === undefined && sizes(deployment, surge)),
  };
}

function historyOf(history: string | undefined, before: string): string {
  const revisions = [...(history === undefined || history === '' ? [] : history.split(',')), before];
  while (revisions.length > 1 && revisions.join(',').length > longestHistory) revisions.shift();
  return revisions.join(',');
}

/** How large a ReplicaSet's Deployment was when it was last scaled, for scaling in proportion. */
export function sizes(deployment: Deployment, surge: number): Record<string, string> {
  return {
    [desiredAnnotation]: `${deployment.spec.replicas ?? 1}`,
    [maximumAnnotation]: `${(deployment.spec.replicas ?? 1) + surge}`,
  };
}

export function maximumOf(set: ReplicaSet): number | undefined {
  return countIn(set, maximumAnnotation);
}

export function desiredOf(set: ReplicaSet): number | undefined {
  return countIn(set, desiredAnnotation);
}

/** A number that an annotation holds; undefined when somebody has written something else. */
function countIn({ metadata }: ReplicaSet, annotation: string): number | undefined {
  const text = metadata.annotations?.[annotation] ?? '';
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
