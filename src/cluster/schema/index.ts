export type { Definitions, Schema, TypedSchema, ValidationRule } from './schema.ts';
