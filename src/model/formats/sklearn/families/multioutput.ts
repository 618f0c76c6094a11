import {
  columnOf,
  logarithm,
  membersOf,
  numbersOf,
  optionalColumn,
  pickedColumn,
  type Member,
} from '../answers.ts';
import type { Estimator } from '../estimator.ts';
import type { Column, ColumnMethod, Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, joined, type Features } from '../features.ts';
import { featuresOfAny, listedParts } from '../members.ts';
import { unionOf } from '../targets.ts';
import { isBefore } from '../version.ts';

/** `sklearn.multioutput.MultiOutputRegressor`: an estimator for each target. */
function regressors(estimator: Estimator, x: Features, to: Translation): Methods {
  const members = membersOf(estimator, listedParts(estimator, 'estimators_'), x, to);
  const nodes = members.map(member => columnOf(member, 'predict').node);
  return { predict: { node: to.builder.add('concatenate', nodes) } };
}

/** Predictions of several targets side by side, under one table of labels. */
function targets(estimator: Estimator, columns: readonly Column[], { builder }: Translation): Column {
  const tables = columns.map(
    ({ labels }) => labels ?? estimator.malformed('estimators_', 'classifiers, one for each target'),
  );
  const union = unionOf(estimator, tables, false);
  const nodes = columns.map(({ node }) => node);
  return { node: builder.add('stackCodes', nodes, {}, { table: union.table }), labels: union.labels };
}

/** `sklearn.multioutput.MultiOutputClassifier`: likewise. */
function classifiers(estimator: Estimator, x: Features, to: Translation): Methods {
  const members = membersOf(estimator, listedParts(estimator, 'estimators_'), x, to);
  const predicted = members.map(member => columnOf(member, 'predict'));
  const probabilities = members.map(member => optionalColumn(member, 'predict_proba'));
  const whole = probabilities.every(column => column !== undefined);
  return {
    predict: targets(estimator, predicted, to),
    ...(whole ? { predict_proba: probabilities } : {}),
  };
}

/** The order of a chain's estimators, turned round: which of them answers for each target. */
function placesOf(chain: Estimator, count: number): Int32Array {
  const order = chain.counts(chain.fitted('order_'));
  const places = new Int32Array(count).fill(-1);
  for (const [link, target] of order.entries()) if (target in places) places[target] = link;
  return order.length === count && !places.includes(-1)
    ? places
    : chain.malformed('order_', `the targets 0 to ${count - 1} in some order`);
}

/** A link's answer as one number. */
function linkAnswer(member: Member, method: ColumnMethod, to: Translation): number {
  const column = columnOf(member, method);
  const node = numbersOf(member, column, to);
  const isPair = method === 'predict_proba' || method === 'predict_log_proba';
  return isPair ? pickedColumn(node, 1, to) : node;
}

/** What a link hands to those after it: predictions, unless `chain_method` says otherwise (from 1.5 on). */
function chainMethod(chain: Estimator): ColumnMethod {
  const method = chain.text('chain_method_') ?? 'predict';
  return method === 'predict' ||
    method === 'predict_proba' ||
    method === 'predict_log_proba' ||
    method === 'decision_function'
    ? method
    : chain.malformed('chain_method_', 'a method of a classifier');
}

/** The links of a chain: each is given the features, and what those before it have handed on. */
function linksOf(chain: Estimator, x: Features, to: Translation): readonly Member[] {
  const method = chainMethod(chain);
  const given: Features[] = [x];
  return listedParts(chain, 'estimators_').map(part => {
    const member = {
      part,
      methods: to.translate(part.part, part.place, chain, joined(to.builder, [...given])),
    };
    given.push(featuresOf(to.builder, linkAnswer(member, method, to)));
    return member;
  });
}

/** Answers of all links in the order of the targets; undefined where a link lacks the method. */
function chained(
  links: readonly Member[],
  places: Int32Array,
  method: ColumnMethod,
  to: Translation,
): Column | undefined {
  if (links.some(link => optionalColumn(link, method) === undefined)) return undefined;
  const nodes = links.map(link => linkAnswer(link, method, to));
  const all = to.builder.add('concatenate', nodes);
  return { node: to.builder.add('columns', [all], {}, { indices: places }) };
}

/** `sklearn.multioutput.ClassifierChain`; what it predicts are floats. */
function classifierChain(chain: Estimator, x: Features, to: Translation): Methods {
  const links = linksOf(chain, x, to);
  const places = placesOf(chain, links.length);
  const proba = chained(links, places, 'predict_proba', to);
  const decision = chained(links, places, 'decision_function', to);
  const hasLog = proba !== undefined && !isBefore(chain.version, 1, 3);
  return {
    predict: chained(links, places, 'predict', to) as Column,
    ...(proba === undefined ? {} : { predict_proba: proba }),
    ...(hasLog ? { predict_log_proba: { node: logarithm(proba.node, to) } } : {}),
    ...(decision === undefined ? {} : { decision_function: decision }),
  };
}

/** `sklearn.multioutput.RegressorChain` */
function regressorChain(chain: Estimator, x: Features, to: Translation): Methods {
  const links = linksOf(chain, x, to);
  return { predict: chained(links, placesOf(chain, links.length), 'predict', to) as Column };
}

const shared: Omit<FamilyRow, 'translate'> = {
  features: (estimator, to) => featuresOfAny(listedParts(estimator, 'estimators_'), estimator, to),
  reader: estimator => (estimator.has('estimators_') ? listedParts(estimator, 'estimators_')[0] : undefined),
  parts: estimator =>
    listedParts(estimator, 'estimators_').map((part, index) => ({ ...part, name: `[${index}]` })),
  facts: estimator => ({ targets: listedParts(estimator, 'estimators_').length }),
};

export const multioutputFamily: Family = {
  'multioutput.MultiOutputRegressor': { ...shared, translate: regressors },
  'multioutput.MultiOutputClassifier': { ...shared, translate: classifiers },
  'multioutput.ClassifierChain': { ...shared, translate: classifierChain },
  'multioutput.RegressorChain': { ...shared, translate: regressorChain },
};
