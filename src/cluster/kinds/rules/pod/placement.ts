import {
  duplicateValue,
  type FieldError,
  forbiddenField,
  invalidValue,
  labelFaults,
  labelValueFaults,
  requiredValue,
  subdomainFaults,
  unsupportedValue,
} from '../../../meta/index.ts';
import { among, faulty, labelSelector, positive, qualifiedName } from '../checks.ts';
import type {
  Affinity,
  NodeSelector,
  NodeTerm,
  PodAffinity,
  PodAffinityTerm,
  Selector,
  SelectorRequirement,
  SpreadConstraint,
  Toleration,
} from './shapes.ts';

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Rules of where a pod may run. */
export function affinityErrors(affinity: Affinity | undefined, field: string): FieldError[] {
  if (affinity === undefined) return [];
  const { nodeAffinity: nodes, podAffinity, podAntiAffinity } = affinity;
  const errors: FieldError[] = [];
  if (nodes !== undefined) {
    const at = `${field}.nodeAffinity`;
    if (nodes[required] !== undefined)
      errors.push(...nodeSelectorErrors(nodes[required], `${at}.${required}`));
    for (const [index, term] of (nodes[preferred] ?? []).entries()) {
      const place = `${at}.${preferred}[${index}]`;
      errors.push(...weightErrors(term.weight, place));
      errors.push(...nodeTermErrors(term.preference ?? {}, `${place}.preference`, false));
    }
  }
  if (podAffinity !== undefined) errors.push(...podAffinityErrors(podAffinity, `${field}.podAffinity`));
  if (podAntiAffinity !== undefined) {
    errors.push(...podAffinityErrors(podAntiAffinity, `${field}.podAntiAffinity`));
  }
  return errors;
}

function weightErrors(weight: number | undefined, field: string): FieldError[] {
  const value = weight ?? 0;
  if (value > 0 && value <= 100) return [];
  return [invalidValue(`${field}.weight`, value, 'must be in the range 1-100')];
}

/** Rules of a node selector, of pods and of volumes. */
export function nodeSelectorErrors({ nodeSelectorTerms = [] }: NodeSelector, field: string): FieldError[] {
  const at = `${field}.nodeSelectorTerms`;
  if (nodeSelectorTerms.length === 0) return [requiredValue(at, 'must have at least one node selector term')];
  return nodeSelectorTerms.flatMap((term, index) => nodeTermErrors(term, `${at}[${index}]`, true));
}

function nodeTermErrors(term: NodeTerm, field: string, values: boolean): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((one, index) =>
      nodeRequirementErrors(one, `${field}.matchExpressions[${index}]`, values),
    ),
    ...(term.matchFields ?? []).flatMap((one, index) =>
      nodeFieldErrors(one, `${field}.matchFields[${index}]`),
    ),
  ];
}

