import type { Column } from '../kind.ts';
import { age, integer, named, partOf, text, truth } from './cells.ts';

interface BudgetSpec {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
}

export const poddisruptionbudgets: readonly Column[] = [
  named(),
  text(
    'Min Available',
    'How many pods have to stay',
    object => `${partOf<BudgetSpec>(object, 'spec').minAvailable ?? 'N/A'}`,
  ),
  text(
    'Max Unavailable',
    'How many pods may be away',
    object => `${partOf<BudgetSpec>(object, 'spec').maxUnavailable ?? 'N/A'}`,
  ),
  integer(
    'Allowed Disruptions',
    'How many pods may go at the moment',
    object => partOf<{ disruptionsAllowed?: number }>(object, 'status').disruptionsAllowed ?? 0,
  ),
  age,
];

const defaultClass = 'storageclass.kubernetes.io/is-default-class';

export const storageclasses: readonly Column[] = [
  named(({ metadata }) => {
    const annotations = metadata.annotations ?? {};
    const standard =
      annotations[defaultClass] === 'true' ||
      annotations['storageclass.beta.kubernetes.io/is-default-class'] === 'true';
    return `${metadata.name ?? ''}${standard ? ' (default)' : ''}`;
  }),
  text('Provisioner', 'Who makes volumes', object => (object['provisioner'] as string | undefined) ?? ''),
  text(
    'ReclaimPolicy',
    'What becomes of volumes',
    object => (object['reclaimPolicy'] as string | undefined) ?? 'Delete',
  ),
  text(
    'VolumeBindingMode',
    'When volumes are made',
    object => (object['volumeBindingMode'] as string | undefined) ?? 'Immediate',
  ),
  text('AllowVolumeExpansion', 'Whether volumes can grow', object => object['allowVolumeExpansion'] === true),
  age,
];

export const leases: readonly Column[] = [
  named(),
  text(
    'Holder',
    'Who has it',
    object => partOf<{ holderIdentity?: string }>(object, 'spec').holderIdentity ?? '',
  ),
  age,
];

export const priorityclasses: readonly Column[] = [
  named(),
  integer('Value', 'The priority', object => (object['value'] as number | undefined) ?? 0),
  truth('Global-Default', 'Whether pods without a class have it', object => object['globalDefault'] === true),
  age,
  text(
    'PreemptionPolicy',
    'Whether pods of a lower priority make room',
    object => (object['preemptionPolicy'] as string | undefined) ?? '',
  ),
];

const webhooks: readonly Column[] = [
  named(),
  integer(
    'Webhooks',
    'How many webhooks it has',
    object => ((object['webhooks'] ?? []) as readonly object[]).length,
  ),
  age,
];

export const mutatingwebhookconfigurations = webhooks;
export const validatingwebhookconfigurations = webhooks;

interface PolicySpec {
  readonly validations?: readonly object[];
  readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string };
  readonly policyName?: string;
  readonly paramRef?: { readonly namespace?: string; readonly name?: string };
}

export const validatingadmissionpolicies: readonly Column[] = [
  named(),
  integer(
    'Validations',
    'How many rules it has',
    object => (partOf<PolicySpec>(object, 'spec').validations ?? []).length,
  ),
  text('ParamKind', 'The kind of its parameters', object => {
    const { paramKind } = partOf<PolicySpec>(object, 'spec');
    return paramKind === undefined ? '<unset>' : `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}`;
  }),
  age,
];

export const validatingadmissionpolicybindings: readonly Column[] = [
  named(),
  text('PolicyName', 'The policy', object => partOf<PolicySpec>(object, 'spec').policyName ?? ''),
  text('ParamRef', 'Its parameters', object => {
    const { name = '', namespace = '' } = partOf<PolicySpec>(object, 'spec').paramRef ?? {};
    return name === '' ? '<unset>' : `${namespace || '*'}/${name}`;
  }),
  age,
];
