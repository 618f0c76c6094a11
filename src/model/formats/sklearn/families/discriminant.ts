import { NdArray } from '../../pickle/index.ts';
import { linearOf, linearWidth, transposed } from '../affine.ts';
import { checkedMatrix } from '../checked.ts';
import { decidedLabels, decisionColumn, sigmoidProbabilities, withLogs } from '../classifying.ts';
import type { Estimator, Matrix } from '../estimator.ts';
import type { Family, FamilyRow, Methods, Translation } from '../family.ts';
import { featuresOf, type Features } from '../features.ts';
import { classesOf } from '../labels.ts';
import { itemsOf } from '../python.ts';
import { isBefore } from '../version.ts';

/** Several classes had a sigmoid each until 0.21. */
function linearProbabilities(estimator: Estimator, decisions: number, to: Translation): number {
  const { width, single } = to.builder.typeOf(decisions);
  return width === 1 || isBefore(estimator.version, 0, 22)
    ? sigmoidProbabilities(decisions, 'divide', to)
    : to.builder.add('softmax', [decisions], {}, {}, { single });
}

/** The first `count` columns. */
function firstColumns({ values, shape }: Matrix, count: number): Matrix {
  const [rows, columns] = shape;
  const kept = Math.min(count, columns);
  const cut = new Float64Array(rows * kept);
  for (let row = 0; row < rows; row++)
    cut.set(values.subarray(row * columns, row * columns + kept), row * kept);
  return { values: cut, shape: [rows, kept] };
}

/** Rows on the directions that tell classes apart; the solver lsqr finds none. */
function projected(estimator: Estimator, x: Features, to: Translation): Methods {
  const solver = estimator.text('solver');
  if (solver === 'lsqr' || !estimator.has('scalings_')) return {};
  const { builder } = to;
  const scalings = firstColumns(
    estimator.matrix('scalings_'),
    estimator.has('_max_components') ? estimator.count('_max_components') : Infinity,
  );
  if (scalings.shape[1] === 0) return {};
  const finite = checkedMatrix(estimator, x, to);
  const centred =
    solver === 'svd'
      ? builder.add(
          'columnwise',
          [finite],
          { operation: 'subtract', operandToo: false },
          { operand: estimator.vector(estimator.fitted('xbar_')) },
        )
      : finite;
  const node = builder.add(
    'affine',
    [centred],
    {},
    { weights: transposed(scalings), bias: new Float64Array(scalings.shape[1]) },
  );
  return { transform: featuresOf(builder, node) };
}

/** `sklearn.discriminant_analysis.LinearDiscriminantAnalysis` */
function linear(estimator: Estimator, x: Features, to: Translation): Methods {
  const { node } = linearOf(estimator, x, to);
  const { width } = to.builder.typeOf(node);
  const log = isBefore(estimator.version, 0, 24) ? 'log' : 'logPositive';
  return {
    predict: decidedLabels(node, classesOf(estimator, width === 1 ? 2 : width), to),
    ...withLogs(linearProbabilities(estimator, node, to), to, log),
    decision_function: decisionColumn(node, to),
    ...projected(estimator, x, to),
  };
}

/** Arrays of a list, one for each class. */
function arraysOf(estimator: Estimator, attribute: string): readonly NdArray[] {
  const name = estimator.fitted(attribute);
  const items = itemsOf(estimator.raw(name)) ?? estimator.malformed(name, 'a list of arrays');
  return items.map(item => (item instanceof NdArray ? item : estimator.malformed(name, 'a list of arrays')));
}

