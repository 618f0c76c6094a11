import type { KubeObject } from '../meta/index.ts';
import { columnsOf } from './columns/index.ts';
import { type AskConversion, established, kindsOf, printedColumns } from './custom/index.ts';
import type { Kind } from './kind.ts';
import { profileDefinition } from './profile/definition.ts';
import { definitions, type KindParts } from './registry/builtin.ts';
import { rulesOf } from './rules/index.ts';

/** Groups in which users write names of fields in other letter cases. */
const lenientGroups: readonly string[] = ['serving.kserve.io'];

/** Kinds that are always there and are written down as definitions. */
function defined(): readonly Kind[] {
  return kindsOf(profileDefinition, { definitions, lenientGroups }).map(kind => ({
    ...kind,
    rules: rulesOf(kind.resource),
  }));
}

/** Rules and columns of the built-in kinds. */
export const kindParts: KindParts = { rulesOf, columnsOf, printed: printedColumns, defined };

/** What becomes of CustomResourceDefinitions. */
export const definitionRules = {
  kindsOf: (definition: KubeObject, ask?: AskConversion): readonly Kind[] =>
    kindsOf(definition, { definitions, lenientGroups, ask }),
  established,
};
