import type { Booster, Category, Tree } from './booster.ts';
import { CategoryLists } from './categories.ts';
import { lightgbmErrors } from './errors.ts';
import { checkBooster, columnsOf } from './head.ts';
import { Lines } from './lines.ts';
import { floatOf, integerOf, tokensOf } from './numbers.ts';
import { readTree } from './tree-text.ts';

const pandasKey = 'pandas_categorical:';

function malformed(problem: string): never {
  throw lightgbmErrors.make['lightgbm-malformed'](problem);
}

function truncated(place: string): never {
  throw lightgbmErrors.make['lightgbm-truncated'](`the file ends ${place}`);
}

/** The lines before the first tree, by key. Names of features may hold `=`, so only the first one counts. */
class Head {
  readonly #values = new Map<string, string>();

  add(line: string): void {
    const at = line.indexOf('=');
    if (at < 0) this.#values.set(line.trim(), '');
    else this.#values.set(line.slice(0, at), line.slice(at + 1));
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  text(key: string): string | undefined {
    return this.#values.get(key)?.trim();
  }

  integer(key: string, least: number, otherwise?: number): number {
    const text = this.text(key);
    if (text === undefined)
      return otherwise ?? malformed(`the model has no ${key}; every text model of LightGBM has one`);
    return integerOf(text, key, least, 2 ** 31 - 1);
  }
}

/** @returns whether a tree follows */
function readHead(lines: Lines, head: Head): boolean {
  while (lines.advance()) {
    if (lines.startsWith('Tree=')) return true;
    if (endsTrees(lines)) return false;
    if (!lines.isEmpty) head.add(lines.text());
  }
  return truncated(`before the first tree, after ${lines.number} lines`);
}

/** What follows the last tree; before 2.3 the features' importances do at once. */
function endsTrees(lines: Lines): boolean {
  return (
    lines.startsWith('end of trees') ||
    lines.startsWith('feature importances:') ||
    lines.startsWith('feature_importances:')
  );
}

interface Trees {
  readonly trees: readonly Tree[];
  /** The line `end of trees` follows them: releases from 2.2 on. */
  readonly ended: boolean;
  /** Written by a release before 2.0.5. */
  readonly isOld: boolean;
}

/** Reads the trees; the line after them is the present one then. */
function readTrees(lines: Lines, features: number, announced: number | undefined): Trees {
  const trees: Tree[] = [];
  const lists = new CategoryLists();
  let isOld = false;
  do {
    const next = readTree(lines, trees.length, features, lists);
    trees.push(next.tree);
    isOld ||= next.isOld;
    do
      if (!lines.advance())
        return trees.length === announced
          ? { trees, isOld, ended: true }
          : truncated(`after ${trees.length} trees`);
    while (lines.isEmpty);
  } while (lines.startsWith('Tree='));
  return endsTrees(lines)
    ? { trees, isOld, ended: lines.startsWith('end of trees') }
    : malformed(
        `line ${lines.number} is ${JSON.stringify(lines.text(60))}, expected a tree or "end of trees"`,
      );
}

interface Tail {
  readonly parameters: ReadonlyMap<string, string>;
  readonly information: ReadonlyMap<string, string>;
  readonly pandas: readonly (readonly Category[])[] | undefined;
}

function isCategory(value: unknown): value is Category {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** The lists of categories that LightGBM's Python package adds, or null. */
export function categoriesOf(value: unknown, place: string): Tail['pandas'] {
  if (value === null || value === undefined) return undefined;
  const lists = value as readonly (readonly Category[])[];
  if (Array.isArray(value) && lists.every(list => Array.isArray(list) && list.every(isCategory)))
    return lists;
  return malformed(`${place}: expected a list of lists of categories, or null`);
}

function pandasOf(line: string): Tail['pandas'] {
  let value: unknown;
  try {
    value = JSON.parse(line.slice(pandasKey.length));
  } catch {
    return truncated(`or is spoilt inside ${pandasKey} its JSON does not parse`);
  }
  return categoriesOf(value, 'pandas_categorical');
}

const sections: Readonly<Record<string, string>> = {
  'parameters:': 'end of parameters',
  'parser:': 'end of parser',
};

/**
 * Reads what follows the trees. A file may end after any of its parts, since each has its writers that leave out the rest,
 * but not inside one.
 */
function readTail(lines: Lines): Tail {
  const parameters = new Map<string, string>();
  const information = new Map<string, string>();
  let pandas: Tail['pandas'];
  let until: string | undefined;
  let whole = true;
  while (lines.advance()) {
    if (lines.isEmpty) continue;
    const line = lines.text();
    whole = lines.closed;
    if (line === until) {
      until = undefined;
      whole = true;
    } else if (until === undefined && line.startsWith(pandasKey)) {
      pandas = pandasOf(line);
      whole = true;
    } else if (until === undefined && sections[line] !== undefined) until = sections[line];
    else if (until === undefined) information.set(...(lines.pair() ?? [line, '']));
    else {
      const [, key, value] = /^\[([^:\]]+): ?(.*)\]$/.exec(line) ?? [];
      if (key !== undefined) parameters.set(key, value as string);
    }
  }
  if (until !== undefined) return truncated(`before "${until}"`);
  return whole ? { parameters, information, pandas } : truncated(`inside line ${lines.number}`);
}

/**
 * Before 2.0.1 the objective is a name alone and a sigmoid stands on a line of its own; it decides, not the name, how
 * scores become answers.
 */
function objectiveOf(head: Head, classes: number): string | undefined {
  const objective = head.text('objective');
  const sigmoid = head.text('sigmoid');
  if (sigmoid === undefined) return objective;
  if (floatOf(sigmoid, 'sigmoid') > 0)
    return classes === 1
      ? `binary sigmoid:${sigmoid}`
      : `multiclassova num_class:${classes} sigmoid:${sigmoid}`;
  return classes === 1 ? 'custom' : `multiclass num_class:${classes}`;
}

/** The numbers of bytes that trees take are not used: a file whose line ends were converted is still read. */
function announcedTrees(head: Head): number | undefined {
  const sizes = head.text('tree_sizes');
  return sizes === undefined ? undefined : tokensOf(sizes).length;
}

/**
 * Reads a model in LightGBM's text format: of any version, from before there were versions to `v4`, with LF or CRLF.
 * Follows `GBDT::LoadModelFromString` and the constructor of `Tree` from text of releases 1 to 4.7.
 * @throws `lightgbm-malformed`, `lightgbm-truncated`, `lightgbm-unsupported`
 */
export function readText(bytes: Uint8Array): Booster {
  const lines = new Lines(bytes);
  const head = new Head();
  const hasTrees = readHead(lines, head);
  const features = head.integer('max_feature_idx', 0) + 1;
  const classes = head.integer('num_class', 1);
  const announced = announcedTrees(head);
  const { trees, isOld, ended } = hasTrees
    ? readTrees(lines, features, announced)
    : { trees: [], isOld: false, ended: true };
  if (announced !== undefined && announced !== trees.length)
    malformed(`${trees.length} trees, but tree_sizes speaks of ${announced}`);
  const { parameters, pandas } = readTail(lines);
  const infos = head.text('feature_infos');
  const booster: Booster = {
    form: 'text',
    version: head.text('version'),
    classes,
    treesPerIteration: head.integer('num_tree_per_iteration', 1, classes),
    objective: objectiveOf(head, classes),
    average: head.has('average_output'),
    tellsAnswers: true,
    sumsAreAnswers: (head.has('average_output') && !ended) || (isOld && head.text('objective') === 'poisson'),
    features,
    featureNames: tokensOf(head.text('feature_names') ?? ''),
    categorical: columnsOf(
      parameters.get('categorical_feature'),
      infos === undefined ? undefined : tokensOf(infos),
    ),
    pandasCategories: pandas,
    trees,
    parameters,
    notes: [],
  };
  checkBooster(booster);
  return booster;
}
