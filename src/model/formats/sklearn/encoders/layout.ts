import { NdArray, type PyValue } from '../../pickle/index.ts';
import { sklearnErrors } from '../errors.ts';
import type { Estimator } from '../estimator.ts';
import { itemsOf } from '../python.ts';
import { keyOf } from './mappings.ts';

/** Names of columns, as keys, in order. */
export interface Layout {
  /** Columns that the encoder takes. */
  readonly inputs: readonly string[];
  /** Columns that it leaves out of what it gives, because they were the same in all rows of training. */
  readonly dropped: ReadonlySet<string>;
  /** Whether a column of ones comes first: contrasts have it until 2.6. */
  readonly intercept: boolean;
}

/** Items of a list, tuple or array. */
function elementsOf(value: PyValue | undefined): readonly PyValue[] | undefined {
  return value instanceof NdArray ? value.values() : itemsOf(value);
}

function keysOf(estimator: Estimator, ...names: readonly string[]): readonly string[] | undefined {
  const name = estimator.anyOf(...names);
  if (name === undefined) return undefined;
  const keys = elementsOf(estimator.raw(name))?.map(keyOf);
  return keys === undefined || keys.includes(undefined)
    ? estimator.malformed(name, 'names of columns')
    : (keys as string[]);
}

/** How many columns it was fitted with; undefined before. */
export function widthOf(estimator: Estimator): number | undefined {
  const name = estimator.anyOf('n_features_in_', '_dim');
  return name === undefined ? undefined : estimator.count(name);
}

/** Names of the columns that come out. */
function outputsOf(estimator: Estimator): readonly string[] | undefined {
  return keysOf(estimator, 'feature_names_out_', 'feature_names');
}

const interceptKey = keyOf('intercept') as string;

/** The columns that it takes, if they are as many as it was fitted with. @throws `sklearn-not-fitted`, `sklearn-features-unknown` */
function checkedInputs(estimator: Estimator, inputs: readonly string[]): readonly string[] {
  const width = widthOf(estimator);
  if (width === undefined)
    throw sklearnErrors.make['sklearn-not-fitted'](
      `${estimator.place}: this ${estimator.name} is not fitted (it has no n_features_in_ and no _dim); it was saved before fit was called`,
    );
  if (inputs.length === width) return inputs;
  throw sklearnErrors.make['sklearn-features-unknown'](
    `${estimator.place}: the file does not say which ${width} columns this ${estimator.name} takes in which order (it names ${inputs.length}); category_encoders writes them from 2.6.1 on`,
  );
}

/** Columns that were the same in all rows of training. */
function droppedOf(estimator: Estimator): ReadonlySet<string> {
  const drops = estimator.flag('drop_invariant', false)
    ? keysOf(estimator, 'invariant_cols', 'drop_cols')
    : undefined;
  return new Set(drops);
}

/**
 * @param contrasts whether it may have a column of ones
 * @throws `sklearn-not-fitted`, `sklearn-features-unknown`
 */
export function layoutOf(estimator: Estimator, contrasts: boolean): Layout {
  const outputs = outputsOf(estimator) ?? [];
  // Until 2.6 a file does not say what goes in. It is what comes out of the ordinal encoder inside, or else of the encoder
  // itself, which replaces a column by one.
  const inner = estimator.part('ordinal_encoder');
  const known = keysOf(estimator, 'feature_names_in_') ?? (inner && outputsOf(inner));
  const intercept = contrasts && outputs[0] === interceptKey && known?.includes(interceptKey) !== true;
  return { inputs: checkedInputs(estimator, known ?? outputs), dropped: droppedOf(estimator), intercept };
}

/** The columns of an encoder that hashes some of them together; those that it hashes are in `cols`. */
export function hashedLayout(estimator: Estimator): Layout & { readonly hashed: ReadonlySet<string> } {
  const hashed = keysOf(estimator, 'cols') ?? [];
  // Counts do not depend on the order; columns that are not hashed would.
  const inputs = checkedInputs(estimator, keysOf(estimator, 'feature_names_in_') ?? hashed);
  return { inputs, dropped: droppedOf(estimator), intercept: false, hashed: new Set(hashed) };
}

/** The names of the columns, where they have names. */
export function namesOf({ inputs }: Layout): readonly string[] | undefined {
  return inputs.every(key => key.startsWith('"')) ? inputs.map(key => key.slice(1)) : undefined;
}
