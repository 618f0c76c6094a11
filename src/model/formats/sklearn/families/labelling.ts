import { encodeTexts } from '../../../plan/index.ts';
import { categoriesIn, encoded, onesAt, type Categories } from '../categories.ts';
import type { Estimator } from '../estimator.ts';
import type { Family, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { isBefore } from '../version.ts';

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

/** Classes given at construction are not sorted: they are the columns as they stand. */
function setClasses(estimator: Estimator): Categories {
  const categories = classesOf(estimator);
  if (categories.count === 0) return estimator.malformed('classes_', 'one class at least');
  return categories.missing < 0
    ? categories
    : estimator.unsupported('classes_', 'a missing label is a class, which stands for no label in a request');
}

/**
 * `sklearn.preprocessing.MultiLabelBinarizer`: rows are sets of labels, a column for each class. Labels that are no class are
 * refused before 0.20, and passed over (with a warning) since.
 */
function setColumns(estimator: Estimator, x: Features, { builder }: Translation): Methods {
  if (x.open !== true)
    return estimator.unsupported('classes_', 'its rows are sets of labels that nothing else reads');
  const categories = setClasses(estimator);
  const unknown = isBefore(estimator.version, 0, 20) ? 'refuse' : 'pass';
  const arrays =
    categories.kind === 'texts' ? encodeTexts('classes', categories.texts) : { numbers: categories.numbers };
  const node = builder.add('labelSets', [], { owner: estimator.name, unknown }, arrays);
  return { transform: featuresOf(builder, node, { datatype: 'INT64' }) };
}

const oneColumn = () => 1;

function facts(estimator: Estimator): Readonly<Record<string, number>> {
  return estimator.has('classes_') ? { classes: estimator.array('classes_').size } : {};
}

export const labellingFamily: Family = {
  'preprocessing.LabelEncoder': { translate: labelPlaces, features: oneColumn, facts },
  'preprocessing.LabelBinarizer': { translate: labelColumns, features: oneColumn, facts },
  'preprocessing.MultiLabelBinarizer': {
    translate: setColumns,
    features: () => undefined,
    openColumns: 'always',
    openInput: estimator => ({
      name: 'input-0',
      datatype: setClasses(estimator).kind === 'texts' ? 'BYTES' : 'FP64',
      shape: [-1, -1],
    }),
    facts,
  },
};
