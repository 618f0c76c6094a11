import type { OperatorName } from '../../../plan/index.ts';
import type { KernelRow } from '../kernel.ts';

type Family = () => Promise<Readonly<Record<string, KernelRow>>>;

const rows: Family = async () => (await import('./rows.ts')).rowKernels;
const elementwise: Family = async () => (await import('./elementwise.ts')).elementwiseKernels;
const matern: Family = async () => (await import('./matern.ts')).maternKernels;
const linear: Family = async () => (await import('./linear.ts')).linearKernels;
const tables: Family = async () => (await import('./tables.ts')).tableKernels;
const kernels: Family = async () => (await import('./kernels.ts')).kernelKernels;
const pairs: Family = async () => (await import('./pairs.ts')).pairKernels;
const trees: Family = async () => (await import('./trees.ts')).treeKernels;
const votes: Family = async () => (await import('./votes.ts')).voteKernels;
const single: Family = async () => (await import('./single.ts')).singleKernels;
const codes: Family = async () => (await import('./codes.ts')).codeKernels;

const scaling: Family = async () => (await import('./scaling.ts')).scalingKernels;
const categories: Family = async () => (await import('./categories.ts')).categoryKernels;
const missing: Family = async () => (await import('./missing.ts')).missingKernels;

const terms: Family = async () => (await import('./terms.ts')).termKernels;
const digests: Family = async () => (await import('./digests.ts')).digestKernels;
const expansion: Family = async () => (await import('./expansion.ts')).expansionKernels;
const factors: Family = async () => (await import('./factors.ts')).factorKernels;
const angles: Family = async () => (await import('./angles.ts')).angleKernels;
const shrinkage: Family = async () => (await import('./shrinkage.ts')).shrinkageKernels;
const multiplicative: Family = async () => (await import('./multiplicative.ts')).multiplicativeKernels;
const pursuit: Family = async () => (await import('./pursuit.ts')).pursuitKernels;

const neighbours: Family = async () => (await import('./neighbours.ts')).neighbourKernels;

const embeddings: Family = async () => (await import('./embeddings.ts')).embeddingKernels;

/** Which file computes an operator; it is loaded when a plan has the operator. */
export const kernelFamilies: Readonly<Record<OperatorName, Family>> = {
  input: rows,
  eachRow: rows,
  clip: scaling,
  nonnegativeParts: factors,
  multiplicativeParts: multiplicative,
  topics: factors,
  matchingPursuit: pursuit,
  leastAngles: angles,
  lassoDescent: shrinkage,
  splines: expansion,
  products: expansion,
  convolve: expansion,
  quantiles: expansion,
  discretize: expansion,
  notBelow: scaling,
  unitRows: scaling,
  unitColumns: scaling,
  scaleColumns: scaling,
  step: scaling,
  power: scaling,
  encode: categories,
  encodeTexts: categories,
  labelSets: categories,
  digestTexts: digests,
  oneHot: categories,
  impute: missing,
  imputeTexts: missing,
  isMissing: missing,
  isMissingText: missing,
  choose: missing,
  imputeNearest: missing,
  finite: rows,
  columns: rows,
  concatenate: rows,
  concatenateSparse: rows,
  concatenateTexts: rows,
  inputTexts: rows,
  textColumns: rows,
  dense: rows,
  columnwise: rows,
  cast32: elementwise,
  map: elementwise,
  raise: elementwise,
  matern,
  twoSided: elementwise,
  softmax: elementwise,
  normalizeRows: elementwise,
  logNormalize: elementwise,
  affine: linear,
  kernel: kernels,
  gaussian: linear,
  affineSparse: linear,
  kernelSparse: kernels,
  mahalanobis: linear,
  constant: tables,
  within: tables,
  interpolate: tables,
  lookup: tables,
  pairDecisions: pairs,
  pairVotes: pairs,
  pairToRest: pairs,
  pairProbabilities: pairs,
  trees,
  treeLeaves: trees,
  treeContributions: trees,
  map32: single,
  softmax32: single,
  affine32: single,
  terms32: single,
  rise32: single,
  sortRows: single,
  nanWhere: single,
  codeNumbers: single,
  distances: neighbours,
  nearest: neighbours,
  distancesAt: neighbours,
  closeness: neighbours,
  sumVotes: neighbours,
  meanAt: neighbours,
  meanWithin: neighbours,
  logDensity: neighbours,
  outlierFactor: neighbours,
  countTerms: terms,
  hashTerms: terms,
  hashColumns: terms,
  logCounts: terms,
  barycentres: embeddings,
  shortestPaths: embeddings,
  shortestPathsWithin: embeddings,
  weightedSum: votes,
  product: votes,
  logMeanExp: votes,
  countVotes: votes,
  indicate: votes,
  decode: votes,
  centreRows: votes,
  productDistances: votes,
  weightedMedian: votes,
  argmax: codes,
  above: codes,
  stackCodes: codes,
};

/** Loads the kernels of the operators named. */
export async function loadKernels(
  names: ReadonlySet<OperatorName>,
): Promise<ReadonlyMap<OperatorName, KernelRow>> {
  const found = await Promise.all(
    [...names].map(async name => [name, (await kernelFamilies[name]())[name] as KernelRow] as const),
  );
  return new Map(found);
}
