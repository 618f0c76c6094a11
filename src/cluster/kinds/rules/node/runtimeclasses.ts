import type { FieldError, KubeObject } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { dnsLabel, required, unchangedField } from '../checks.ts';
import { declared } from '../declared.ts';

/** Rules of RuntimeClass, whose handler stays. */
export const runtimeclasses: Rules = {
  validateCreate: handlerErrors,
  validateUpdate: (object, old) => unchangedField(object['handler'], old['handler'], 'handler'),
};

function handlerErrors(object: KubeObject): FieldError[] {
  const handler = object['handler'] as string | undefined;
  if (handler === undefined || handler === '') return declared(required(handler, 'handler'));
  return declared(dnsLabel(handler, 'handler'));
}
