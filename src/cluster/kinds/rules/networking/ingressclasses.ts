import {
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  requiredValue,
  tooLong,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { among, required, unchanged } from '../checks.ts';
import { declared } from '../declared.ts';
import { filled, mapped, specOf, withSpec } from '../filling.ts';

interface ClassSpec {
  readonly controller?: string;
  readonly parameters?: {
    readonly kind?: string;
    readonly name?: string;
    readonly scope?: string;
    readonly namespace?: string;
  };
}

/** Rules of IngressClass. */
export const ingressclasses: Rules = {
  complete: object =>
    withSpec<ClassSpec>(object, spec => mapped(spec, 'parameters', one => filled(one, { scope: 'Cluster' }))),
  validateCreate: errorsOf,
  validateUpdate: (object, old) => [
    ...unchanged(specOf<ClassSpec>(object).controller, specOf<ClassSpec>(old).controller, 'spec.controller'),
    ...errorsOf(object),
  ],
};

function errorsOf(object: KubeObject): FieldError[] {
  const { controller = '', parameters } = specOf<ClassSpec>(object);
  const errors = controller.length > 250 ? [tooLong('spec.controller', 250)] : [];
  if (!/^[^/]+\/.+$/.test(controller)) {
    const detail = 'must be a domain-prefixed path (such as "acme.io/foo")';
    errors.push(
      controller === ''
        ? requiredValue('spec.controller')
        : invalidValue('spec.controller', controller, detail),
    );
  }
  if (parameters === undefined) return errors;
  const field = 'spec.parameters';
  errors.push(
    ...declared([
      ...required(parameters.kind, `${field}.kind`),
      ...required(parameters.name, `${field}.name`),
    ]),
  );
  errors.push(...among(parameters.scope, ['Cluster', 'Namespace'], `${field}.scope`));
  if (parameters.scope === 'Namespace') {
    const detail = "`parameters.scope` is set to 'Namespace'";
    if ((parameters.namespace ?? '') === '') errors.push(requiredValue(`${field}.namespace`, detail));
  } else if (parameters.namespace !== undefined) {
    errors.push(forbiddenField(`${field}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  }
  return errors;
}
