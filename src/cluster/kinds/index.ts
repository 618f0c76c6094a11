export type {
  Column,
  GenerationRule,
  Kind,
  Kinds,
  NameRule,
  RuleContext,
  Rules,
  Subresource,
  Verb,
} from './kind.ts';
