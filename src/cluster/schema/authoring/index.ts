import type { FieldError } from '../../meta/index.ts';
import type { Schema } from '../schema.ts';
import { isKnownFormat } from '../validate/formats.ts';
import { defaultErrors } from './defaults.ts';
import { openapiErrors } from './openapi.ts';
import { structuralErrors } from './structural.ts';

export { followFieldPath } from './fieldpath.ts';

/**
 * What is wrong with a schema that somebody writes for a custom kind, with the messages of apiextensions 1.37: that it is not
 * structural, or else its defaults, or else its rules; and keywords that are not allowed.
 * @param field Where the schema stands: `spec.versions[0].schema.openAPIV3Schema`.
 */
export function schemaErrors(schema: Schema, field: string): FieldError[] {
  const structural = structuralErrors(schema, field);
  const defaults = structural.length > 0 ? [] : defaultErrors(schema, field);
  return [
    ...structural,
    ...defaults,
    ...openapiErrors(schema, field, structural.length + defaults.length === 0),
  ];
}

/** Formats that nobody checks, in the order of the schema; the author is told of them. */
export function unknownFormats(schema: Schema): string[] {
  const { format, type, items, additionalProperties, properties = {} } = schema;
  const own = format === undefined || format === '' || isKnownFormat(format, type) ? [] : [format];
  const parts = [...Object.values(properties), items, additionalProperties];
  return [...own, ...parts.flatMap(part => (typeof part === 'object' ? unknownFormats(part) : []))];
}
