import {
  duplicateValue,
  type FieldError,
  invalidValue,
  qualifiedNameFaults,
  requiredValue,
  tooMany,
} from '../../../meta/index.ts';
import { expressionOf } from '../../../schema/index.ts';
import { faulty } from '../checks.ts';

/** An expression with a name: a condition, or a variable. */
export interface Named {
  readonly name?: string;
  readonly expression?: string;
}

const mostConditions = 64;

/** What conditions of webhooks may name. */
export const hookVariables = ['object', 'oldObject', 'request', 'authorizer'];
/** What expressions of policies may name. */
export const policyVariables = [...hookVariables, 'params', 'namespaceObject', 'variables'];

/** What is wrong with an expression: it is missing, or cannot be compiled. */
export function expressionErrors(
  expression: string | undefined,
  variables: readonly string[],
  wanted: 'bool' | 'string' | 'any',
  field: string,
): FieldError[] {
  if (expression === undefined || expression.trim() === '') {
    return [requiredValue(field, 'expression is not specified')];
  }
  const compiled = expressionOf(expression, variables, wanted);
  return 'fault' in compiled ? [invalidValue(field, expression, compiled.fault)] : [];
}

/** Rules of `matchConditions`: names that differ, and expressions that give yes or no. */
export function conditionErrors(
  conditions: readonly Named[] = [],
  variables: readonly string[],
  field: string,
): FieldError[] {
  if (conditions.length > mostConditions) return [tooMany(field, conditions.length, mostConditions)];
  const names = conditions.map(({ name = '' }) => name);
  return conditions.flatMap(({ expression }, index) => {
    const at = `${field}[${index}]`;
    const name = names[index] as string;
    return [
      ...expressionErrors(expression, variables, 'bool', `${at}.expression`),
      ...(name === ''
        ? [requiredValue(`${at}.name`)]
        : faulty(qualifiedNameFaults(name), `${at}.name`, name)),
      ...(name !== '' && names.indexOf(name) !== index ? [duplicateValue(`${at}.name`, name)] : []),
    ];
  });
}

/** Rules of `variables`: each may name those before it. */
export function variableErrors(variables: readonly Named[] = [], field: string): FieldError[] {
  return variables.flatMap(({ name = '', expression }, index) => {
    const at = `${field}[${index}]`;
    const word = /^[A-Za-z_]\w*$/.test(name);
    return [
      ...(name.trim() === ''
        ? [requiredValue(`${at}.name`, 'name is not specified')]
        : word
          ? []
          : [invalidValue(`${at}.name`, name, 'must be a valid CEL identifier')]),
      ...expressionErrors(expression, policyVariables, 'any', `${at}.expression`),
    ];
  });
}
