import type { AdmissionRequest } from '../admission/index.ts';
import { messageOf } from './messages.ts';
import type { KubeObject } from '../meta/index.ts';
import { celValue, expressionOf, type Wanted } from '../schema/index.ts';
import { reviewRequest } from '../webhooks/index.ts';
import type { PolicySpec } from './configuration.ts';

/** What expressions of policies may name. */
export const names = [
  'object',
  'oldObject',
  'request',
  'params',
  'namespaceObject',
  'variables',
  'authorizer',
] as const;

/** What expressions are asked about: values as `celValue` gives them. */
export class Evaluation {
  readonly #values: Record<string, unknown>;

  /** @param authorizer What expressions ask who may do what. */
  constructor(
    request: AdmissionRequest,
    params: KubeObject | undefined,
    namespace: KubeObject | undefined,
    authorizer: unknown,
    uid: string,
  ) {
    const { object, oldObject, ...about } = reviewRequest(request, uid);
    this.#values = {
      object: celValue(object),
      oldObject: celValue(oldObject),
      request: celValue(about),
      params: celValue(params),
      namespaceObject: celValue(namespace),
      variables: {},
      authorizer,
    };
  }

  /** Gives the variables of a policy to what is asked later; each is worked out when it is first named, and fails as it did then. */
  define({ variables = [] }: PolicySpec): this {
    const made: Record<string, unknown> = {};
    for (const { name, expression } of variables) {
      let known: { readonly value: unknown } | { readonly failure: unknown } | undefined;
      const first = (): NonNullable<typeof known> => {
        try {
          return { value: this.ask(expression, 'any') };
        } catch (failure) {
          return { failure };
        }
      };
      Object.defineProperty(made, name, {
        enumerable: true,
        get: () => {
          known ??= first();
          if ('failure' in known) throw known.failure;
          return known.value;
        },
      });
    }
    this.#values['variables'] = made;
    return this;
  }

  /** @throws Error when the expression cannot be compiled, or fails. */
  ask(source: string, wanted: Wanted): unknown {
    const expression = expressionOf(source, names, wanted);
    if ('fault' in expression) throw new Error(expression.fault);
    return expression.ask(this.#values);
  }

  /**
   * Whether all conditions hold; one that does not decides before one that fails.
   * @throws Error of those that fail.
   */
  matches({ matchConditions = [] }: PolicySpec): boolean {
    const failures: string[] = [];
    for (const { name, expression } of matchConditions) {
      try {
        if (this.ask(expression, 'bool') !== true) return false;
      } catch (error) {
        failures.push(`${name}: ${messageOf(error)}`);
      }
    }
    if (failures.length > 0) throw new Error(`match conditions failed: ${failures.join(', ')}`);
    return true;
  }
}
