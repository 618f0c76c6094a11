import { apiVersionOf, internalError, type KubeObject, parseApiVersion } from '../../meta/index.ts';
import { applyDefaults, prune, type TypedSchema } from '../../schema/index.ts';
import type { Converter } from '../kind.ts';

/**
 * Asks a webhook for objects, none of which are in it, in a version (`<group>/<version>`), in the same order.
 * @throws StatusError 500 when it has no fitting answer.
 */
export type AskConversion = (
  objects: readonly KubeObject[],
  apiVersion: string,
  signal?: AbortSignal,
) => Promise<readonly KubeObject[]>;

/**
 * Turns objects of a definition into any of its versions: they get the defaults of the version that they are in before the webhook
 * is asked, and lose what the wanted one does not know afterwards (apiextensions' `crdConversionRESTOptionsGetter`).
 * @param shapes By version, those that are not served among them.
 */
export function converterOf(
  group: string,
  shapes: ReadonlyMap<string, TypedSchema>,
  ask: AskConversion,
): Converter {
  const shapeIn = (apiVersion: string, way: 'from' | 'to'): TypedSchema => {
    const { version } = parseApiVersion(apiVersion);
    const shape = shapes.get(version);
    if (shape !== undefined && apiVersion === apiVersionOf({ group, version })) return shape;
    throw internalError(`request to convert CR ${way} an invalid group/version: ${apiVersion}`);
  };
  return {
    convert: async (objects, apiVersion, signal) => {
      const others = objects.filter(object => object.apiVersion !== apiVersion);
      if (others.length === 0) return objects;
      const shape = shapeIn(apiVersion, 'to');
      const whole = others.map(
        object => applyDefaults(object, shapeIn(object.apiVersion, 'from')) as KubeObject,
      );
      const answered = (await ask(whole, apiVersion, signal)).map(object => pruned(object, shape));
      let next = 0;
      return objects.map(object =>
        object.apiVersion === apiVersion ? object : (answered[next++] as KubeObject),
      );
    },
  };
}

function pruned(object: KubeObject, shape: TypedSchema): KubeObject {
  const { value, fault } = prune(object, shape);
  if (fault !== undefined) throw internalError(fault);
  return value as KubeObject;
}
