import {
  type FieldError,
  invalidValue,
  type KubeObject,
  labelErrors,
  annotationErrors,
  requiredValue,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { dnsLabel, notMoreThan100Percent, notNegative, numberOrPercent, unchanged } from '../checks.ts';
import { claimSpecErrors } from '../core/claimspec.ts';
import { goValue } from '../difference/index.ts';
import { filled, filledZero, mappedEach, specOf, without } from '../filling.ts';
import { completeClaimSpec } from '../pod/defaults.ts';
import type { ClaimSpec, Template } from '../pod/shapes.ts';
import { alwaysRestartErrors, templateErrors } from '../pod/spec.ts';
import { updates, withStatus } from '../strategy.ts';
import { size } from './deployments.ts';
import {
  completed,
  countErrors,
  mismatchErrors,
  selectorErrors,
  templateWarnings,
  type WorkloadSpec,
} from './workload.ts';

interface ClaimObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: ClaimSpec;
  readonly status?: object;
}

interface StatefulSetSpec extends WorkloadSpec {
  readonly serviceName?: string;
  readonly podManagementPolicy?: string;
  readonly updateStrategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: number | string };
  };
  readonly volumeClaimTemplates?: readonly ClaimObject[];
  readonly persistentVolumeClaimRetentionPolicy?: {
    readonly whenDeleted?: string;
    readonly whenScaled?: string;
  };
  readonly ordinals?: { readonly start?: number };
}

const counts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'];

/** Rules of StatefulSet. */
export const statefulsets: Rules = {
  complete: object => completed<StatefulSetSpec>(object, completeSpec, { replicas: 0, availableReplicas: 0 }),
  ...withStatus({ replicas: 0, availableReplicas: 0 }),
  validateCreate: object => errorsOf(object),
  ...updates(updateErrors, object => countErrors(object, counts)),
  warnings: object => templateWarnings(specOf<StatefulSetSpec>(object)),
};

function completeSpec(spec: StatefulSetSpec): StatefulSetSpec {
  const given = spec.updateStrategy ?? {};
  const named =
    (given.type ?? '') === '' ? filled({ ...given, type: 'RollingUpdate' }, { rollingUpdate: {} }) : given;
  const rolling = named.type === 'RollingUpdate' ? named.rollingUpdate : undefined;
  const whole = rolling === undefined ? undefined : filled(rolling, { partition: 0, maxUnavailable: 1 });
  const strategy =
    whole === undefined || whole === named.rollingUpdate ? named : { ...named, rollingUpdate: whole };
  const retention = filledZero(spec.persistentVolumeClaimRetentionPolicy ?? {}, {
    whenDeleted: 'Retain',
    whenScaled: 'Retain',
  });
  let next = filledZero(spec, { podManagementPolicy: 'OrderedReady' });
  next = filled(next, { replicas: 1, revisionHistoryLimit: 10 });
  if (strategy !== spec.updateStrategy) next = { ...next, updateStrategy: strategy };
  if (retention !== spec.persistentVolumeClaimRetentionPolicy) {
    next = { ...next, persistentVolumeClaimRetentionPolicy: retention };
  }
  return mappedEach(next, 'volumeClaimTemplates', completeClaim);
}

function completeClaim(claim: ClaimObject): ClaimObject {
  const spec = completeClaimSpec(claim.spec ?? {});
  const next = filled(claim, {
    kind: 'PersistentVolumeClaim',
    apiVersion: 'v1',
    metadata: {},
    status: { phase: 'Pending' },
  });
  return spec === claim.spec ? next : { ...next, spec };
}

function errorsOf(object: KubeObject): FieldError[] {
  const spec = specOf<StatefulSetSpec>(object);
  const { serviceName = '', volumeClaimTemplates: claims = [] } = spec;
  return [
    ...policyErrors(spec),
    ...strategyErrors(spec, 'spec.updateStrategy'),
    ...retentionErrors(spec, 'spec.persistentVolumeClaimRetentionPolicy'),
    ...claims.flatMap((claim, index) =>
      claimSpecErrors(claim.spec ?? {}, `spec.volumeClaimTemplates[${index}].spec`),
    ),
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...notNegative(spec.ordinals?.start, 'spec.ordinals.start'),
    ...(serviceName === '' ? [] : dnsLabel(serviceName, 'spec.serviceName')),
    ...selectorErrors(spec, 'statefulset'),
    ...mismatchErrors(spec),
    ...wholeTemplateErrors(spec),
  ];
}

