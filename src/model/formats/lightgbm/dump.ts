import { categoricalBit, type Booster, type Tree } from './booster.ts';
import { CategoryLists } from './categories.ts';
import { lightgbmErrors } from './errors.ts';
import { checkBooster } from './head.ts';
import { Json } from './json.ts';
import { categoriesOf } from './text.ts';
import { readDumpedTree } from './tree-dump.ts';

/** The longest text that V8 holds, in bytes that are all ASCII. */
const mostBytes = 2 ** 29 - 32;

function parse(bytes: Uint8Array): unknown {
  if (bytes.byteLength > mostBytes)
    throw lightgbmErrors.make['lightgbm-too-large'](
      `the JSON dump has ${bytes.byteLength} bytes, expected at most ${mostBytes}`,
    );
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch (error) {
    throw lightgbmErrors.make['lightgbm-malformed'](
      `the JSON dump does not parse: ${(error as Error).message.slice(0, 200)}`,
      { cause: error },
    );
  }
}

/** Columns that a tree splits by categories. */
function splitByCategories(trees: readonly Tree[]): readonly number[] {
  const columns = trees.flatMap(({ feature, decision }) =>
    [...feature].filter((_, node) => ((decision[node] as number) & categoricalBit) !== 0),
  );
  return [...new Set(columns)].sort((a, b) => a - b);
}

/** Columns whose values in training are listed rather than bounded; before 3.0 only those that trees use are known. */
function categoricalOf(top: Json, names: readonly string[], trees: readonly Tree[]): readonly number[] {
  if (!top.has('feature_infos')) return splitByCategories(trees);
  const infos = top.inside('feature_infos', 'feature_infos');
  return names.flatMap((name, column) => {
    if (!infos.has(name)) return [];
    return infos.inside(name, `feature_infos: ${name}`).list('values').length > 0 ? [column] : [];
  });
}

/** Dumps name the objective since 2.2, and say with it whether answers are averaged. */
function notesOf(top: Json): readonly string[] {
  return top.has('average_output')
    ? []
    : ['the dump does not tell the objective (LightGBM before 2.2): it answers raw scores'];
}

/**
 * Reads what `Booster.dump_model` gives, written as JSON: `GBDT::DumpModel` of releases 1 to 4.7. It holds all that
 * prediction needs; numbers have 17 digits.
 * @throws `lightgbm-malformed`, `lightgbm-unsupported`, `lightgbm-too-large`
 */
export function readDump(bytes: Uint8Array): Booster {
  const top = new Json(parse(bytes), 'the dump');
  const features = top.integer('max_feature_idx', 0, 2 ** 31 - 2) + 1;
  const classes = top.integer('num_class', 1, 2 ** 31 - 1);
  const featureNames = top.texts('feature_names');
  const old = ['v2', undefined].includes(top.text('version'));
  const lists = new CategoryLists();
  const trees = top
    .list('tree_info')
    .map((info, index) => readDumpedTree(new Json(info, `tree ${index}`), features, old, lists));
  const booster: Booster = {
    form: 'JSON dump',
    version: top.text('version'),
    classes,
    treesPerIteration: top.integer('num_tree_per_iteration', 1, 2 ** 31 - 1, classes),
    objective: top.text('objective'),
    average: top.flag('average_output'),
    tellsAnswers: top.has('average_output'),
    sumsAreAnswers: false,
    features,
    featureNames,
    categorical: categoricalOf(top, featureNames, trees),
    pandasCategories: categoriesOf(top.raw('pandas_categorical'), 'pandas_categorical'),
    trees,
    parameters: new Map(),
    notes: notesOf(top),
  };
  checkBooster(booster);
  return booster;
}
