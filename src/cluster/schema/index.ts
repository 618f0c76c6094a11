export type { Definitions, Schema, TypedSchema, ValidationRule } from './schema.ts';
export { DecodeError, maxDepth, parseJson, type Parsed } from './text/json.ts';
export { parseYaml, stringifyYaml } from './text/yaml.ts';
export { decodeTyped, type Decoded } from './typed/index.ts';
export { knownCase, type Renamed } from './custom/case.ts';
export { applyDefaults } from './custom/defaults.ts';
export { prune } from './custom/prune.ts';
export { customShape } from './custom/shape.ts';
export { type CustomChecks, validateSchema } from './validate/index.ts';
export { followFieldPath, schemaErrors, unknownFormats } from './authoring/index.ts';
export { goNumber } from './validate/gonumbers.ts';
export {
  decodeMessage,
  openEnvelope,
  ProtobufError,
  type Messages,
} from './text/protobuf.ts';