function policyErrors({ podManagementPolicy: policy = '' }: StatefulSetSpec): FieldError[] {
  const field = 'spec.podManagementPolicy';
  if (policy === '') return [requiredValue(field)];
  if (policy === 'OrderedReady' || policy === 'Parallel') return [];
  return [invalidValue(field, policy, "must be 'OrderedReady' or 'Parallel'")];
}

function strategyErrors({ updateStrategy: strategy = {} }: StatefulSetSpec, field: string): FieldError[] {
  const { type = '', rollingUpdate } = strategy;
  if (type === '') return [requiredValue(field)];
  if (type === 'OnDelete') {
    if (rollingUpdate === undefined) return [];
    const detail = "only allowed for updateStrategy 'RollingUpdate'";
    return [
      invalidValue(
        `${field}.rollingUpdate`,
        goValue('RollingUpdateStatefulSetStrategy', rollingUpdate),
        detail,
      ),
    ];
  }
  if (type !== 'RollingUpdate') {
    return [
      invalidValue(
        field,
        goValue('StatefulSetUpdateStrategy', strategy),
        "must be 'RollingUpdate' or 'OnDelete'",
      ),
    ];
  }
  const at = `${field}.rollingUpdate`;
  const errors = notNegative(rollingUpdate?.partition, `${at}.partition`);
  const away = rollingUpdate?.maxUnavailable;
  if (away === undefined) return errors;
  errors.push(...numberOrPercent(away, `${at}.maxUnavailable`));
  if (size(away) === 0) errors.push(invalidValue(`${at}.maxUnavailable`, away, 'cannot be 0'));
  return [...errors, ...notMoreThan100Percent(away, `${at}.maxUnavailable`)];
}

function retentionErrors(
  { persistentVolumeClaimRetentionPolicy: policy = {} }: StatefulSetSpec,
  field: string,
): FieldError[] {
  return (['whenDeleted', 'whenScaled'] as const).flatMap(name => {
    const value = policy[name] ?? '';
    if (value === 'Retain' || value === 'Delete') return [];
    return [unsupportedValue(`${field}.${name}`, value, ['Retain', 'Delete'])];
  });
}

/** The template with the claims as its volumes; its host names are the set's to give. */
function wholeTemplateErrors(spec: StatefulSetSpec): FieldError[] {
  const { template = {}, volumeClaimTemplates: claims = [] } = spec;
  const { hostname: _, subdomain: __, ...pod } = template.spec ?? {};
  const names = claims.map(claim => claim.metadata?.name ?? '');
  const volumes = [
    ...names.map(name => ({ name, persistentVolumeClaim: { claimName: name } })),
    ...(pod.volumes ?? []).filter(volume => !names.includes(volume.name ?? '')),
  ];
  const whole: Template = { ...template, spec: volumes.length === 0 ? pod : { ...pod, volumes } };
  return [
    ...templateErrors(whole, 'spec.template'),
    ...labelErrors(template.metadata?.labels, 'spec.template.labels'),
    ...annotationErrors(template.metadata?.annotations, 'spec.template.annotations'),
    ...alwaysRestartErrors(template.spec ?? {}, 'spec.template.spec', 'StatefulSet'),
  ];
}

const fixed = ['selector', 'volumeClaimTemplates', 'serviceName', 'podManagementPolicy'] as const;

function updateErrors(object: KubeObject, before: KubeObject): FieldError[] {
  const [spec, old] = [specOf<StatefulSetSpec>(object), specOf<StatefulSetSpec>(before)];
  return [...errorsOf(object), ...fixed.flatMap(field => fieldChange(spec, old, field))];
}

function fieldChange(
  spec: StatefulSetSpec,
  old: StatefulSetSpec,
  field: (typeof fixed)[number],
): FieldError[] {
  const errors = unchanged(spec[field], old[field], `spec.${field}`);
  if (field !== 'volumeClaimTemplates' || errors.length === 0) return errors;
  const claims = (spec.volumeClaimTemplates ?? []).map(claim => without(claim, 'kind', 'apiVersion'));
  return [invalidValue(`spec.${field}`, goValue('[]PersistentVolumeClaim', claims), 'field is immutable')];
}
