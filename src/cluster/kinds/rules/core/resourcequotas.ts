import { type FieldError, invalidValue, type KubeObject, requiredValue } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { filled, mapped, specOf, statusOf, withSpec } from '../filling.ts';
import { roundedList } from '../pod/defaults.ts';
import { quotaResourceName, resourceAmount } from '../pod/resources.ts';
import type { ResourceList } from '../pod/shapes.ts';
import { same } from '../sameness.ts';
import { updates, withStatus } from '../strategy.ts';

interface ScopeRequirement {
  readonly scopeName?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

interface QuotaSpec {
  readonly hard?: ResourceList;
  readonly scopes?: readonly string[];
  readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
}

/** Rules of ResourceQuota. */
export const resourcequotas: Rules = {
  complete: object =>
    filled<KubeObject>(
      withSpec<QuotaSpec>(object, spec => mapped(spec, 'hard', roundedList)),
      { status: {} },
    ),
  ...withStatus({}),
  validateCreate: object => errorsOf(object),
  ...updates(updateErrors, statusErrors),
};

function listErrors(list: ResourceList | undefined, field: string): FieldError[] {
  return Object.entries(list ?? {}).flatMap(([name, amount]) => [
    ...quotaResourceName(name, `${field}[${name}]`),
    ...resourceAmount(name, amount, `${field}[${name}]`),
  ]);
}

function errorsOf(object: KubeObject): FieldError[] {
  const spec = specOf<QuotaSpec>(object);
  return [...listErrors(spec.hard, 'spec.hard'), ...scopeErrors(spec), ...selectorErrors(spec)];
}

const existing = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'CrossNamespacePodAffinity',
];
const scopes = [...existing, 'PriorityClass', 'VolumeAttributesClass'];
const conflicts = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

function conflictErrors(names: readonly string[], spec: QuotaSpec, field: string): FieldError[] {
  return conflicts.flatMap(pair =>
    pair.every(name => names.includes(name)) ? [invalidValue(field, spec.scopes, 'conflicting scopes')] : [],
  );
}

function scopeErrors(spec: QuotaSpec): FieldError[] {
  const { scopes: named = [] } = spec;
  const errors = named.flatMap(scope =>
    scopes.includes(scope) ? [] : [invalidValue('spec.scopes', named, 'unsupported scope')],
  );
  return [...errors, ...conflictErrors(named, spec, 'spec.scopes')];
}

function selectorErrors(spec: QuotaSpec): FieldError[] {
  const field = 'spec.scopeSelector.matchExpressions';
  const requirements = spec.scopeSelector?.matchExpressions ?? [];
  const errors = requirements.flatMap(one => requirementErrors(one, field));
  return [
    ...errors,
    ...conflictErrors(
      requirements.map(one => one.scopeName ?? ''),
      spec,
      field,
    ),
  ];
}

function requirementErrors(
  { scopeName = '', operator = '', values = [] }: ScopeRequirement,
  field: string,
): FieldError[] {
  const errors = scopes.includes(scopeName)
    ? []
    : [invalidValue(`${field}.scopeName`, scopeName, 'unsupported scope')];
  if (existing.includes(scopeName) && operator !== 'Exists') {
    const detail =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    errors.push(invalidValue(`${field}.operator`, operator, detail));
  }
  if (operator === 'In' || operator === 'NotIn') {
    const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    return values.length > 0 ? errors : [...errors, requiredValue(`${field}.values`, detail)];
  }
  if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    return values.length === 0 ? errors : [...errors, invalidValue(`${field}.values`, values, detail)];
  }
  return [...errors, invalidValue(`${field}.operator`, operator, 'not a valid selector operator')];
}

function updateErrors(object: KubeObject, old: KubeObject): FieldError[] {
  const errors = errorsOf(object);
  const { scopes: named = [] } = specOf<QuotaSpec>(object);
  const before = specOf<QuotaSpec>(old).scopes ?? [];
  if (same([...new Set(named)].toSorted(), [...new Set(before)].toSorted())) return errors;
  return [...errors, invalidValue('spec.scopes', named, 'field is immutable')];
}

function statusErrors(object: KubeObject): FieldError[] {
  const { hard, used } = statusOf<{ hard?: ResourceList; used?: ResourceList }>(object);
  return [...listErrors(hard, 'status.hard'), ...listErrors(used, 'status.used')];
}
