import { PyObject, type PyValue } from '../pickle/index.ts';
import { Estimator } from './estimator.ts';
import type { Part, Translation } from './family.ts';
import { listedItems } from './listed.ts';

/** A part with the name that the author gave it. */
export interface NamedPart extends Part {
  readonly name: string;
  /** What comes after name and part: columns, in a ColumnTransformer. */
  readonly more: readonly PyValue[];
}

/** An attribute that is a list of tuples (name, estimator, …), with places like `pipeline.steps[1] 'clf'`. */
export function namedParts(estimator: Estimator, attribute: string): readonly NamedPart[] {
  const items =
    listedItems(estimator.raw(attribute)) ?? estimator.malformed(attribute, 'a list of estimators');
  return items.map((item, index) => {
    const [name, part, ...more] = listedItems(item) ?? [];
    if (typeof name !== 'string' || part === undefined)
      return estimator.malformed(attribute, 'pairs of name and estimator');
    return { name, part, more, place: `${estimator.place}.${attribute}[${index}] '${name}'` };
  });
}

/** An attribute that is a list of estimators, with places like `model.estimators_[3]`; at least one. */
export function listedParts(estimator: Estimator, attribute: string): readonly Part[] {
  const name = estimator.fitted(attribute);
  const items = listedItems(estimator.raw(name)) ?? estimator.malformed(name, 'a list of estimators');
  if (items.length === 0) return estimator.malformed(name, 'at least one estimator');
  return items.map((part, index) => ({ part, place: `${estimator.place}.${name}[${index}]` }));
}

/** An attribute that is an estimator. */
export function partIn(estimator: Estimator, ...names: readonly string[]): Part {
  const name = estimator.fitted(...names);
  return { part: estimator.raw(name) as PyValue, place: `${estimator.place}.${name}` };
}

/** Features that the first of the parts was fitted with that says so. */
export function featuresOfAny(
  parts: readonly Part[],
  holder: Estimator,
  to: Translation,
): number | undefined {
  for (const { part, place } of parts) {
    const count = to.featuresOf(part, place, holder);
    if (count !== undefined) return count;
  }
  return undefined;
}

/** A part as an estimator, to look at its attributes; translation says what is wrong with one that is none. */
export function estimatorIn({ part, place }: Part, holder: Estimator): Estimator | undefined {
  return part instanceof PyObject ? new Estimator(part, place, holder.version) : undefined;
}
