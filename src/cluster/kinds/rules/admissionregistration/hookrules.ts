import { type FieldError, invalidValue, requiredValue } from '../../../meta/index.ts';
import { among } from '../checks.ts';

/** What a webhook is called for. */
export interface HookRule {
  readonly operations?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
  readonly scope?: string;
}

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const scopes = ['*', 'Cluster', 'Namespaced'];

export function hookRuleErrors(rule: HookRule, field: string): FieldError[] {
  const { apiVersions = [], scope } = rule;
  return [
    ...listErrors(rule.operations ?? [], 'operations', `${field}.operations`),
    ...(rule.operations ?? []).flatMap((one, index) =>
      among(one, operations, `${field}.operations[${index}]`),
    ),
    ...listErrors(rule.apiGroups ?? [], 'API groups', `${field}.apiGroups`),
    ...listErrors(apiVersions, 'API versions', `${field}.apiVersions`),
    ...apiVersions.flatMap((one, index) =>
      one === '' ? [requiredValue(`${field}.apiVersions[${index}]`)] : [],
    ),
    ...resourceErrors(rule.resources ?? [], `${field}.resources`),
    ...(scope === undefined ? [] : among(scope, scopes, `${field}.scope`)),
  ];
}

function listErrors(list: readonly string[], what: string, field: string): FieldError[] {
  if (list.length === 0) return [requiredValue(field)];
  if (list.length === 1 || !list.includes('*')) return [];
  return [invalidValue(field, list, `if '*' is present, must not specify other ${what}`)];
}

function resourceErrors(resources: readonly string[], field: string): FieldError[] {
  if (resources.length === 0) return [requiredValue(field)];
  const errors = resources.flatMap((one, index) => (one === '' ? [requiredValue(`${field}[${index}]`)] : []));
  if (resources.length > 1 && resources.includes('*/*')) {
    errors.push(invalidValue(field, resources, "if '*/*' is present, must not specify other resources"));
  }
  const plain = resources.findLast(one => !one.includes('/'));
  if (resources.includes('*') && plain !== undefined && plain !== '*') {
    const detail = "if '*' is present, must not specify other resources without subresources";
    errors.push(invalidValue(field, resources, detail));
  }
  return errors;
}
