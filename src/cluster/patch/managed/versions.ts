import type { JsonObject } from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';

/** What the object is in another version of its kind. */
export interface Version {
  readonly shape: TypedSchema;
  convert(object: JsonObject): JsonObject;
}

/**
 * Gives the version that an entry of managedFields names; undefined when it is not served any more, by which its entry goes. Left
 * out, all versions have the shape of the one of the request.
 */
export type Versions = (apiVersion: string) => Version | undefined;
