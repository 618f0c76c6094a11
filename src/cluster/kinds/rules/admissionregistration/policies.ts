import {
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  label1035Faults,
  requiredValue,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { among, labelSelector, required } from '../checks.ts';
import { filled, mapped, mappedEach, specOf, withSpec } from '../filling.ts';
import type { Selector } from '../pod/shapes.ts';
import { updates, withStatus } from '../strategy.ts';
import {
  conditionErrors,
  expressionErrors,
  type Named,
  policyVariables,
  variableErrors,
} from './expressions.ts';
import { type HookRule, hookRuleErrors } from './hookrules.ts';

interface MatchResources {
  readonly matchPolicy?: string;
  readonly namespaceSelector?: Selector;
  readonly objectSelector?: Selector;
  readonly resourceRules?: readonly HookRule[];
  readonly excludeResourceRules?: readonly HookRule[];
}

interface Validation {
  readonly expression?: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
}

interface Mutation {
  readonly patchType?: string;
  readonly applyConfiguration?: { readonly expression?: string };
  readonly jsonPatch?: { readonly expression?: string };
}

interface PolicySpec {
  readonly failurePolicy?: string;
  readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string };
  readonly matchConstraints?: MatchResources;
  readonly matchConditions?: readonly Named[];
  readonly variables?: readonly Named[];
  readonly validations?: readonly Validation[];
  readonly auditAnnotations?: readonly { readonly key?: string; readonly valueExpression?: string }[];
  readonly mutations?: readonly Mutation[];
  readonly reinvocationPolicy?: string;
}

interface BindingSpec {
  readonly policyName?: string;
  readonly matchResources?: MatchResources;
  readonly validationActions?: readonly string[];
  readonly paramRef?: {
    readonly name?: string;
    readonly selector?: Selector;
    readonly parameterNotFoundAction?: string;
  };
}

const failurePolicies = ['Fail', 'Ignore'];
const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized'];
const actions = ['Audit', 'Deny', 'Warn'];

/** Rules of ValidatingAdmissionPolicy. */
export const validatingadmissionpolicies: Rules = {
  complete: completedPolicy,
  ...withStatus({}),
  validateCreate: object => [...policyErrors(object), ...validationErrors(object)],
  ...updates(object => [...policyErrors(object), ...validationErrors(object)]),
};

/** Rules of MutatingAdmissionPolicy. */
export const mutatingadmissionpolicies: Rules = {
  complete: completedPolicy,
  validateCreate: object => [...policyErrors(object), ...mutationErrors(object)],
  validateUpdate: object => [...policyErrors(object), ...mutationErrors(object)],
};

const bindings: Rules = {
  complete: object =>
    withSpec<BindingSpec>(object, spec => mapped(spec, 'matchResources', completedResources)),
};

/** Rules of ValidatingAdmissionPolicyBinding. */
export const validatingadmissionpolicybindings: Rules = {
  ...bindings,
  validateCreate: object => [...bindingErrors(object), ...actionErrors(object)],
  validateUpdate: object => [...bindingErrors(object), ...actionErrors(object)],
};

/** Rules of MutatingAdmissionPolicyBinding. */
export const mutatingadmissionpolicybindings: Rules = {
  ...bindings,
  validateCreate: bindingErrors,
  validateUpdate: bindingErrors,
};

function completedPolicy(object: KubeObject): KubeObject {
  return withSpec<PolicySpec>(object, spec =>
    mapped(filled(spec, { failurePolicy: 'Fail' }), 'matchConstraints', completedResources),
  );
}

function completedResources(resources: MatchResources): MatchResources {
  const next = filled(resources, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} });
  const scoped = (rule: HookRule): HookRule => filled(rule, { scope: '*' });
  return mappedEach(mappedEach(next, 'resourceRules', scoped), 'excludeResourceRules', scoped);
}

function policyErrors(object: KubeObject): FieldError[] {
  const spec = specOf<PolicySpec>(object);
  const { matchConstraints: constraints } = spec;
  const field = 'spec.matchConstraints';
  return [
    ...among(spec.failurePolicy, failurePolicies, 'spec.failurePolicy'),
    ...paramKindErrors(spec.paramKind),
    ...(constraints === undefined ? [requiredValue(field)] : resourcesErrors(constraints, field)),
    ...(constraints !== undefined && (constraints.resourceRules ?? []).length === 0
      ? [requiredValue(`${field}.resourceRules`)]
      : []),
    ...conditionErrors(spec.matchConditions, policyVariables, 'spec.matchConditions'),
    ...variableErrors(spec.variables, 'spec.variables'),
  ];
}

function paramKindErrors(kind: PolicySpec['paramKind']): FieldError[] {
  if (kind === undefined) return [];
  const { apiVersion = '', kind: name = '' } = kind;
  const faults = name === '' ? [] : label1035Faults(name.toLowerCase());
  const detail = `may have mixed case, but should otherwise match: ${faults.join(',')}`;
  return [
    ...required(apiVersion, 'spec.paramKind.apiVersion'),
    ...required(name, 'spec.paramKind.kind'),
    ...(faults.length > 0 ? [invalidValue('spec.paramKind.kind', name, detail)] : []),
  ];
}

