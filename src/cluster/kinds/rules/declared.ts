import type { FieldError } from '../../meta/index.ts';
import type { Rules } from '../kind.ts';

const declaredErrors = new WeakSet<FieldError>();

/** Errors of rules that Kubernetes declares at its types instead of writing them out; they come after all others. */
export function declared(errors: readonly FieldError[]): FieldError[] {
  for (const error of errors) declaredErrors.add(error);
  return [...errors];
}

function inOrder(errors: readonly FieldError[]): readonly FieldError[] {
  const last = errors.filter(error => declaredErrors.has(error));
  return last.length === 0 ? errors : [...errors.filter(error => !declaredErrors.has(error)), ...last];
}

/** Rules whose errors come in the order of Kubernetes. */
export function withDeclaredLast(rules: Rules): Rules {
  return {
    ...rules,
    ...(rules.validateCreate !== undefined && {
      validateCreate: (object, context) => inOrder(rules.validateCreate?.(object, context) ?? []),
    }),
    ...(rules.validateUpdate !== undefined && {
      validateUpdate: (object, old, context) => inOrder(rules.validateUpdate?.(object, old, context) ?? []),
    }),
  };
}
