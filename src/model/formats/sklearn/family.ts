import type { TensorSpec } from '../../../tensor/index.ts';
import type { NewLabels, PlanBuilder } from '../../plan/index.ts';
import type { PyValue } from '../pickle/index.ts';
import type { Estimator } from './estimator.ts';
import type { Features } from './features.ts';

/** What a method of an estimator returns: a node, the classes its codes stand for, and whether it is a vector `[rows]`. */
export interface Column {
  readonly node: number;
  readonly labels?: NewLabels | undefined;
  readonly vector?: boolean;
  /** What the values of a matrix are written as, FP64 unless it says otherwise. */
  readonly datatype?: 'FP32' | 'INT32' | 'INT64' | undefined;
}

/** Methods that give columns, in the order in which a model's outputs are listed. */
export const columnMethods = [
  'predict',
  'predict_proba',
  'predict_log_proba',
  'decision_function',
  'score_samples',
  'margin',
  'leaf',
  'contribs',
] as const;

export type ColumnMethod = (typeof columnMethods)[number];

/**
 * The methods an estimator has; several columns where scikit-learn returns a list, one for each target. What `transform`
 * gives goes to the next estimator, or out.
 */
export type Methods = { readonly [M in ColumnMethod]?: Column | readonly Column[] } & {
  readonly transform?: Features;
};

/** Where a translator writes to, and how it translates the estimators inside its own. */
export interface Translation {
  readonly builder: PlanBuilder;
  /**
   * @param place the part's place in the model, for messages
   * @param x the part's features
   */
  translate(part: PyValue | undefined, place: string, holder: Estimator, x: Features): Methods;
  /** How many features a part takes; undefined when it keeps no note of that. */
  featuresOf(part: PyValue | undefined, place: string, holder: Estimator): number | undefined;
  /**
   * `inverse_transform` of a part.
   * @throws `sklearn-class-unsupported` when its class has none that is translated
   */
  inverse(part: PyValue | undefined, place: string, holder: Estimator, y: Features): Features;
}

/** An estimator inside another, with its place in the model. */
export interface Part {
  readonly part: PyValue;
  readonly place: string;
}

/** How the estimators of a class are translated. */
export interface FamilyRow {
  /** Adds the nodes that compute the estimator's methods from the features `x`. */
  translate(estimator: Estimator, x: Features, to: Translation): Methods;
  /** Features that it was fitted with. */
  features(estimator: Estimator, to: Translation): number | undefined;
  /** For an estimator made of others: the part that reads the features, undefined when they pass through all of it. */
  reader?(estimator: Estimator): Part | undefined;
  /** Fitted estimators inside, which `inspect` shows in place of those among the parameters. */
  parts?(estimator: Estimator): readonly (Part & { readonly name: string })[];
  /** Names of the columns it was trained with, for versions that keep them elsewhere than in `feature_names_in_`. */
  names?(estimator: Estimator): readonly string[] | undefined;
  /** A request may lack columns, and have others. */
  readonly lenient?: true;
  /** A request has whatever columns it likes; or only where nothing in the file says how many there are. */
  readonly openColumns?: 'always' | 'where-unknown';
  /** What such a request looks like; one tensor for each key of its rows when undefined. */
  openInput?(estimator: Estimator): TensorSpec | undefined;
  /** It picks its columns by name: a request may have others besides. */
  readonly picksColumns?: true;
  /** Adds the nodes of `inverse_transform`, for transformers of targets. */
  inverse?(estimator: Estimator, y: Features, to: Translation): Features;
  /** For models of other libraries: which version wrote it. */
  libraryVersion?(estimator: Estimator): string | undefined;
  /** What was learnt, in numbers, for `inspect`. */
  facts?(estimator: Estimator): Readonly<Record<string, string | number | boolean>>;
}

/** Rows of a family by package and class: `svm.SVC`, whatever module of the package the file names. */
export type Family = Readonly<Record<string, FamilyRow>>;

/** Classes of a family by public name, and the module that translates them: loaded when a file has one of them. */
export interface FamilyModule {
  readonly classes: readonly string[];
  readonly load: () => Promise<Family>;
}