function nodeRequirementErrors(one: SelectorRequirement, field: string, checkValues: boolean): FieldError[] {
  const { key = '', operator = '', values = [] } = one;
  const at = `${field}.values`;
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(requiredValue(at, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    if (values.length > 0) errors.push(forbiddenField(at, detail));
  } else if (operator === 'Gt' || operator === 'Lt') {
    const detail = "must be specified single value when `operator` is 'Lt' or 'Gt'";
    if (values.length !== 1) errors.push(requiredValue(at, detail));
  } else errors.push(invalidValue(`${field}.operator`, operator, 'not a valid selector operator'));
  errors.push(...qualifiedName(key, `${field}.key`));
  if (!checkValues) return errors;
  return [
    ...errors,
    ...values.flatMap((value, index) => faulty(labelValueFaults(value), `${at}[${index}]`, value)),
  ];
}

function nodeFieldErrors(
  { key = '', operator = '', values = [] }: SelectorRequirement,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalidValue(`${field}.operator`, operator, 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(requiredValue(`${field}.values`, detail));
  }
  if (key !== 'metadata.name') {
    return [...errors, invalidValue(`${field}.key`, key, 'not a valid field selector key')];
  }
  const names = values.flatMap((value, index) =>
    faulty(subdomainFaults(value), `${field}.values[${index}]`, value),
  );
  return [...errors, ...names];
}

function podAffinityErrors(affinity: PodAffinity, field: string): FieldError[] {
  return [
    ...(affinity[required] ?? []).flatMap((term, index) =>
      podTermErrors(term, `${field}.${required}[${index}]`),
    ),
    ...(affinity[preferred] ?? []).flatMap((weighted, index) => {
      const at = `${field}.${preferred}[${index}]`;
      return [
        ...weightErrors(weighted.weight, at),
        ...podTermErrors(weighted.podAffinityTerm ?? {}, `${at}.podAffinityTerm`),
      ];
    }),
  ];
}

function podTermErrors(term: PodAffinityTerm, field: string): FieldError[] {
  const { topologyKey = '', matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  return [
    ...labelSelector(term.labelSelector, `${field}.labelSelector`),
    ...labelSelector(term.namespaceSelector, `${field}.namespaceSelector`),
    ...(term.namespaces ?? []).flatMap(name => faulty(labelFaults(name), `${field}.namespace`, name)),
    ...labelKeyErrors(term.labelSelector, matchLabelKeys, mismatchLabelKeys, field),
    ...(topologyKey === '' ? [requiredValue(`${field}.topologyKey`, 'can not be empty')] : []),
    ...qualifiedName(topologyKey, `${field}.topologyKey`),
  ];
}

function labelKeyErrors(
  selector: Selector | undefined,
  matching: readonly string[],
  mismatching: readonly string[],
  field: string,
): FieldError[] {
  const listed = (keys: readonly string[], at: string): FieldError[] => {
    if (keys.length === 0) return [];
    if (selector === undefined) {
      return [forbiddenField(at, 'must not be specified when labelSelector is not set')];
    }
    return keys.flatMap((key, index) => qualifiedName(key, `${at}[${index}]`));
  };
  const both = matching.flatMap((key, index) =>
    mismatching.includes(key)
      ? [
          invalidValue(
            `${field}.matchLabelKeys[${index}]`,
            key,
            'exists in both matchLabelKeys and mismatchLabelKeys',
          ),
        ]
      : [],
  );
  return [
    ...listed(matching, `${field}.matchLabelKeys`),
    ...listed(mismatching, `${field}.mismatchLabelKeys`),
    ...both,
  ];
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Rules of tolerations. */
export function tolerationErrors(tolerations: readonly Toleration[], field: string): FieldError[] {
  return tolerations.flatMap((toleration, index) => {
    const at = `${field}[${index}]`;
    const { key = '', operator = '', effect = '', tolerationSeconds } = toleration;
    const errors = key === '' ? [] : qualifiedName(key, `${at}.key`);
    if (key === '' && operator !== 'Exists') {
      const detail =
        'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalidValue(`${at}.operator`, operator, detail));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalidValue(`${at}.effect`, effect, detail));
    }
    errors.push(...operatorErrors(toleration, `${at}.operator`));
    if (effect !== '') errors.push(...among(effect, effects, `${at}.effect`));
    return errors;
  });
}

function operatorErrors({ operator = '', value = '' }: Toleration, field: string): FieldError[] {
  if (operator === 'Exists') {
    if (value === '') return [];
    return [invalidValue(field, value, "value must be empty when `operator` is 'Exists'")];
  }
  if (operator === 'Equal' || operator === '') {
    const faults = labelValueFaults(value);
    return faults.length === 0 ? [] : [invalidValue(field, value, faults.join(';'))];
  }
  const known =
    operator === 'Lt' || operator === 'Gt' ? ['Equal', 'Exists', 'Lt', 'Gt'] : ['Equal', 'Exists'];
  return [unsupportedValue(field, operator, known)];
}

/** Rules of a taint's effect, which may not be empty. */
export function taintEffectErrors(effect: string | undefined, field: string): FieldError[] {
  if (effect === undefined || effect === '') return [requiredValue(field)];
  return among(effect, effects, field);
}

const nodePolicies = ['Honor', 'Ignore'];

/** Rules of how pods are spread. */
export function spreadErrors(constraints: readonly SpreadConstraint[], field: string): FieldError[] {
  return constraints.flatMap((constraint, index) => {
    const at = `${field}[${index}]`;
    const {
      topologyKey = '',
      whenUnsatisfiable = '',
      matchLabelKeys = [],
      labelSelector: selector,
    } = constraint;
    const errors = positive(constraint.maxSkew, `${at}.maxSkew`);
    if (topologyKey === '') errors.push(requiredValue(`${at}.topologyKey`, 'can not be empty'));
    errors.push(...among(whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway'], `${at}.whenUnsatisfiable`));
    const again = constraints
      .slice(index + 1)
      .some(other => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (again) {
      const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
      errors.push(duplicateValue(`${at}.{topologyKey, whenUnsatisfiable}`, pair));
    }
    errors.push(...minDomainErrors(constraint, `${at}.minDomains`));
    for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      if (constraint[name] !== undefined)
        errors.push(...among(constraint[name], nodePolicies, `${at}.${name}`));
    }
    errors.push(...labelKeyErrors(selector, matchLabelKeys, [], at));
    return [...errors, ...labelSelector(selector, `${at}.labelSelector`)];
  });
}

function minDomainErrors(
  { minDomains, whenUnsatisfiable = '' }: SpreadConstraint,
  field: string,
): FieldError[] {
  if (minDomains === undefined) return [];
  const errors = positive(minDomains, field);
  if (whenUnsatisfiable === 'DoNotSchedule') return errors;
  const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
  return [...errors, invalidValue(field, minDomains, detail)];
}
