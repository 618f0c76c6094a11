import type { NewLabels } from '../../plan/index.ts';
import { sklearnErrors } from './errors.ts';
import type { Estimator } from './estimator.ts';
import type { Column, ColumnMethod, Methods, Part, Translation } from './family.ts';
import type { Features } from './features.ts';

/** What a part of an estimator answers, and the part for messages. */
export interface Member {
  readonly part: Part;
  readonly methods: Methods;
}

/** Translates parts that are all given the same features. */
export function membersOf(
  holder: Estimator,
  parts: readonly Part[],
  x: Features,
  to: Translation,
): readonly Member[] {
  return parts.map(part => ({ part, methods: to.translate(part.part, part.place, holder, x) }));
}

/** What a method of a part gives when that is one column, undefined when the part lacks it. */
export function optionalColumn({ part, methods }: Member, method: ColumnMethod): Column | undefined {
  const given = methods[method];
  if (!Array.isArray(given)) return given as Column | undefined;
  throw sklearnErrors.make['sklearn-parameter-unsupported'](
    `${part.place}: ${method} gives a list, one for each target, where a single answer is expected`,
  );
}

export function columnOf(member: Member, method: ColumnMethod): Column {
  const column = optionalColumn(member, method);
  if (column !== undefined) return column;
  const { part, methods } = member;
  throw sklearnErrors.make['sklearn-malformed'](
    `${part.place}: it has no ${method}, only ${Object.keys(methods).join(', ')}`,
  );
}

/** Whether it predicts numbers, not classes. */
export function isRegressor({ methods }: Member): boolean {
  const { predict } = methods;
  return predict !== undefined && !Array.isArray(predict) && (predict as Column).labels === undefined;
}

function valuesOf(labels: NewLabels): readonly (string | number)[] {
  return labels.datatype === 'BYTES' ? labels.strings : Array.from(labels.values, Number);
}

/** The classes 0, 1, … that estimators see whose holder has encoded the labels. */
export function indexLabels(count: number): NewLabels {
  return { datatype: 'INT64', values: BigInt64Array.from({ length: count }, (_, index) => BigInt(index)) };
}

/** The place of each class of a member among those of its holder. */
export function placesOf(member: Member, own: NewLabels, all: NewLabels): Int32Array {
  const places = new Map(valuesOf(all).map((value, place) => [value, place]));
  return Int32Array.from(valuesOf(own), value => {
    const place = places.get(value);
    if (place !== undefined) return place;
    throw sklearnErrors.make['sklearn-malformed'](
      `${member.part.place}: its class ${JSON.stringify(value)} is none of the classes of what it is a part of`,
    );
  });
}

/** Predictions of several members side by side: codes into the classes `all`, a column for each. */
export function stackedPredictions(
  members: readonly Member[],
  all: NewLabels,
  { builder }: Translation,
): number {
  const columns = members.map(member => columnOf(member, 'predict'));
  const tables = members.map((member, index) => {
    const { labels } = columns[index] as Column;
    if (labels !== undefined) return [...placesOf(member, labels, all)];
    throw sklearnErrors.make['sklearn-malformed'](
      `${member.part.place}: it predicts numbers where classes are expected`,
    );
  });
  const nodes = columns.map(({ node }) => node);
  const sizes = nodes.map(node => {
    const type = builder.typeOf(node);
    return type.kind === 'codes' ? type.cardinality : 0;
  });
  const table = tables.flatMap((places, index) => places.slice(0, sizes[index]));
  return builder.add('stackCodes', nodes, {}, { table: Int32Array.from(table) });
}

/** A prediction of indices becomes one of the classes that they stand for. */
export function relabelled(
  member: Member,
  column: Column,
  classes: NewLabels,
  { builder }: Translation,
): Column {
  if (column.labels === undefined) return column;
  const count = valuesOf(classes).length;
  const table = placesOf(member, column.labels, indexLabels(count));
  const type = builder.typeOf(column.node);
  const size = type.kind === 'codes' ? type.cardinality : 0;
  const node = builder.add('stackCodes', [column.node], {}, { table: table.slice(0, size) });
  return { ...column, node, labels: classes };
}

/** A column as numbers: classes that are numbers become them. */
export function numbersOf(member: Member, column: Column, { builder }: Translation): number {
  if (column.labels === undefined) return column.node;
  const values = valuesOf(column.labels);
  if (values.every(value => typeof value === 'number'))
    return builder.add('decode', [column.node], {}, { values: Float64Array.from(values) });
  throw sklearnErrors.make['sklearn-parameter-unsupported'](
    `${member.part.place}: it predicts texts, which are no features of what comes next`,
  );
}

/** Each value divided by a number. */
export function divided(node: number, divisor: number, { builder }: Translation): number {
  const attributes = { operation: 'divide', operandToo: false };
  return builder.add('columnwise', [node], attributes, { operand: Float64Array.of(divisor) });
}

export function multiplied(node: number, factor: number, { builder }: Translation): number {
  const attributes = { operation: 'multiply', operandToo: false };
  return builder.add('columnwise', [node], attributes, { operand: Float64Array.of(factor) });
}

/** One column of a matrix. */
export function pickedColumn(node: number, column: number, { builder }: Translation): number {
  return builder.add('columns', [node], {}, { indices: Int32Array.of(column) });
}

export function logarithm(node: number, { builder }: Translation): number {
  return builder.add('map', [node], { function: 'log' });
}

/** `numpy.average` over several matrices. */
export function average(
  nodes: readonly number[],
  weights: readonly number[] | undefined,
  to: Translation,
): number {
  const factors = weights ?? nodes.map(() => 1);
  const sum = to.builder.add('weightedSum', nodes, {}, { weights: Float64Array.from(factors) });
  return divided(
    sum,
    factors.reduce((total, weight) => total + weight, 0),
    to,
  );
}
