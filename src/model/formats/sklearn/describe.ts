import { messageOf } from '../../../base/errors/index.ts';
import type { Described } from '../../plan/index.ts';
import { PyDict, PyObject, type PyValue } from '../pickle/index.ts';
import { Estimator } from './estimator.ts';
import { describeValue, itemsOf, numberOf } from './python.ts';
import type { Catalog } from './table.ts';
import type { Version } from './version.ts';

/** Real models nest a handful of levels; a file may nest without end. */
const deepest = 12;
const mostParts = 200;
const mostParameters = 200;

const longestText = 200;

function scalar(value: PyValue): string | number | boolean | null {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string')
    return value.length > longestText ? `${value.slice(0, longestText)}…` : value;
  const number = numberOf(value);
  return number !== undefined && Number.isFinite(number) ? number : describeValue(value);
}

/** Constructor parameters are the attributes that neither start nor end with an underscore. */
function parametersOf(object: PyObject): [string, PyValue][] {
  const state = object.state;
  if (!(state instanceof PyDict)) return [];
  return state
    .entries()
    .filter((entry): entry is [string, PyValue] => typeof entry[0] === 'string' && !/^_|_$/.test(entry[0]))
    .slice(0, mostParameters);
}

/** A parameter that holds estimators: one, or a list of (name, estimator). */
function partsOf(name: string, value: PyValue, catalog: Catalog): [string, PyObject][] {
  if (value instanceof PyObject && looksLikeEstimator(value, catalog)) return [[name, value]];
  return (itemsOf(value) ?? []).slice(0, mostParts).flatMap((item): [string, PyObject][] => {
    const [label, part] = itemsOf(item) ?? [];
    return typeof label === 'string' && part instanceof PyObject ? [[label, part]] : [];
  });
}

/** Estimators are pickled with a dict of attributes that names their library's version, or at least has parameters. */
export function looksLikeEstimator(object: PyObject, catalog: Catalog): boolean {
  return object.attribute('_sklearn_version') !== undefined || catalog.rowOf(object.cls) !== undefined;
}

function factsOf(estimator: Estimator, catalog: Catalog): Described['facts'] {
  try {
    return catalog.rowOf(estimator.object.cls)?.facts?.(estimator) ?? {};
  } catch (error) {
    // A part that cannot be served is still shown; the refusal itself comes with the translation.
    return { problem: messageOf(error) };
  }
}

/** Parts that were fitted, of a class that keeps them beside its parameters; a broken file shows the parameters. */
function fittedParts(estimator: Estimator, catalog: Catalog): [string, PyObject][] | undefined {
  try {
    const parts = catalog.rowOf(estimator.object.cls)?.parts?.(estimator);
    return parts?.flatMap(({ name, part }): [string, PyObject][] =>
      part instanceof PyObject ? [[name, part]] : [],
    );
  } catch {
    return undefined;
  }
}

/**
 * The estimator tree as a person would print it: parameters as the file has them, what was learnt, its parts. A file may
 * hold the same part over and over, so the parts have a budget; those beyond it are left out.
 */
export function describeObject(
  name: string,
  object: PyObject,
  version: Version,
  catalog: Catalog,
  depth = 0,
  budget = { parts: mostParts },
): Described {
  const estimator = new Estimator(object, name, version);
  const parameters: Record<string, string | number | boolean | null> = {};
  const parts: Described[] = [];
  const fitted = fittedParts(estimator, catalog);
  function show(inside: readonly [string, PyObject][]): void {
    if (depth >= deepest) return;
    for (const [label, part] of inside) {
      if (budget.parts-- > 0)
        parts.push(describeObject(label, part, estimator.version, catalog, depth + 1, budget));
    }
  }
  for (const [parameter, value] of parametersOf(object)) {
    const inside = partsOf(parameter, value, catalog);
    if (inside.length === 0) parameters[parameter] = scalar(value);
    else if (fitted === undefined) show(inside);
  }
  if (fitted !== undefined) show(fitted);
  return { name, class: object.cls.qualified, parameters, facts: factsOf(estimator, catalog), parts };
}