/** The axes of each class's covariance, divided by the deviation along them: [axes of all classes, features]. */
function whitened(
  estimator: Estimator,
  width: number,
): { directions: Matrix; starts: Int32Array; logs: Float64Array } {
  const scalings = arraysOf(estimator, 'scalings_').map(scaling => scaling.float64());
  const rotations = arraysOf(estimator, 'rotations_');
  const starts = new Int32Array(scalings.length + 1);
  for (const [label, scaling] of scalings.entries())
    starts[label + 1] = (starts[label] as number) + scaling.length;
  const values = new Float64Array((starts.at(-1) as number) * width);
  for (const [label, scaling] of scalings.entries()) {
    const rotation = rotations[label];
    if (rotation?.shape[0] !== width || rotation.shape[1] !== scaling.length || rotation.shape.length !== 2)
      return estimator.malformed('rotations_', `an array [${width}, ${scaling.length}] for class ${label}`);
    const turned = transposed({ values: rotation.float64(), shape: [width, scaling.length] });
    const first = (starts[label] as number) * width;
    for (const [at, value] of turned.values.entries())
      values[first + at] = value * (scaling[Math.floor(at / width)] as number) ** -0.5;
  }
  const logs = Float64Array.from(scalings, scaling =>
    scaling.reduce((sum, value) => sum + Math.log(value), 0),
  );
  return { directions: { values, shape: [starts.at(-1) as number, width] }, starts, logs };
}

function columnwise(
  x: number,
  operation: 'add' | 'multiply',
  operand: Float64Array,
  { builder }: Translation,
): number {
  return builder.add('columnwise', [x], { operation, operandToo: false }, { operand });
}

/** Log-densities of the classes with their priors: `_decision_function` of the quadratic analysis. */
function quadraticScores(estimator: Estimator, x: Features, to: Translation): number {
  const finite = checkedMatrix(estimator, x, to);
  const centres = estimator.matrix(estimator.fitted('means_'));
  const { directions, starts, logs } = whitened(estimator, centres.shape[1]);
  const squares = to.builder.add('mahalanobis', [finite], {}, { centres, directions, starts });
  const halves = columnwise(columnwise(squares, 'add', logs, to), 'multiply', Float64Array.of(-0.5), to);
  const priors = estimator.vector(estimator.fitted('priors_')).map(Math.log);
  return columnwise(halves, 'add', priors, to);
}

/** `sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis` */
function quadratic(estimator: Estimator, x: Features, to: Translation): Methods {
  const { builder } = to;
  const scores = quadraticScores(estimator, x, to);
  const { width } = builder.typeOf(scores);
  const difference = (): number =>
    builder.add(
      'affine',
      [scores],
      {},
      { weights: { values: Float64Array.of(-1, 1), shape: [1, 2] }, bias: Float64Array.of(0) },
    );
  return {
    predict: { node: builder.add('argmax', [scores]), labels: classesOf(estimator, width), vector: true },
    ...quadraticProbabilities(estimator, scores, to),
    decision_function: decisionColumn(width === 2 ? difference() : scores, to),
  };
}

/** Since 1.6 the logarithms come first: they stay finite where a probability is 0. */
function quadraticProbabilities(estimator: Estimator, scores: number, to: Translation): Methods {
  const { builder } = to;
  if (isBefore(estimator.version, 1, 6)) return withLogs(builder.add('softmax', [scores]), to);
  const log = builder.add('logNormalize', [scores]);
  return {
    predict_proba: { node: builder.add('map', [log], { function: 'exp' }) },
    predict_log_proba: { node: log },
  };
}

function facts(estimator: Estimator): Readonly<Record<string, number>> {
  return { classes: estimator.array('classes_').size };
}

const linearRow: FamilyRow = { translate: linear, features: linearWidth, facts };

const quadraticRow: FamilyRow = {
  translate: quadratic,
  features: estimator => (estimator.has('means_') ? estimator.matrix('means_').shape[1] : undefined),
  facts,
};

/** `lda.LDA` and `qda.QDA` are their names until 0.18. */
export const discriminantFamily: Family = {
  'discriminant_analysis.LinearDiscriminantAnalysis': linearRow,
  'discriminant_analysis.QuadraticDiscriminantAnalysis': quadraticRow,
  'lda.LDA': linearRow,
  'qda.QDA': quadraticRow,
};
