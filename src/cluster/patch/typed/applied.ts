import type { JsonObject, KubeObject } from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';
import { merged } from './merge.ts';
import { typeOf } from './shapes.ts';
import { faultText, typeFaults } from './validate.ts';

/**
 * An object with some fields merged into it as server-side apply merges them, whoever owns them: nothing goes.
 * @throws Error when the fields do not fit the shape.
 */
export function withApplied(live: KubeObject, fields: JsonObject, shape: TypedSchema): KubeObject {
  const type = typeOf(shape);
  const faults = typeFaults(type, fields, 'refused');
  if (faults.length > 0) throw new Error(faultText(faults));
  return merged(type, live as unknown as JsonObject, fields) as unknown as KubeObject;
}
