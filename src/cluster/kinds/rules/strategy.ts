import type { FieldError, KubeObject } from '../../meta/index.ts';
import type { RuleContext, Rules } from '../kind.ts';
import { without } from './filling.ts';
import { same } from './sameness.ts';

/**
 * What most kinds with a status share: a status cannot be created, the object and its status are changed apart. The pipeline itself
 * keeps the one while the other is written; here the status begins as Kubernetes begins it.
 */
export function withStatus(initial?: unknown): Pick<Rules, 'prepareCreate'> {
  return {
    prepareCreate: object => {
      const rest = without(object, 'status');
      return initial === undefined ? rest : { ...rest, status: initial };
    },
  };
}

/** Which writes rules are for. */
export function ofObject(context: RuleContext): boolean {
  return context.subresource === '';
}

/** The rules of updates of the object itself; those of its status are given apart. */
export function updates(
  object: (object: KubeObject, old: KubeObject) => readonly FieldError[],
  status: (object: KubeObject, old: KubeObject) => readonly FieldError[] = () => [],
): Pick<Rules, 'validateUpdate'> {
  return {
    validateUpdate: (next, old, context) =>
      context.subresource === 'status' ? status(next, old) : object(next, old),
  };
}

/** Whether a field of an object has changed in meaning. */
export function changed(object: KubeObject, old: KubeObject, field: string): boolean {
  return !same(object[field], old[field]);
}
