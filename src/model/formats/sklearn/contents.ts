import type { Described } from '../../plan/index.ts';
import { PyDict, PyObject, type PyValue } from '../pickle/index.ts';
import { describeObject } from './describe.ts';
import { describeValue, itemsOf } from './python.ts';
import { unknownVersion } from './version.ts';

/** The estimator of a file that holds nothing else. */
export function soleObject(objects: readonly PyValue[]): PyObject | undefined {
  const [only, second] = objects;
  return second === undefined && only instanceof PyObject ? only : undefined;
}

export interface Contents {
  /** e.g. `a tuple of 2`. */
  readonly what: string;
  /** e.g. `[0] sklearn.svm._classes.SVC`. */
  readonly lines: readonly string[];
  readonly parts: readonly Described[];
}

const mostListed = 20;

function entriesOf(objects: readonly PyValue[]): readonly [string, PyValue][] {
  const [only, second] = objects;
  if (second !== undefined) return objects.map((object, index) => [`object ${index}`, object]);
  if (only instanceof PyDict) return only.entries().map(([key, value]) => [`[${describeValue(key)}]`, value]);
  const items = itemsOf(only);
  return items === undefined ? [] : items.map((item, index) => [`[${index}]`, item]);
}

/** Says what is in a file that is no single estimator. */
export function listContents(objects: readonly PyValue[]): Contents {
  const what = objects.length > 1 ? `${objects.length} pickles one after another` : describeValue(objects[0]);
  const entries = entriesOf(objects);
  const shown = entries.slice(0, mostListed);
  const lines = shown.map(([place, value]) => `${place} ${describeValue(value)}`);
  if (entries.length > shown.length) lines.push(`${entries.length - shown.length} more`);
  return {
    what,
    lines: lines.length === 0 ? ['nothing that could be served'] : lines,
    parts: shown.flatMap(([place, value]) =>
      value instanceof PyObject ? [describeObject(place, value, unknownVersion)] : [],
    ),
  };
}
