import { categoriesIn, encoded, onesAt, type Categories } from '../categories.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';

function classesOf(estimator: Estimator): Categories {
  const name = estimator.fitted('classes_');
  return categoriesIn(estimator, name, estimator.raw(name));
}

/** `sklearn.preprocessing.LabelEncoder`: one column of labels to their places among the classes. */
function labelPlaces(estimator: Estimator, x: Features, to: Translation): Methods {
  const categories = classesOf(estimator);
  const values = Float64Array.from({ length: categories.count }, (_, place) => place);
  const node = encoded(estimator, x, to, [{ categories, values, other: undefined }]);
  return { transform: featuresOf(to.builder, node, { vector: true, datatype: 'INT64' }) };
}

/** `sklearn.preprocessing.LabelBinarizer`: a column for each class, for two classes one of the second. */
function labelColumns(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const categories = classesOf(estimator);
  const kind = estimator.text('y_type_');
  if (kind !== undefined && kind !== 'binary' && kind !== 'multiclass')
    return estimator.unsupported('y_type_', 'it binarizes one column of labels only');
  const [low, high] = [estimator.number('neg_label'), estimator.number('pos_label')];
  if (categories.count <= 2) {
    const values = Float64Array.from({ length: categories.count }, (_, place) => (place === 1 ? high : low));
    const node = encoded(estimator, x, to, [{ categories, values, other: low }]);
    return { transform: featuresOf(builder, node, { datatype: 'INT64' }) };
  }
  const values = Float64Array.from({ length: categories.count }, (_, place) => place);
  const places = encoded(estimator, x, to, [{ categories, values, other: -1 }]);
  const ones = onesAt(to, places, categories.count).matrix();
  const scaled = builder.add(
    'columnwise',
    [ones],
    { operation: 'multiply', operandToo: false },
    { operand: Float64Array.of(high - low) },
  );
  const node = builder.add(
    'columnwise',
    [scaled],
    { operation: 'add', operandToo: false },
    { operand: Float64Array.of(low) },
  );
  return { transform: featuresOf(builder, node, { datatype: 'INT64' }) };
}

const oneColumn = () => 1;

function facts(estimator: Estimator): Readonly<Record<string, number>> {
  return estimator.has('classes_') ? { classes: estimator.array('classes_').size } : {};
}

export const labellingFamily: Family = {
  'preprocessing.LabelEncoder': { translate: labelPlaces, features: oneColumn, facts },
  'preprocessing.LabelBinarizer': { translate: labelColumns, features: oneColumn, facts },
};
