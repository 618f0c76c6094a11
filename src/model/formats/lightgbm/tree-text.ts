import { categoricalBit, type CategorySets, type LinearLeaves, type Tree } from './booster.ts';
import type { CategoryLists } from './categories.ts';
import { lightgbmErrors } from './errors.ts';
import type { Lines } from './lines.ts';
import { floatsOf, integerOf, integersOf, wordsOf } from './numbers.ts';
import { modernSplit } from './old-split.ts';
import { checkTree, depthOf } from './shape.ts';

/** The lines of one tree, by key. */
class Fields {
  readonly #values: ReadonlyMap<string, string>;
  readonly place: string;

  constructor(values: ReadonlyMap<string, string>, place: string) {
    this.#values = values;
    this.place = place;
  }

  has(key: string): boolean {
    return (this.#values.get(key) ?? '') !== '';
  }

  text(key: string): string {
    return this.#values.get(key) ?? this.malformed(`has no ${key}; a tree of LightGBM has one`);
  }

  integer(key: string, least: number, most: number): number {
    return integerOf(this.text(key).trim(), this.of(key), least, most);
  }

  /** An empty list is written as an empty line. */
  integers(key: string, count: number): Int32Array {
    return count === 0 ? new Int32Array() : integersOf(this.text(key), count, this.of(key));
  }

  floats(key: string, count: number): Float64Array {
    return count === 0 ? new Float64Array() : floatsOf(this.text(key), count, this.of(key));
  }

  maybe(key: string, count: number): Float64Array | undefined {
    return this.has(key) ? this.floats(key, count) : undefined;
  }

  words(key: string, count: number): Uint32Array {
    return count === 0 ? new Uint32Array() : wordsOf(this.text(key), count, this.of(key));
  }

  of(key: string): string {
    return `${this.place}: ${key}`;
  }

  malformed(problem: string): never {
    throw lightgbmErrors.make['lightgbm-malformed'](`${this.place} ${problem}`);
  }
}

/** Reads the lines up to the empty one that ends a tree. */
function fieldsOf(lines: Lines, index: number): Fields {
  const values = new Map<string, string>();
  const place = `tree ${index} (from line ${lines.number})`;
  while (lines.advance()) {
    if (lines.isEmpty) return new Fields(values, place);
    const pair = lines.pair();
    if (pair === undefined) {
      if (!lines.closed) break;
      throw lightgbmErrors.make['lightgbm-malformed'](
        `${place}: line ${lines.number} is ${JSON.stringify(lines.text(60))}, expected key=value`,
      );
    }
    values.set(...pair);
  }
  throw lightgbmErrors.make['lightgbm-truncated'](
    `the file ends inside ${place}, after ${[...values.keys()].at(-1) ?? 'its number'}`,
  );
}

function startsOf(counts: Int32Array, fields: Fields): Int32Array {
  const starts = new Int32Array(counts.length + 1);
  for (const [leaf, count] of counts.entries()) {
    const end = (starts[leaf] as number) + count;
    if (count < 0 || end > 2 ** 31 - 1) return fields.malformed(`has a leaf with ${count} coefficients`);
    starts[leaf + 1] = end;
  }
  return starts;
}

function linearOf(fields: Fields, leaves: number): LinearLeaves | undefined {
  if (!fields.has('is_linear') || fields.integer('is_linear', 0, 1) === 0) return undefined;
  const starts = startsOf(fields.integers('num_features', leaves), fields);
  const total = starts[leaves] as number;
  return {
    constant: fields.floats('leaf_const', leaves),
    starts,
    features: fields.integers('leaf_features', total),
    coefficients: fields.floats('leaf_coeff', total),
  };
}

function setsOf(fields: Fields, count: number): CategorySets | undefined {
  if (count === 0) return undefined;
  const boundaries = fields.integers('cat_boundaries', count + 1);
  for (const [index, start] of boundaries.entries()) {
    if (index === 0 ? start !== 0 : start < (boundaries[index - 1] as number))
      fields.malformed(`has cat_boundaries that do not rise from 0`);
  }
  return { boundaries, words: fields.words('cat_threshold', boundaries[count] as number) };
}

interface Splits {
  readonly threshold: Float64Array;
  readonly decision: Uint8Array;
  readonly categories: CategorySets | undefined;
}

function splitsOf(fields: Fields, splits: number): Splits {
  const sets = fields.integer('num_cat', 0, 2 ** 31 - 1);
  const decision = fields.has('decision_type')
    ? Uint8Array.from(fields.integers('decision_type', splits))
    : new Uint8Array(splits);
  // Where a tree has no sets the library does not look at the bit.
  if (sets === 0) for (const [node, bits] of decision.entries()) decision[node] = bits & ~categoricalBit;
  return { threshold: fields.floats('threshold', splits), decision, categories: setsOf(fields, sets) };
}

/** Splits before 2.0.5: of two kinds, `<=` and `is` one category. */
function oldSplitsOf(fields: Fields, splits: number, lists: CategoryLists): Splits {
  const threshold = fields.floats('threshold', splits);
  const standIns = fields.maybe('default_value', splits);
  const decision = new Uint8Array(splits);
  for (const [node, kind] of fields.integers('decision_type', splits).entries()) {
    const old = {
      isCategory: kind === 1,
      threshold: threshold[node] as number,
      standIn: standIns?.[node],
    };
    const split = modernSplit(old, lists, fields.place);
    threshold[node] = split.threshold;
    decision[node] = split.decision;
  }
  return { threshold, decision, categories: lists.take() };
}

/**
 * Reads the tree that begins after the present line.
 * @param features width of the model
 * @returns and whether a release before 2.0.5 wrote it
 * @param lists where categories are gathered that the file writes as numbers
 * @throws `lightgbm-malformed`, `lightgbm-truncated`, `lightgbm-unsupported`
 */
export function readTree(
  lines: Lines,
  index: number,
  features: number,
  lists: CategoryLists,
): { readonly tree: Tree; readonly isOld: boolean } {
  const fields = fieldsOf(lines, index);
  const leaves = fields.integer('num_leaves', 1, 2 ** 30);
  const isOld = !fields.has('num_cat');
  // Before 2.0.5 a tree of a single leaf answers 0, whatever its value.
  const leafValue = isOld && leaves === 1 ? new Float64Array(1) : fields.floats('leaf_value', leaves);
  const splits = leaves - 1;
  const left = fields.integers('left_child', splits);
  const right = fields.integers('right_child', splits);
  const tree: Tree = {
    feature: fields.integers('split_feature', splits),
    ...(isOld ? oldSplitsOf(fields, splits, lists) : splitsOf(fields, splits)),
    left,
    right,
    gain: fields.maybe('split_gain', splits),
    count: fields.maybe('internal_count', splits),
    leafValue,
    leafCount: fields.maybe('leaf_count', leaves),
    linear: linearOf(fields, leaves),
    depth: depthOf(left, right, fields.place),
  };
  checkTree(tree, features, fields.place);
  return { tree, isOld };
}
