import { codeOperators } from './codes.ts';
import type { OperatorDefinition } from './definition.ts';
import { elementwiseOperators } from './elementwise.ts';
import { linearOperators } from './linear.ts';
import { pairOperators } from './pairs.ts';
import { rowOperators } from './rows.ts';
import { singleOperators } from './single.ts';
import { treeOperators } from './trees.ts';

const table = {
  ...rowOperators,
  ...elementwiseOperators,
  ...linearOperators,
  ...pairOperators,
  ...treeOperators,
  ...singleOperators,
  ...codeOperators,
};

export type OperatorName = keyof typeof table;

/** The vocabulary: every operator that a plan may hold. */
export const operators: Readonly<Record<OperatorName, OperatorDefinition>> = table;

export function isOperatorName(name: unknown): name is OperatorName {
  return typeof name === 'string' && Object.hasOwn(operators, name);
}

export {
  widestMatrix,
  type AttributeRule,
  type NodeFacts,
  type NodeType,
  type OperatorDefinition,
  type Shape,
} from './definition.ts';
export {
  deepestExplained,
  firstCategoryBit,
  highestKey,
  lowestKey,
  treeKey,
  treePolicies,
  zeroThreshold,
} from './trees.ts';
