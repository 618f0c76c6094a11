import type { Described } from '../../plan/index.ts';
import { PyDict, PyObject, type PyValue } from '../pickle/index.ts';
import { describeObject } from './describe.ts';
import { describeValue, itemsOf, objectsIn } from './python.ts';
import type { Catalog } from './table.ts';
import type { Inside } from './picking.ts';
import { unknownVersion } from './version.ts';

export interface Contents {
  /** e.g. `a tuple of 2`. */
  readonly what: string;
  /** e.g. `[0] sklearn.svm._classes.SVC`. */
  readonly lines: readonly string[];
  readonly parts: readonly Described[];
}

const mostListed = 20;
const mostDeeper = 8;

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

/** What a file is as a whole. */
export function describeAll(objects: readonly PyValue[]): string {
  return objects.length > 1 ? `${objects.length} pickles one after another` : describeValue(objects[0]);
}

/** Says what is in a file that is no single estimator. */
export function listContents(objects: readonly PyValue[], catalog: Catalog): Contents {
  const what = describeAll(objects);
  const { shown, count } = entriesOf(objects);
  const lines = shown.map(([place, value]) => `${place} ${describeValue(value)}`);
  if (count > shown.length) lines.push(`${count - shown.length} more`);
  if (!shown.some(([, value]) => value instanceof PyObject)) lines.push(...deeper(objects));
  return {
    what,
    lines: lines.length === 0 ? ['nothing that could be served'] : lines,
    parts: shown.flatMap(([place, value]) =>
      value instanceof PyObject ? [describeObject(place, value, unknownVersion, catalog)] : [],
    ),
  };
}

/** Of what the objects are that lie deeper than anything is listed. */
function deeper(objects: readonly PyValue[]): string[] {
  const names = new Set<string>();
  for (const { cls } of objectsIn(objects)) {
    if (names.size === mostDeeper) return [`deeper inside ${[...names].join(', ')} and others`];
    names.add(cls.qualified);
  }
  return names.size === 0 ? [] : [`deeper inside ${[...names].join(', ')}`];
}

/** Packages whose classes prepare features for what comes after them. */
const preparing = /\.(?:preprocessing|feature_extraction|feature_selection|decomposition|impute|compose)\./;

/** What to do about several estimators: pick one, or, where one prepares what another was trained on, save them together. */
export function adviceFor(estimators: readonly Inside[]): string {
  const [first] = estimators;
  if (first === undefined) return '';
  const names = estimators.slice(0, mostListed).map(({ path }) => path);
  const pick = `pick one with --object: ${names.join(', ')}`;
  const before = estimators.filter(({ value }) => preparing.test(`.${describeValue(value)}`));
  if (before.length === 0 || before.length === estimators.length) return `; ${pick}`;
  return `; ${before.map(({ path }) => path).join(', ')} probably prepares what the others were trained on: save them as one Pipeline, or ${pick}`;
}
