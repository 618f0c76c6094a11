import type { TensorSpec } from '../../../tensor/index.ts';
import { PlanBuilder, type NewResult, type Plan, type PlanHead } from '../../plan/index.ts';
import { PyObject, type PyValue } from '../pickle/index.ts';
import { sklearnErrors } from './errors.ts';
import { Estimator } from './estimator.ts';
import { methodNames, type Column, type FamilyRow, type Methods, type Translation } from './family.ts';
import { describeValue } from './python.ts';
import { familyOf } from './table.ts';
import type { Version } from './version.ts';

/** Estimators in estimators: a file may nest without end, or hold the same one over and over. */
const deepest = 32;
const mostEstimators = 10_000;

function rowOf(
  part: PyValue | undefined,
  place: string,
): { readonly object: PyObject; readonly row: FamilyRow } {
  if (!(part instanceof PyObject))
    throw sklearnErrors.make['sklearn-class-unsupported'](`${place}: ${describeValue(part)} is no estimator`);
  const row = familyOf(part.cls);
  if (row !== undefined) return { object: part, row };
  const [library] = part.cls.module.split('.');
  const whose = library === '__main__' ? "a class of the author's own script" : `a class of ${library}`;
  throw sklearnErrors.make['sklearn-class-unsupported'](
    `${place}: ${part.cls.qualified} (${whose}) is not supported`,
  );
}

/** Shapes that do not fit each other, and arrays of another kind than their place asks for. */
function isContradiction(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === 'plan-invalid' || code.startsWith('pickle-');
}

/** Names the place where the numbers of the file contradict each other. */
function located<T>(estimator: Estimator, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!isContradiction(error)) throw error;
    throw sklearnErrors.make['sklearn-malformed'](
      `${estimator.place}: ${estimator.name} contradicts itself: ${error.message}`,
      { cause: error },
    );
  }
}

class Translator implements Translation {
  readonly builder = new PlanBuilder();
  #depth = 0;
  #count = 0;

  translate(part: PyValue | undefined, place: string, holder: Estimator, x: number): Methods {
    const { object, row } = rowOf(part, place);
    const estimator = new Estimator(object, place, holder.version);
    return this.#inside(estimator, () => row.translate(estimator, x, this));
  }

  featuresOf(part: PyValue | undefined, place: string, holder: Estimator): number | undefined {
    const { object, row } = rowOf(part, place);
    const estimator = new Estimator(object, place, holder.version);
    if (estimator.has('n_features_in_')) return estimator.count('n_features_in_');
    return this.#inside(estimator, () => row.features(estimator, this));
  }

  #inside<T>(estimator: Estimator, body: () => T): T {
    const { place } = estimator;
    if (++this.#count > mostEstimators)
      throw sklearnErrors.make['sklearn-malformed'](`${place}: more than ${mostEstimators} estimators`);
    if (++this.#depth > deepest)
      throw sklearnErrors.make['sklearn-malformed'](
        `${place}: more than ${deepest} estimators inside each other`,
      );
    const result = located(estimator, body);
    this.#depth--;
    return result;
  }
}

interface Outputs {
  readonly specs: readonly TensorSpec[];
  readonly results: readonly NewResult[];
}

function outputOf(
  name: string,
  { node, labels, vector }: Column,
  width: number,
): readonly [TensorSpec, NewResult] {
  const shape = vector === true ? [-1] : [-1, width];
  return [
    { name, datatype: labels?.datatype ?? 'FP64', shape },
    { node, labels },
  ];
}

/** One output a method; a method that gives a list has one output a target: `predict_proba_0`, `predict_proba_1`, … */
function outputsOf(methods: Methods, builder: PlanBuilder): Outputs {
  const pairs = methodNames.flatMap(method => {
    const given = methods[method];
    if (given === undefined) return [];
    const columns = Array.isArray(given) ? (given as readonly Column[]) : [given as Column];
    return columns.map((column, target) => {
      const name = Array.isArray(given) ? `${method}_${target}` : method;
      return outputOf(name, column, builder.typeOf(column.node).width);
    });
  });
  return { specs: pairs.map(([spec]) => spec), results: pairs.map(([, result]) => result) };
}

/**
 * Translates an estimator into a plan.
 * @param place how messages call it: `model`, or `pipeline`
 * @throws `sklearn-class-unsupported`, `sklearn-parameter-unsupported`, `sklearn-not-fitted`, `sklearn-malformed`
 */
export function translate(
  object: PyObject,
  place: string,
  version: Version,
  head: Pick<PlanHead, 'source' | 'description'>,
  first: { readonly owner: string; readonly featureNames: readonly string[] | undefined },
): Plan {
  const to = new Translator();
  const estimator = new Estimator(object, place, version);
  const width = to.featuresOf(object, place, estimator);
  if (width === undefined || width < 1) {
    // Translating an unfitted estimator tells what is missing; a fitted one that knows no width is a broken file.
    to.translate(object, place, estimator, to.builder.add('input', [], { width: 1, owner: first.owner }));
    throw sklearnErrors.make['sklearn-features-unknown'](
      `${place}: the file does not say how many features ${first.owner} takes`,
    );
  }
  const x = to.builder.add('input', [], { width, owner: first.owner });
  const { specs, results } = outputsOf(to.translate(object, place, estimator, x), to.builder);
  const inputs: readonly TensorSpec[] = [{ name: 'input-0', datatype: 'FP64', shape: [-1, width] }];
  return to.builder.finish({ ...head, inputs, outputs: specs, featureNames: first.featureNames }, results);
}
