import { codeOperators } from './codes.ts';
import { categoryOperators } from './categories.ts';
import type { OperatorDefinition } from './definition.ts';
import { embeddingOperators } from './embeddings.ts';
import { elementwiseOperators } from './elementwise.ts';
import { kernelOperators } from './kernels.ts';
import { linearOperators } from './linear.ts';
import { expansionOperators } from './expansion.ts';
import { factorOperators } from './factors.ts';
import { missingOperators } from './missing.ts';
import { neighbourOperators } from './neighbours.ts';
import { pairOperators } from './pairs.ts';
import { rowOperators } from './rows.ts';
import { singleOperators } from './single.ts';
import { scalingOperators } from './scaling.ts';
import { tableOperators } from './tables.ts';
import { termOperators } from './terms.ts';
import { treeOperators } from './trees.ts';
import { voteOperators } from './votes.ts';

const table = {
  ...scalingOperators,
  ...categoryOperators,
  ...missingOperators,
  ...factorOperators,
  ...expansionOperators,
  ...rowOperators,
  ...elementwiseOperators,
  ...linearOperators,
  ...kernelOperators,
  ...tableOperators,
  ...pairOperators,
  ...treeOperators,
  ...singleOperators,
  ...codeOperators,
  ...termOperators,
  ...neighbourOperators,
  ...voteOperators,
  ...embeddingOperators,
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
export { smoothestMatern } from './elementwise.ts';
export { mostDescentSteps } from './factors.ts';
export { metricNames, type MetricName } from './neighbours.ts';
export { characterItems, tokenOps } from './terms.ts';
export {
  deepestExplained,
  firstCategoryBit,
  highestKey,
  lowestKey,
  treeKey,
  treePolicies,
  zeroThreshold,
} from './trees.ts';
