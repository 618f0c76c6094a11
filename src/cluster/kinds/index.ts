export { columnsOf } from './columns/index.ts';
export {
  type AskConversion,
  compileJsonPath,
  type CustomOptions,
  established,
  isEstablished,
  kindsOf,
  printedColumns,
} from './custom/index.ts';
export { type Equivalents, equivalentsIn, inVersion } from './conversions/index.ts';
export { organizationsIn, rulesOf } from './rules/index.ts';
export type {
  Column,
  Converter,
  GenerationRule,
  Kind,
  Kinds,
  NameRule,
  RuleContext,
  Rules,
  Subresource,
  Verb,
} from './kind.ts';
export { definitions, definitionShape, type KindParts } from './registry/builtin.ts';
export { definitionRules, kindParts } from './parts.ts';
export { groupPriority } from './registry/order.ts';
export { type ChangingKinds, createKinds } from './registry/registry.ts';
export { messageName, messageTable } from './registry/messages.ts';
