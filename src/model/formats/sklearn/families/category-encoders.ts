import { encodedColumns } from '../encoders/encode.ts';
import { hashedColumns } from '../encoders/hash.ts';
import { hashedLayout, layoutOf, namesOf, widthOf } from '../encoders/layout.ts';
import { Mappings } from '../encoders/mappings.ts';
import { lumped, type Coding } from '../encoders/coding.ts';
import {
  catBoostReader,
  codedReader,
  countReader,
  leaveOneOutReader,
  ordinalReader,
  rankHotReader,
  type Reader,
} from '../encoders/readers.ts';
import { quantileEncoders, summaryLayout, summaryReader } from '../encoders/summary.ts';
import { PyDict } from '../../pickle/index.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, FamilyRow } from '../family.ts';

/** Rare labels stand together since 2.11, whatever the encoder does with them. */
function grouped(
  estimator: Estimator,
  mappings: Mappings,
  codingOf: (column: string) => Coding | undefined,
): (column: string) => Coding | undefined {
  if (!estimator.has('min_group_lumping_')) return codingOf;
  const groups = mappings.byColumn('min_group_lumping_');
  return column => {
    const coding = codingOf(column);
    return coding && lumped(coding, mappings.pairs('min_group_lumping_', groups.get(column)));
  };
}

/** Until 2.5 a binary encoder holds the one that does its work. */
function workerOf(estimator: Estimator): Estimator {
  return estimator.part('base_n_encoder') ?? estimator;
}

function refuseJoined(estimator: Estimator): void {
  const members = estimator.raw('composite_members_');
  if (members instanceof PyDict && members.size > 0)
    estimator.unsupported('composite_cols', 'columns whose texts are joined are not computed');
}

/**
 * An encoder of `category_encoders`: some of the columns are replaced, the others passed on. What it gives is FP64.
 * @param contrasts whether it may begin with a column of ones
 */
function row(reader: Reader, contrasts = false): FamilyRow {
  return {
    translate(whole, x, to) {
      const estimator = workerOf(whole);
      const mappings = new Mappings(estimator);
      const layout = layoutOf(estimator, contrasts);
      refuseJoined(estimator);
      const codingOf = grouped(estimator, mappings, reader(estimator, mappings));
      return { transform: encodedColumns(estimator, layout, codingOf, x, to) };
    },
    features: estimator => widthOf(workerOf(estimator)),
    names: whole => {
      const estimator = workerOf(whole);
      // A file that lacks them is refused where it is translated.
      if (widthOf(estimator) === undefined) return undefined;
      return namesOf(layoutOf(estimator, contrasts));
    },
    facts: estimator => ({ encodes: columnsOf(workerOf(estimator)) }),
  };
}

function columnsOf(estimator: Estimator): number {
  return estimator.has('mapping') ? new Mappings(estimator).byColumn('mapping').size : 0;
}

const hashing: FamilyRow = {
  translate: (estimator, x, to) => ({ transform: hashedColumns(estimator, x, to) }),
  features: widthOf,
  names: estimator => (widthOf(estimator) === undefined ? undefined : namesOf(hashedLayout(estimator))),
  facts: estimator => ({ columns: estimator.count('n_components') }),
};

const summary: FamilyRow = {
  translate(estimator, x, to) {
    const encoders = quantileEncoders(estimator);
    const layout = summaryLayout(encoders);
    return { transform: encodedColumns(estimator, layout, summaryReader(encoders), x, to) };
  },
  features: estimator =>
    estimator.has('encoder_list') ? widthOf(quantileEncoders(estimator)[0]) : undefined,
  names: estimator =>
    estimator.has('encoder_list') ? namesOf(summaryLayout(quantileEncoders(estimator))) : undefined,
  facts: estimator => ({ quantiles: quantileEncoders(estimator).length }),
};

const contrast = row(codedReader, true);
const coded = row(codedReader);

export const categoryEncoderFamily: Family = {
  'category_encoders:ordinal.OrdinalEncoder': row(ordinalReader),
  'category_encoders:one_hot.OneHotEncoder': coded,
  'category_encoders:basen.BaseNEncoder': coded,
  'category_encoders:binary.BinaryEncoder': coded,
  'category_encoders:gray.GrayEncoder': coded,
  'category_encoders:backward_difference.BackwardDifferenceEncoder': contrast,
  'category_encoders:helmert.HelmertEncoder': contrast,
  'category_encoders:polynomial.PolynomialEncoder': contrast,
  'category_encoders:sum_coding.SumEncoder': contrast,
  'category_encoders:count.CountEncoder': row(countReader),
  'category_encoders:target_encoder.TargetEncoder': coded,
  'category_encoders:m_estimate.MEstimateEncoder': coded,
  'category_encoders:james_stein.JamesSteinEncoder': coded,
  'category_encoders:woe.WOEEncoder': coded,
  'category_encoders:quantile_encoder.QuantileEncoder': coded,
  'category_encoders:quantile_encoder.SummaryEncoder': summary,
  'category_encoders:count_target.CountTargetEncoder': coded,
  'category_encoders:rankhot.RankHotEncoder': row(rankHotReader),
  'category_encoders:glmm.GLMMEncoder': coded,
  'category_encoders:hashing.HashingEncoder': hashing,
  'category_encoders:leave_one_out.LeaveOneOutEncoder': row(leaveOneOutReader),
  'category_encoders:cat_boost.CatBoostEncoder': row(catBoostReader),
};
