import { duplicateValue, type FieldError, type KubeObject } from '../../../meta/index.ts';
import { required } from '../checks.ts';
import { statusOf } from '../filling.ts';

/** Rules of the conditions of both kinds: each has a type, and no type stands twice. */
export function conditionErrors(object: KubeObject): FieldError[] {
  const { conditions = [] } = statusOf<{ conditions?: readonly { type?: string }[] }>(object);
  const types = conditions.map(({ type = '' }) => type);
  return types.flatMap((type, index) => {
    const field = `status.conditions[${index}].type`;
    return [
      ...(types.indexOf(type) === index ? [] : [duplicateValue(field, type)]),
      ...required(type, field),
    ];
  });
}
