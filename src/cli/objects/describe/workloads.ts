import { type KubeObject, sameJson, type SelectorObject } from '../../../cluster/meta/index.ts';
import { type Beside, isControlledBy, needed, podCounts, wordsOf } from './beside.ts';
import { describeClaimTemplates } from './claims.ts';
import { describeAnnotations, describeLabels } from './metadata.ts';
import { describePodTemplate } from './podtemplate.ts';
import type { Condition, PodTemplate, Shaped } from './shapes.ts';
import { controllerOf, orNone, selectorText, timeText } from './words.ts';
import type { Description } from './writer.ts';

interface Workload {
  readonly replicas?: number;
  readonly selector?: SelectorObject;
  readonly template: PodTemplate;
}

interface DeploymentSpec extends Workload {
  readonly minReadySeconds?: number;
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: {
      readonly maxUnavailable?: number | string;
      readonly maxSurge?: number | string;
    };
  };
}

interface Counts {
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly conditions?: readonly Condition[];
}

export type ReplicaSet = Shaped<Workload, Counts>;

function describeName(out: Description, { metadata }: KubeObject, created: boolean): void {
  out.line(0, 'Name:', metadata.name ?? '');
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  if (created) out.line(0, 'CreationTimestamp:', timeText(metadata.creationTimestamp));
}

function describeTexts(out: Description, { metadata }: KubeObject): void {
  describeLabels(out, 'Labels', metadata.labels);
  describeAnnotations(out, 'Annotations', metadata.annotations);
}

function describeConditions(out: Description, conditions: readonly Condition[] = []): void {
  if (conditions.length === 0) return;
  out.write(0, 'Conditions:\n  Type\tStatus\tReason\n');
  out.line(1, '----', '------', '------');
  for (const { type, status, reason = '' } of conditions) out.line(1, `${type} `, status, reason);
}

export function describeDeployment(out: Description, object: KubeObject, { found }: Beside): void {
  const { spec, status = {} } = object as Shaped<DeploymentSpec, Counts>;
  describeName(out, object, true);
  describeTexts(out, object);
  out.line(0, 'Selector:', selectorText(spec.selector));
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status;
  const counts = `${spec.replicas ?? 0} desired | ${updatedReplicas} updated | ${replicas} total`;
  out.line(0, 'Replicas:', `${counts} | ${availableReplicas} available | ${unavailableReplicas} unavailable`);
  const { strategy = {}, minReadySeconds = 0 } = spec;
  out.line(0, 'StrategyType:', strategy.type ?? '');
  out.line(0, 'MinReadySeconds:', `${minReadySeconds}`);
  if (strategy.rollingUpdate !== undefined) {
    const { maxUnavailable, maxSurge } = strategy.rollingUpdate;
    out.line(0, 'RollingUpdateStrategy:', `${maxUnavailable} max unavailable, ${maxSurge} max surge`);
  }
  describePodTemplate(out, spec.template);
  describeConditions(out, status.conditions);
  const sets = (found['sets']?.items ?? []) as readonly ReplicaSet[];
  const { newest, older } = generations(
    spec.template,
    sets.filter(set => isControlledBy(set, object)),
  );
  if (newest.length === 0 && older.length === 0) return;
  out.line(0, 'OldReplicaSets:', setsText(older));
  out.line(0, 'NewReplicaSet:', setsText(newest));
}

/** The oldest set with the template of its deployment, and those with other ones. */
function generations(
  template: PodTemplate,
  sets: readonly ReplicaSet[],
): { newest: readonly ReplicaSet[]; older: readonly ReplicaSet[] } {
  const sorted = sets.toSorted((a, b) => (ageKey(a) < ageKey(b) ? -1 : 1));
  const newest = sorted.find(set => sameJson(withoutHash(set.spec.template), withoutHash(template)));
  return { newest: newest === undefined ? [] : [newest], older: sorted.filter(set => set !== newest) };
}

function ageKey({ metadata }: KubeObject): string {
  return `${metadata.creationTimestamp} ${metadata.name}`;
}

function withoutHash({ metadata = {}, ...rest }: PodTemplate): unknown {
  const { 'pod-template-hash': _, ...labels } = metadata.labels ?? {};
  const { creationTimestamp: __, ...about } = metadata as { creationTimestamp?: unknown };
  return { metadata: { ...about, labels }, ...rest };
}

function setsText(sets: readonly ReplicaSet[]): string {
  const texts = sets.map(
    ({ metadata, spec, status }) =>
      `${metadata.name} (${status?.replicas ?? 0}/${spec.replicas ?? 0} replicas created)`,
  );
  return orNone(texts.join(', '));
}

export function describeReplicaSet(out: Description, object: KubeObject, { found }: Beside): void {
  const { spec, status = {} } = object as ReplicaSet;
  describeName(out, object, false);
  out.line(0, 'Selector:', orNone(selectorText(spec.selector)));
  describeTexts(out, object);
  const controller = controllerOf(object);
  if (controller !== undefined) out.line(0, 'Controlled By:', controller);
  out.line(0, 'Replicas:', `${status.replicas ?? 0} current / ${spec.replicas ?? 0} desired`);
  const { items = [], failure } = found['pods'] ?? {};
  const counts =
    failure === undefined ? podCounts(object, items) : `error in fetching pods: ${wordsOf(failure)}`;
  out.line(0, 'Pods Status:', counts);
  describePodTemplate(out, spec.template);
  describeConditions(out, status.conditions);
}

interface StatefulSetSpec extends Workload {
  readonly serviceName?: string;
  readonly podManagementPolicy?: string;
  readonly updateStrategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: number | string };
  };
  readonly persistentVolumeClaimRetentionPolicy?: {
    readonly whenDeleted?: string;
    readonly whenScaled?: string;
  };
  readonly volumeClaimTemplates?: Parameters<typeof describeClaimTemplates>[1];
}

export function describeStatefulSet(out: Description, object: KubeObject, beside: Beside): void {
  const { spec, status = {} } = object as Shaped<StatefulSetSpec, Counts>;
  describeName(out, object, true);
  out.line(0, 'Selector:', selectorText(spec.selector));
  describeTexts(out, object);
  const { serviceName = '', podManagementPolicy = '', updateStrategy = {} } = spec;
  if (serviceName !== '') out.line(0, 'Service Name:', serviceName);
  if (podManagementPolicy !== '') out.line(0, 'Pod Management Policy:', podManagementPolicy);
  out.line(0, 'Replicas:', `${spec.replicas ?? 0} desired | ${status.replicas ?? 0} total`);
  out.line(0, 'Update Strategy:', updateStrategy.type ?? '');
  const { partition, maxUnavailable } = updateStrategy.rollingUpdate ?? {};
  if (partition !== undefined) {
    out.line(1, 'Partition:', `${partition}`);
    if (maxUnavailable !== undefined) out.line(1, 'MaxUnavailable:', `${maxUnavailable}`);
  }
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  if (retention !== undefined) {
    out.line(0, 'Persistent Volume Claim Retention Policy:');
    out.line(1, 'WhenDeleted:', retention.whenDeleted ?? '');
    out.line(1, 'WhenScaled:', retention.whenScaled ?? '');
  }
  out.line(0, 'Pods Status:', podCounts(object, needed(beside, 'pods')));
  describePodTemplate(out, spec.template);
  describeClaimTemplates(out, spec.volumeClaimTemplates);
}
