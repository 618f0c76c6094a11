import type { Column } from '../kind.ts';
import type { Selector } from '../rules/pod/shapes.ts';
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
  readonly mutations?: readonly object[];
  readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string };
  readonly policyName?: string;
  readonly paramRef?: { readonly namespace?: string; readonly name?: string; readonly selector?: Selector };
}

/** The columns of policies, which have rules of one kind. */
function policies(rules: 'validations' | 'mutations', name: string, description: string): readonly Column[] {
  return [
    named(),
    integer(name, description, object => (partOf<PolicySpec>(object, 'spec')[rules] ?? []).length),
    paramKind,
    age,
  ];
}

const paramKind = text('ParamKind', 'The kind of its parameters', object => {
  const { paramKind: kind } = partOf<PolicySpec>(object, 'spec');
  return kind === undefined ? '<unset>' : `${kind.apiVersion ?? ''}/${kind.kind ?? ''}`;
});

export const validatingadmissionpolicies = policies('validations', 'Validations', 'How many rules it has');
export const mutatingadmissionpolicies = policies('mutations', 'Mutations', 'How many changes it makes');

const policyBindings: readonly Column[] = [
  named(),
  text('PolicyName', 'The policy', object => partOf<PolicySpec>(object, 'spec').policyName ?? ''),
  text('ParamRef', 'Its parameters', object => {
    const { name = '', namespace = '', selector } = partOf<PolicySpec>(object, 'spec').paramRef ?? {};
    if (name !== '') return `${namespace || '*'}/${name}`;
    return selector === undefined ? '<unset>' : goSelector(selector);
  }),
  age,
];

/** A selector as Go prints it. */
function goSelector({ matchLabels = {}, matchExpressions = [] }: Selector): string {
  const labels = Object.keys(matchLabels)
    .toSorted()
    .map(key => `${key}: ${matchLabels[key] ?? ''},`);
  const expressions = matchExpressions.map(
    ({ key = '', operator = '', values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  const [all, some] = [labels.join(''), expressions.join('')];
  return `&LabelSelector{MatchLabels:map[string]string{${all}},MatchExpressions:[]LabelSelectorRequirement{${some}},}`;
}

export const validatingadmissionpolicybindings = policyBindings;
export const mutatingadmissionpolicybindings = policyBindings;

export const runtimeclasses: readonly Column[] = [
  named(),
  text('Handler', 'How its pods are run', object => (object['handler'] as string | undefined) ?? ''),
  age,
];

interface Resource {
  readonly group?: string;
  readonly resource?: string;
}

interface Conditioned {
  readonly conditions?: readonly {
    readonly type?: string;
    readonly status?: string;
    readonly reason?: string;
  }[];
}

function resourceText({ group = '', resource = '' }: Resource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** What a migration says of itself by a condition that is true. */
const migrating: readonly string[] = ['Running', 'Failed', 'Succeeded'];

export const storageversionmigrations: readonly Column[] = [
  { ...named(), format: '' },
  text('Resource', 'What is written anew', object =>
    resourceText(partOf<{ resource?: Resource }>(object, 'spec').resource ?? {}),
  ),
  text('Status', 'How far it is', object => {
    const { conditions = [] } = partOf<Conditioned>(object, 'status');
    const met = conditions.findLast(({ type = '', status }) => status === 'True' && migrating.includes(type));
    return met?.type ?? 'Unknown';
  }),
];

interface Served {
  readonly service?: { readonly namespace?: string; readonly name?: string };
}

export const apiservices: readonly Column[] = [
  named(),
  text('Service', 'Who serves it', object => {
    const { service } = partOf<Served>(object, 'spec');
    return service === undefined ? 'Local' : `${service.namespace ?? ''}/${service.name ?? ''}`;
  }),
  text('Available', 'Whether it answers', object => {
    const { conditions = [] } = partOf<Conditioned>(object, 'status');
    const found = conditions.find(({ type }) => type === 'Available');
    if (found === undefined) return 'Unknown';
    const { status = '', reason = '' } = found;
    return status === 'True' || reason === '' ? status : `${status} (${reason})`;
  }),
  age,
];
