import type { NewLabels } from '../../plan/index.ts';
import type { NdArray } from '../pickle/index.ts';
import type { Estimator } from './estimator.ts';

function ofObjects(estimator: Estimator, name: string, array: NdArray): NewLabels {
  const values = array.values();
  if (values.every(value => typeof value === 'bigint'))
    return { datatype: 'INT64', values: BigInt64Array.from(values) };
  if (values.every(value => typeof value === 'string')) return { datatype: 'BYTES', strings: values };
  if (values.every(value => typeof value === 'boolean'))
    return { datatype: 'BOOL', values: Uint8Array.from(values, Number) };
  if (values.every(value => typeof value === 'number'))
    return { datatype: 'FP64', values: Float64Array.from(values) };
  return estimator.malformed(name, 'classes that are all strings, all integers, all floats or all booleans');
}

/** Class values of an array attribute: integers become INT64, floats FP64, booleans BOOL, text BYTES. */
export function labelsOf(estimator: Estimator, name: string, array: NdArray): NewLabels {
  switch (array.dtype.kind as string) {
    case 'i':
    case 'u':
      return { datatype: 'INT64', values: array.int64() };
    case 'f':
      return { datatype: 'FP64', values: array.float64() };
    case 'b':
      return { datatype: 'BOOL', values: Uint8Array.from(array.float64()) };
    case 'U':
    case 'S':
      return { datatype: 'BYTES', strings: array.strings() };
    case 'O':
      return ofObjects(estimator, name, array);
    default:
      return estimator.malformed(name, 'classes that are text, numbers or booleans');
  }
}

export function labelCount(labels: NewLabels): number {
  return labels.datatype === 'BYTES' ? labels.strings.length : labels.values.length;
}

/**
 * The attribute `classes_` of a classifier with a single target.
 * @param count how many classes the other attributes speak of
 * @throws `sklearn-malformed` when there are more or fewer
 */
export function classesOf(estimator: Estimator, count: number): NewLabels {
  const labels = labelsOf(estimator, 'classes_', estimator.array(estimator.fitted('classes_')));
  return labelCount(labels) === count ? labels : estimator.malformed('classes_', `${count} classes`);
}
