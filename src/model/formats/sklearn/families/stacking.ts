import { columnOf, membersOf, numbersOf, pickedColumn, relabelled, type Member } from '../answers.ts';
import type { Estimator } from '../estimator.ts';
import {
  columnMethods,
  type ColumnMethod,
  type Column,
  type Family,
  type FamilyRow,
  type Methods,
  type Translation,
} from '../family.ts';
import { featuresOf, joined, type Features } from '../features.ts';
import { labelCount, labelsOf } from '../labels.ts';
import { listedItems } from '../listed.ts';
import { featuresOfAny, listedParts, namedParts, partIn } from '../members.ts';
import { NdArray } from '../../pickle/index.ts';

/** The method of each estimator whose answer is handed on. */
function stackMethods(estimator: Estimator, count: number): readonly ColumnMethod[] {
  const names = listedItems(estimator.raw(estimator.fitted('stack_method_'))) ?? [];
  const known: readonly unknown[] = columnMethods;
  if (names.length !== count || !names.every(name => known.includes(name)))
    return estimator.malformed('stack_method_', `a method for each of ${count} estimators`);
  return names as readonly ColumnMethod[];
}

/** All columns but the first, which follows from the others. */
function withoutFirst(node: number, { builder }: Translation): number {
  const { width } = builder.typeOf(node);
  return builder.add(
    'columns',
    [node],
    {},
    { indices: Int32Array.from({ length: width - 1 }, (_, at) => at + 1) },
  );
}

/** What an estimator hands on: `_BaseStacking._concatenate_predictions`. */
function handedOn(
  member: Member,
  method: ColumnMethod,
  binary: boolean,
  to: Translation,
): readonly Features[] {
  const given = member.methods[method];
  if (Array.isArray(given))
    return (given as readonly Column[]).map(({ node }) => featuresOf(to.builder, withoutFirst(node, to)));
  const column = columnOf(member, method);
  const node = numbersOf(member, column, to);
  const isPair = binary && method === 'predict_proba' && column.vector !== true;
  const answer = column.labels?.datatype === 'INT64' ? ({ datatype: 'INT64' } as const) : undefined;
  return [featuresOf(to.builder, isPair ? withoutFirst(node, to) : node, answer)];
}

function stacked(estimator: Estimator, x: Features, binary: boolean, to: Translation): Features {
  const members = membersOf(estimator, listedParts(estimator, 'estimators_'), x, to);
  const methods = stackMethods(estimator, members.length);
  const parts = members.flatMap((member, index) =>
    handedOn(member, methods[index] as ColumnMethod, binary, to),
  );
  if (estimator.flag('passthrough', false)) return joined(to.builder, [...parts, x]);
  const all = joined(to.builder, parts);
  // Class indices alone stay whole numbers.
  const whole = parts.every(part => part.answer?.datatype === 'INT64');
  return whole ? featuresOf(to.builder, all.matrix(), { datatype: 'INT64' }) : all;
}

/** Since 1.2 the targets of a multilabel problem are encoded one by one. */
function isSeveral(estimator: Estimator): boolean {
  return estimator.has('_label_encoder') && listedItems(estimator.raw('_label_encoder')) !== undefined;
}

function finalMethods(estimator: Estimator, features: Features, to: Translation): Member {
  const part = partIn(estimator, 'final_estimator_');
  return { part, methods: to.translate(part.part, part.place, estimator, features) };
}

/** The labels 0 and 1 of a multilabel problem are their own codes. */
function expectIndicators(estimator: Estimator): void {
  const classes = listedItems(estimator.raw('classes_')) ?? [];
  for (const item of classes) {
    const values = item instanceof NdArray ? [...item.float64()] : [];
    if (values.length === 0 || values.some((value, index) => value !== index))
      estimator.unsupported('classes_', 'targets whose labels are not 0 and 1');
  }
}

/** Of the probabilities of each target the library hands out the first column. */
function severalTargets(
  { predict, predict_proba: given, decision_function }: Methods,
  to: Translation,
): Methods {
  const firsts = Array.isArray(given)
    ? (given as readonly Column[]).map(({ node }) => pickedColumn(node, 0, to))
    : undefined;
  return {
    ...(predict === undefined ? {} : { predict }),
    ...(firsts === undefined ? {} : { predict_proba: { node: to.builder.add('concatenate', firsts) } }),
    ...(decision_function === undefined ? {} : { decision_function }),
  };
}

/** `sklearn.ensemble.StackingClassifier`; its final estimator was fitted on the classes' indices. */
function stackingClassifier(estimator: Estimator, x: Features, to: Translation): Methods {
  estimator.fitted('classes_');
  if (isSeveral(estimator)) {
    expectIndicators(estimator);
    const features = stacked(estimator, x, false, to);
    return { ...severalTargets(finalMethods(estimator, features, to).methods, to), transform: features };
  }
  const classes = labelsOf(estimator, 'classes_', estimator.array('classes_'));
  const features = stacked(estimator, x, labelCount(classes) === 2, to);
  const last = finalMethods(estimator, features, to);
  const { predict_proba, decision_function } = last.methods;
  return {
    predict: relabelled(last, columnOf(last, 'predict'), classes, to),
    ...(predict_proba === undefined ? {} : { predict_proba }),
    ...(decision_function === undefined ? {} : { decision_function }),
    transform: features,
  };
}

/** `sklearn.ensemble.StackingRegressor` */
function stackingRegressor(estimator: Estimator, x: Features, to: Translation): Methods {
  const features = stacked(estimator, x, false, to);
  return { predict: columnOf(finalMethods(estimator, features, to), 'predict'), transform: features };
}

const shared: Omit<FamilyRow, 'translate'> = {
  features: (estimator, to) => featuresOfAny(listedParts(estimator, 'estimators_'), estimator, to),
  reader: estimator => (estimator.has('estimators_') ? listedParts(estimator, 'estimators_')[0] : undefined),
  parts(estimator) {
    const named = namedParts(estimator, 'estimators').filter(({ part }) => part !== null && part !== 'drop');
    const parts = listedParts(estimator, 'estimators_');
    return [
      ...parts.map((part, index) => ({ ...part, name: named[index]?.name ?? `[${index}]` })),
      { ...partIn(estimator, 'final_estimator_'), name: 'final_estimator_' },
    ];
  },
  facts: estimator => ({ estimators: listedParts(estimator, 'estimators_').length }),
};

export const stackingFamily: Family = {
  'ensemble.StackingClassifier': { ...shared, translate: stackingClassifier },
  'ensemble.StackingRegressor': { ...shared, translate: stackingRegressor },
};
