import type { Described } from '../../plan/index.ts';
import { PyDict, PyObject, type PyValue } from '../pickle/index.ts';
import { describeObject } from './describe.ts';
import { describeValue, itemsOf } from './python.ts';
import type { Catalog } from './table.ts';
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

/** What a file holds, with names for the first few; `count` is of all. */
function entriesOf(objects: readonly PyValue[]): { shown: readonly [string, PyValue][]; count: number } {
  const [only, second] = objects;
  if (second !== undefined) return named(objects, index => `object ${index}`);
  if (only instanceof PyDict) {
    const entries = only.entries();
    const shown = entries
      .slice(0, mostListed)
      .map(([key, value]): [string, PyValue] => [`[${describeValue(key)}]`, value]);
    return { shown, count: entries.length };
  }
  return named(itemsOf(only) ?? [], index => `[${index}]`);
}

function named(items: readonly PyValue[], name: (index: number) => string): ReturnType<typeof entriesOf> {
  const shown = items.slice(0, mostListed).map((item, index): [string, PyValue] => [name(index), item]);
  return { shown, count: items.length };
}

/** Says what is in a file that is no single estimator. */
export function listContents(objects: readonly PyValue[], catalog: Catalog): Contents {
  const what = objects.length > 1 ? `${objects.length} pickles one after another` : describeValue(objects[0]);
  const { shown, count } = entriesOf(objects);
  const lines = shown.map(([place, value]) => `${place} ${describeValue(value)}`);
  if (count > shown.length) lines.push(`${count - shown.length} more`);
  return {
    what,
    lines: lines.length === 0 ? ['nothing that could be served'] : lines,
    parts: shown.flatMap(([place, value]) =>
      value instanceof PyObject ? [describeObject(place, value, unknownVersion, catalog)] : [],
    ),
  };
}
