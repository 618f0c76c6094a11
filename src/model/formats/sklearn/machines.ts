import { checkedMatrix, checkedNumbers } from './checked.ts';
import type { Estimator } from './estimator.ts';
import type { Translation } from './family.ts';
import type { Features } from './features.ts';
import { isSparse, sparseColumns } from './sparse.ts';

/** A kernel function as the operator `kernel` has it. */
export interface KernelFunction {
  readonly function: string;
  readonly gamma: number;
  readonly coef0: number;
  readonly degree: number;
}

/** Sparse vectors of more cells than this are kept sparse for rows that are not: 8 MiB of zeros are no matter. */
const mostDense = 2 ** 20;

/**
 * A node of the kernel of each row with each of the estimator's vectors, which may be sparse in the file; rows may be
 * sparse only where vectors are.
 */
export function kernelOf(
  estimator: Estimator,
  x: Features,
  vectors: string,
  { function: name, gamma, coef0, degree }: KernelFunction,
  to: Translation,
): number {
  const { builder } = to;
  const attributes = { function: name, gamma, coef0, degree };
  const value = estimator.raw(vectors);
  if (!isSparse(value)) {
    const finite = checkedMatrix(estimator, x, to);
    return builder.add('kernel', [finite], attributes, { vectors: estimator.matrix(vectors) });
  }
  const rows = checkedNumbers(estimator, x, to);
  const columns = sparseColumns(value, `${estimator.place}: ${vectors}`);
  const [count, width] = columns.shape;
  if (builder.typeOf(rows).kind === 'matrix' && count * width <= mostDense)
    return builder.add('kernel', [rows], attributes, { vectors: estimator.matrix(vectors) });
  return builder.add(
    'kernelSparse',
    [rows],
    { ...attributes, vectors: count },
    { values: columns.values, rows: columns.rows, starts: columns.starts },
  );
}
