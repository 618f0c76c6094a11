import { type FieldError, invalidValue, type KubeObject, requiredValue } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { labelSelector } from '../checks.ts';
import { declared } from '../declared.ts';
import { filled } from '../filling.ts';
import type { Selector } from '../pod/shapes.ts';

interface PolicyRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Role {
  readonly rules?: readonly PolicyRule[] | null;
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly Selector[] };
}

function ruleErrors(rule: PolicyRule, namespaced: boolean, field: string): FieldError[] {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs: urls = [] } = rule;
  const errors = verbs.length === 0 ? declared([requiredValue(`${field}.verbs`)]) : [];
  if (urls.length > 0) {
    const at = `${field}.nonResourceURLs`;
    if (namespaced) errors.push(invalidValue(at, urls, 'namespaced rules cannot apply to non-resource URLs'));
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      const detail = 'rules cannot apply to both regular resources and non-resource URLs';
      errors.push(invalidValue(at, urls, detail));
    }
    return errors;
  }
  if (apiGroups.length === 0) {
    errors.push(requiredValue(`${field}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  if (resources.length === 0) {
    errors.push(requiredValue(`${field}.resources`, 'resource rules must supply at least one resource'));
  }
  return errors;
}

function rulesErrors(object: KubeObject, namespaced: boolean): FieldError[] {
  return ((object as Role).rules ?? []).flatMap((rule, index) =>
    ruleErrors(rule, namespaced, `rules[${index}]`),
  );
}

function aggregationErrors(object: KubeObject): FieldError[] {
  const { aggregationRule } = object as Role;
  if (aggregationRule === undefined) return [];
  const field = 'aggregationRule.clusterRoleSelectors';
  const { clusterRoleSelectors: selectors = [] } = aggregationRule;
  if (selectors.length === 0) {
    const detail = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
    return [requiredValue(field, detail)];
  }
  return selectors.flatMap((selector, index) => {
    const errors = labelSelector(selector, `${field}[${index}]`);
    if (errors.length === 0) return [];
    return [...errors, invalidValue(`${field}[${index}]`, null, 'invalid label selector.')];
  });
}

function rulesOfRole(errors: (object: KubeObject) => FieldError[]): Rules {
  return {
    complete: object => filled<KubeObject>(object, { rules: null }),
    validateCreate: errors,
    validateUpdate: errors,
  };
}

/** Rules of Role. */
export const roles: Rules = rulesOfRole(object => rulesErrors(object, true));

/** Rules of ClusterRole. */
export const clusterroles: Rules = rulesOfRole(object => [
  ...rulesErrors(object, false),
  ...aggregationErrors(object),
]);
