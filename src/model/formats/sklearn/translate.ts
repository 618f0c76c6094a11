import type { TensorSpec } from '../../../tensor/index.ts';
import { PlanBuilder, type NewResult, type Plan, type PlanHead } from '../../plan/index.ts';
import { PyObject, type PyValue } from '../pickle/index.ts';
import { sklearnErrors } from './errors.ts';
import { Estimator } from './estimator.ts';
import { columnMethods, type Column, type FamilyRow, type Methods, type Translation } from './family.ts';
import { RequestFeatures, type Features } from './features.ts';
import { describeValue } from './python.ts';
import { refusedClasses, refusedOfOthers } from './refused.ts';
import { publicName, type Catalog } from './table.ts';

/** Estimators in estimators: a file may nest without end, or hold the same one over and over. */
const deepest = 32;
const mostEstimators = 10_000;

function rowOf(
  part: PyValue | undefined,
  place: string,
  catalog: Catalog,
): { readonly object: PyObject; readonly row: FamilyRow } {
  if (!(part instanceof PyObject))
    throw sklearnErrors.make['sklearn-class-unsupported'](`${place}: ${describeValue(part)} is no estimator`);
  const row = catalog.rowOf(part.cls);
  if (row !== undefined) return { object: part, row };
  const name = publicName(part.cls) ?? '';
  const reason = refusedClasses[name] ?? refusedOfOthers[name];
  if (reason !== undefined)
    throw sklearnErrors.make['sklearn-class-unsupported'](
      `${place}: ${part.cls.qualified} cannot be served: ${reason}`,
    );
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
  readonly #catalog: Catalog;
  #depth = 0;
  #count = 0;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  translate(part: PyValue | undefined, place: string, holder: Estimator, x: Features): Methods {
    const { object, row } = rowOf(part, place, this.#catalog);
    const estimator = new Estimator(object, place, holder.version);
    return this.#inside(estimator, () => row.translate(estimator, x, this));
  }

  featuresOf(part: PyValue | undefined, place: string, holder: Estimator): number | undefined {
    const { object, row } = rowOf(part, place, this.#catalog);
    const estimator = new Estimator(object, place, holder.version);
    if (estimator.has('n_features_in_')) return estimator.count('n_features_in_');
    return this.#inside(estimator, () => row.features(estimator, this));
  }

  inverse(part: PyValue | undefined, place: string, holder: Estimator, y: Features): Features {
    const { object, row } = rowOf(part, place, this.#catalog);
    const estimator = new Estimator(object, place, holder.version);
    return this.#inside(estimator, () => {
      if (row.inverse !== undefined) return row.inverse(estimator, y, this);
      throw sklearnErrors.make['sklearn-class-unsupported'](
        `${place}: inverse_transform of ${object.cls.qualified} is not supported`,
      );
    });
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
  { node, labels, vector, datatype }: Column,
  width: number,
): readonly [TensorSpec, NewResult] {
  const shape = vector === true ? [-1] : [-1, width];
  return [
    { name, datatype: labels?.datatype ?? datatype ?? 'FP64', shape },
    { node, labels },
  ];
}

/** What a transformer gives out, numbers unless they are texts; nothing when they are both. */
function transformed(features: Features): readonly (readonly [TensorSpec, NewResult])[] {
  const { answer, width } = features;
  if (answer !== undefined)
    return [outputOf('transform', { ...answer, node: answer.node ?? features.matrix() }, width)];
  const shape = [-1, width];
  switch (features.kind) {
    case 'mixed':
      return [];
    case 'texts':
      return [[{ name: 'transform', datatype: 'BYTES', shape }, { node: features.texts() }]];
    case 'numbers':
    case undefined:
      return [[{ name: 'transform', datatype: 'FP64', shape }, { node: features.matrix() }]];
  }
}

/** One output a method; a method that gives a list has one output a target: `predict_proba_0`, `predict_proba_1`, … */
function outputsOf(methods: Methods, builder: PlanBuilder): Outputs {
  const pairs = columnMethods.flatMap(method => {
    const given = methods[method];
    if (given === undefined) return [];
    const columns = Array.isArray(given) ? (given as readonly Column[]) : [given as Column];
    return columns.map((column, target) => {
      const name = Array.isArray(given) ? `${method}_${target}` : method;
      return outputOf(name, column, builder.typeOf(column.node).width);
    });
  });
  if (methods.transform !== undefined) pairs.push(...transformed(methods.transform));
  return { specs: pairs.map(([spec]) => spec), results: pairs.map(([, result]) => result) };
}

/** One tensor when all columns are of a kind, else one for each column. */
function inputsOf(x: RequestFeatures): readonly TensorSpec[] {
  const kinds = x.kinds();
  const datatypes = { numbers: 'FP64', texts: 'BYTES' } as const;
  const [kind] = kinds as readonly ['numbers' | 'texts'];
  if (kinds.every(one => one === kind)) {
    const shape = kind === 'texts' && x.width === 1 ? [-1] : [-1, x.width];
    return [{ name: 'input-0', datatype: datatypes[kind], shape }];
  }
  return kinds.map((one, column) => ({
    name: x.names?.[column] ?? `input-${column}`,
    datatype: datatypes[one],
    shape: [-1],
  }));
}

/** One tensor for each key that rows have, whatever its name: what stands here is an example. */
const anyColumn: TensorSpec = { name: 'key', datatype: 'FP64', shape: [-1] };

/** What is known of the request's columns before anything is translated. */
export interface First {
  /** Class that messages about the columns speak of. */
  readonly owner: string;
  readonly featureNames: readonly string[] | undefined;
  readonly lenient: true | undefined;
  readonly picksColumns: true | undefined;
  readonly openColumns: FamilyRow['openColumns'];
  readonly openInput: TensorSpec | undefined;
}

/**
 * Translates an estimator into a plan.
 * @throws `sklearn-class-unsupported`, `sklearn-parameter-unsupported`, `sklearn-not-fitted`, `sklearn-malformed`
 */
export function translate(
  { object, place, version }: Estimator,
  head: Pick<PlanHead, 'source' | 'description'>,
  catalog: Catalog,
  { owner, featureNames: names, lenient, picksColumns, openColumns: opens, openInput }: First,
): Plan {
  const to = new Translator(catalog);
  const { builder } = to;
  const estimator = new Estimator(object, place, version);
  const known = opens === 'always' ? undefined : (to.featuresOf(object, place, estimator) ?? names?.length);
  const openColumns = opens !== undefined && known === undefined ? true : undefined;
  const [width, featureNames] = openColumns === true ? [1, undefined] : [known, names];
  if (width === undefined || width < 1) {
    // Translating an unfitted estimator tells what is missing; a fitted one that knows no width is a broken file.
    to.translate(object, place, estimator, RequestFeatures.all(builder, owner, 1, undefined));
    throw sklearnErrors.make['sklearn-features-unknown'](
      `${place}: the file does not say how many features ${owner} takes`,
    );
  }
  const x = RequestFeatures.all(builder, owner, width, featureNames, openColumns);
  const { specs, results } = outputsOf(to.translate(object, place, estimator, x), builder);
  if (specs.length === 0)
    throw sklearnErrors.make['sklearn-no-output'](
      `${place}: ${estimator.name} gives nothing that can be an answer (it has no predict, or its columns are partly texts, partly numbers)`,
    );
  return builder.finish(
    {
      ...head,
      inputs: openColumns === true ? [openInput ?? anyColumn] : inputsOf(x),
      outputs: specs,
      features: width,
      featureNames,
      openColumns,
      ...(featureNames === undefined ? {} : { lenientColumns: lenient, furtherColumns: picksColumns }),
    },
    results,
  );
}
