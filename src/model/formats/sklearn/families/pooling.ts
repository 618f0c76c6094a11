import { checkedMatrix } from '../checked.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { describeCallable, poolOf, type Pool } from '../functions.ts';

/** The columns of each label, by rising label. */
function groupsOf(estimator: Estimator, width: number): readonly Int32Array[] {
  const labels = estimator.counts(estimator.fitted('labels_'));
  if (labels.length !== width) return estimator.malformed('labels_', `${width} labels`);
  const groups = new Map<number, number[]>();
  for (const [column, label] of labels.entries()) groups.set(label, [...(groups.get(label) ?? []), column]);
  return [...groups].sort(([one], [other]) => one - other).map(([, columns]) => Int32Array.from(columns));
}

/** The mean of each group of columns. */
function means(x: number, groups: readonly Int32Array[], { builder }: Translation): number {
  const { width } = builder.typeOf(x);
  const values = new Float64Array(groups.length * width);
  for (const [group, columns] of groups.entries())
    for (const column of columns) values[group * width + column] = 1;
  const weights = { values, shape: [groups.length, width] };
  const sums = builder.add('affine', [x], {}, { weights, bias: new Float64Array(groups.length) });
  const operand = Float64Array.from(groups, columns => columns.length);
  return builder.add('columnwise', [sums], { operation: 'divide', operandToo: false }, { operand });
}

/** Which of `count` sorted numbers a pool is the mean of. */
function middle(pool: Exclude<Pool, 'mean'>, count: number): readonly number[] {
  if (pool === 'max') return [count - 1];
  if (pool === 'min') return [0];
  const half = Math.floor(count / 2);
  return count % 2 === 1 ? [half] : [half - 1, half];
}

/** The largest, smallest or middle of each group of columns. */
function ranked(
  x: number,
  groups: readonly Int32Array[],
  pool: Exclude<Pool, 'mean'>,
  to: Translation,
): number {
  const { builder } = to;
  const parts = groups.map(columns => {
    const sorted = builder.add('sortRows', [builder.add('columns', [x], {}, { indices: columns })]);
    const places = middle(pool, columns.length);
    const picked = builder.add('columns', [sorted], {}, { indices: Int32Array.from(places) });
    return places.length === 1 ? picked : means(picked, [Int32Array.of(0, 1)], to);
  });
  return builder.add('concatenate', parts);
}

/** `sklearn.cluster.FeatureAgglomeration` */
function agglomeration(estimator: Estimator, x: Features, to: Translation): Methods {
  const raw = estimator.raw('pooling_func');
  const pool = poolOf(raw);
  if (pool === undefined)
    return estimator.unsupported(
      'pooling_func',
      `${describeCallable(raw)} is not run; mean, median, max and min of NumPy are known`,
    );
  const rows = checkedMatrix(estimator, x, to);
  const groups = groupsOf(estimator, x.width);
  const node = pool === 'mean' ? means(rows, groups, to) : ranked(rows, groups, pool, to);
  return { transform: featuresOf(to.builder, node) };
}

export const poolingFamily: Family = {
  'cluster.FeatureAgglomeration': {
    translate: agglomeration,
    features: estimator => (estimator.has('labels_') ? estimator.counts('labels_').length : undefined),
    facts: estimator =>
      estimator.has('labels_') ? { clusters: new Set(estimator.counts('labels_')).size } : {},
  },
};