function resourcesErrors(resources: MatchResources, field: string): FieldError[] {
  const rules = (name: 'resourceRules' | 'excludeResourceRules'): FieldError[] =>
    (resources[name] ?? []).flatMap((rule, index) => hookRuleErrors(rule, `${field}.${name}[${index}]`));
  return [
    ...among(resources.matchPolicy, ['Equivalent', 'Exact'], `${field}.matchPolicy`),
    ...labelSelector(resources.namespaceSelector, `${field}.namespaceSelector`),
    ...labelSelector(resources.objectSelector, `${field}.objectSelector`),
    ...rules('resourceRules'),
    ...rules('excludeResourceRules'),
  ];
}

function validationErrors(object: KubeObject): FieldError[] {
  const { validations = [], auditAnnotations = [] } = specOf<PolicySpec>(object);
  const detail = 'validations or auditAnnotations must contain at least one item';
  if (validations.length + auditAnnotations.length === 0) {
    return ['spec.validations', 'spec.auditAnnotations'].map(field => requiredValue(field, detail));
  }
  return [
    ...validations.flatMap((one, index) => oneErrors(one, `spec.validations[${index}]`)),
    ...auditAnnotations.flatMap(({ key, valueExpression }, index) => {
      const field = `spec.auditAnnotations[${index}]`;
      const errors = expressionErrors(valueExpression, policyVariables, 'any', `${field}.valueExpression`);
      return [...required(key, `${field}.key`), ...errors];
    }),
  ];
}

function oneErrors(validation: Validation, field: string): FieldError[] {
  const { expression, message = '', messageExpression, reason } = validation;
  const wrong = (detail: string): FieldError[] => [invalidValue(`${field}.message`, message, detail)];
  return [
    ...expressionErrors(expression, policyVariables, 'bool', `${field}.expression`),
    ...(messageExpression === undefined
      ? []
      : expressionErrors(messageExpression, policyVariables, 'string', `${field}.messageExpression`)),
    ...(message !== '' && message.trim() === '' ? wrong('must be non-empty if specified') : []),
    ...(message.trim().includes('\n') ? wrong('must not contain line breaks') : []),
    ...(reason === undefined || reasons.includes(reason)
      ? []
      : [unsupportedValue(`${field}.reason`, reason, reasons)]),
  ];
}

function mutationErrors(object: KubeObject): FieldError[] {
  const { mutations = [], reinvocationPolicy } = specOf<PolicySpec>(object);
  const field = 'spec.mutations';
  return [
    ...(mutations.length === 0 ? [requiredValue(field, 'mutations must contain at least one item')] : []),
    ...mutations.flatMap((one, index) => mutationFaults(one, `${field}[${index}]`)),
    ...(reinvocationPolicy === undefined
      ? [requiredValue('spec.reinvocationPolicy')]
      : among(reinvocationPolicy, ['IfNeeded', 'Never'], 'spec.reinvocationPolicy')),
  ];
}

const parts = { ApplyConfiguration: 'applyConfiguration', JSONPatch: 'jsonPatch' } as const;

function mutationFaults(mutation: Mutation, field: string): FieldError[] {
  const { patchType = '' } = mutation;
  if (patchType !== 'ApplyConfiguration' && patchType !== 'JSONPatch') {
    return patchType === ''
      ? [requiredValue(`${field}.patchType`)]
      : [unsupportedValue(`${field}.patchType`, patchType, Object.keys(parts))];
  }
  const own = parts[patchType];
  const other = own === 'jsonPatch' ? 'applyConfiguration' : 'jsonPatch';
  const part = mutation[own];
  return [
    ...(part === undefined
      ? [requiredValue(`${field}.${own}`, `must be specified when patchType is ${patchType}`)]
      : expressionErrors(part.expression, policyVariables, 'any', `${field}.${own}.expression`)),
    ...(mutation[other] === undefined
      ? []
      : [forbiddenField(`${field}.${other}`, `must not be set when patchType is ${patchType}`)]),
  ];
}

function bindingErrors(object: KubeObject): FieldError[] {
  const { policyName, matchResources, paramRef } = specOf<BindingSpec>(object);
  return [
    ...required(policyName, 'spec.policyName'),
    ...paramRefErrors(paramRef, 'spec.paramRef'),
    ...(matchResources === undefined ? [] : resourcesErrors(matchResources, 'spec.matchResources')),
  ];
}

function paramRefErrors(paramRef: BindingSpec['paramRef'], field: string): FieldError[] {
  if (paramRef === undefined) return [];
  const { name = '', selector, parameterNotFoundAction: action = '' } = paramRef;
  const both = name !== '' && selector !== undefined;
  const neither = name === '' && selector === undefined;
  const at = `${field}.parameterNotFoundAction`;
  return [
    ...(both ? [forbiddenField(`${field}.name`, 'name and selector are mutually exclusive')] : []),
    ...labelSelector(selector, `${field}.selector`),
    ...(neither ? [requiredValue(field, 'one of name or selector must be specified')] : []),
    ...(action === '' ? [requiredValue(at)] : among(action, ['Deny', 'Allow'], at)),
  ];
}

function actionErrors(object: KubeObject): FieldError[] {
  const { validationActions: chosen = [] } = specOf<BindingSpec>(object);
  const field = 'spec.validationActions';
  if (chosen.length === 0) return [requiredValue(field)];
  const detail =
    'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
  return [
    ...chosen.flatMap((one, index) => among(one, actions, `${field}[${index}]`)),
    ...(chosen.includes('Deny') && chosen.includes('Warn') ? [invalidValue(field, chosen, detail)] : []),
  ];
}
