import type { Definitions, Schema, TypedSchema } from '../schema.ts';

const objectMeta = '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** What a root stands for: the schema as its author wrote it. */
const written = new WeakMap<Schema, Schema>();

/**
 * The shape of a custom kind as it is published: the author's schema with `apiVersion`, `kind` and `metadata` as every object has
 * them. What the author demands of metadata is kept for `validateSchema`.
 * @param schema `openAPIV3Schema` of a version.
 * @param definitions Must have `ObjectMeta` of `io.k8s.apimachinery.pkg.apis.meta.v1`.
 */
export function customShape(schema: Schema, definitions: Definitions): TypedSchema {
  const root: Schema = {
    ...schema,
    properties: {
      ...schema.properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { allOf: [{ $ref: objectMeta }] },
    },
  };
  written.set(root, schema);
  return { schema: root, definitions };
}

/** The schema that the author of a custom kind wrote; of any other shape its own. */
export function writtenSchema({ schema }: TypedSchema): Schema {
  return written.get(schema) ?? schema;
}

export const metaFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);
export const metaSchema: Schema = { $ref: objectMeta };
