import type { Booster, BoosterTree, LinearModel, Objective, TreeModel } from './booster.ts';
import { categoriesOf as categoriesOfColumns } from './categories.ts';
import { malformed } from './errors.ts';
import { Fields } from './fields.ts';
import { baseScoreOf, checkBooster, roundStartsOf, treesPerRound } from './parts.ts';
import type { Value } from './ubjson.ts';

function objectiveOf(fields: Fields): Objective {
  const parameters = fields.names
    .filter(name => name !== 'name' && typeof fields.raw(name) === 'object')
    .map(name => fields.child(name).plain());
  return {
    name: fields.text('name'),
    parameters: Object.assign({}, ...parameters) as Objective['parameters'],
  };
}

/** The parameters of an objective that stand as JSON among the attributes of a binary model. */
export function parametersOf(value: Value): Objective['parameters'] {
  return objectiveOf(new Fields(value, 'objective')).parameters;
}

function listOrNothing(learner: Fields, name: string): readonly string[] | undefined {
  const list = learner.has(name) ? learner.texts(name) : [];
  return list.length === 0 ? undefined : list;
}

/** Categories of the splits that have some: `categories_nodes` names them, segments of `categories` follow each other. */
function categoriesOf(tree: Fields, nodes: number): ReadonlyMap<number, Int32Array> {
  const found = new Map<number, Int32Array>();
  if (!tree.has('categories_nodes')) return found;
  const splits = tree.integers('categories_nodes');
  const starts = tree.integers('categories_segments', splits.length);
  const sizes = tree.integers('categories_sizes', splits.length);
  const all = tree.integers('categories');
  if (sizes.reduce((sum, size) => sum + Math.abs(size), 0) > all.length)
    malformed(`${tree.place}.categories has ${all.length} elements, its sizes tell of more`);
  for (const [index, node] of splits.entries()) {
    const start = starts[index] as number;
    const end = start + (sizes[index] as number);
    if (node < 0 || node >= nodes || start < 0 || end <= start || end > all.length)
      malformed(`${tree.place}: node ${node} has the categories ${start} to ${end} of ${all.length}`);
    found.set(node, all.subarray(start, end));
  }
  return found;
}

type Vectors = BoosterTree['vectors'];

/** From 3.1 on leaves have rows of their own, named by their right child; before, every node had one. */
function vectorsOf(tree: Fields, nodes: number, width: number, left: Int32Array, right: Int32Array): Vectors {
  if (width <= 1) return undefined;
  if (!tree.has('leaf_weights')) {
    const values = tree.floats('base_weights', nodes * width);
    return { values, width, rowOf: Int32Array.from({ length: nodes }, (_, node) => node) };
  }
  const values = tree.floats('leaf_weights');
  const rowOf = Int32Array.from(right, (row, node) => ((left[node] as number) < 0 ? row : 0));
  if (rowOf.some(row => row < 0 || (row + 1) * width > values.length))
    malformed(`${tree.place}: a leaf names a row that leaf_weights, ${values.length} numbers, does not have`);
  return { values, width, rowOf };
}

function treeOf(tree: Fields): BoosterTree {
  const parameters = tree.child('tree_param');
  const nodes = parameters.integer('num_nodes');
  if (nodes < 1) malformed(`${tree.place}: ${nodes} nodes`);
  const left = tree.integers('left_children', nodes);
  const right = tree.integers('right_children', nodes);
  const width = parameters.integer('size_leaf_vector', 0);
  const vectors = vectorsOf(tree, nodes, width, left, right);
  return {
    left,
    right:
      vectors === undefined ? right : right.map((child, node) => ((left[node] as number) < 0 ? -1 : child)),
    feature: tree.integers('split_indices', nodes),
    condition: tree.floats('split_conditions', nodes),
    defaultLeft: Uint8Array.from(tree.integers('default_left', nodes)),
    cover: tree.has('sum_hessian') ? tree.floats('sum_hessian', nodes) : new Float32Array(0),
    gain: tree.has('loss_changes') ? tree.floats('loss_changes', nodes) : new Float32Array(0),
    categories: categoriesOf(tree, nodes),
    vectors,
  };
}

/** Trees may stand in any order; their `id` is their place. */
function treesOf(model: Fields): readonly BoosterTree[] {
  const all = model.children('trees');
  const trees: BoosterTree[] = Array.from({ length: all.length });
  for (const [index, tree] of all.entries()) {
    const id = tree.integer('id', index);
    if (id < 0 || id >= all.length || trees[id] !== undefined)
      malformed(`${tree.place}.id is ${id}, expected each number below ${all.length} once`);
    trees[id] = treeOf(tree);
  }
  return trees;
}

function treeModelOf(
  model: Fields,
  weights: Fields | undefined,
  outputs: number,
  parallel: number | undefined,
): TreeModel {
  const trees = treesOf(model);
  const perRound = treesPerRound(
    model.child('gbtree_model_param').integer('num_parallel_tree', parallel ?? 0),
    outputs,
  );
  return {
    kind: 'trees',
    trees,
    groupOf: model.integers('tree_info', trees.length),
    weights: weights?.floats('weight_drop'),
    roundStarts: model.has('iteration_indptr')
      ? model.integers('iteration_indptr')
      : roundStartsOf(trees.length, perRound),
  };
}

interface Gradient {
  readonly booster: Booster['booster'];
  readonly model: TreeModel | LinearModel;
  readonly categories?: Booster['categories'];
}

/** DART's weights stand beside the trees, from 3.4 on among them. */
function gradientOf(
  fields: Fields,
  features: number,
  outputs: number,
  parallel: number | undefined,
): Gradient {
  const name = fields.text('name');
  switch (name) {
    case 'gblinear':
      return { booster: name, model: { kind: 'linear', weights: fields.child('model').floats('weights') } };
    case 'dart': {
      const model = fields.child('gbtree').child('model');
      return {
        booster: name,
        model: treeModelOf(model, fields, outputs, parallel),
        categories: categoriesOfColumns(model, features),
      };
    }
    case 'gbtree': {
      const model = fields.child('model');
      const isDart = model.has('weight_drop');
      const weights = isDart ? model : undefined;
      return {
        booster: isDart ? 'dart' : name,
        model: treeModelOf(model, weights, outputs, parallel),
        categories: categoriesOfColumns(model, features),
      };
    }
    default:
      return malformed(`${fields.place}.name is ${JSON.stringify(name)}, expected gbtree, dart or gblinear`);
  }
}

function versionOf(root: Fields): Int32Array {
  const version = root.has('version') ? root.integers('version') : Int32Array.of(1, 0, 0);
  return version.length >= 2 ? version : malformed(`version has ${version.length} numbers, expected 3`);
}

/** Trees of a round for each output, as the settings of a serialised booster have it. */
export function parallelTreesOf(config: Fields): number | undefined {
  const gradient = config.child('learner').child('gradient_booster');
  const holder = gradient.has('gbtree') ? gradient.child('gbtree') : gradient;
  for (const name of ['gbtree_train_param', 'gbtree_model_param'])
    if (holder.has(name) && holder.child(name).has('num_parallel_tree'))
      return holder.child(name).integer('num_parallel_tree');
  return undefined;
}

/**
 * A booster from a document of `save_model`, or of serialisation (`Model` beside `Config`), after XGBoost's
 * `LearnerIO::LoadModel`.
 * @param form what the document was written in
 * @throws `xgboost-malformed`
 */
export function boosterOfDocument(value: Value, form: string): Booster {
  const whole = new Fields(value, '');
  const isSnapshot = whole.has('Model');
  const root = isSnapshot ? whole.child('Model') : whole;
  const learner = root.child('learner');
  const parameters = learner.child('learner_model_param');
  const classes = parameters.integer('num_class');
  const targets = Math.max(1, parameters.integer('num_target', 1));
  const outputs = Math.max(1, classes, targets);
  const features = parameters.integer('num_feature');
  const version = versionOf(root);
  const parallel = isSnapshot && whole.has('Config') ? parallelTreesOf(whole.child('Config')) : undefined;
  return checkBooster({
    form: isSnapshot ? `${form} of a serialised booster` : form,
    release: { major: version[0] as number, minor: version[1] as number },
    releaseText: root.has('version') ? version.join('.') : undefined,
    ...gradientOf(learner.child('gradient_booster'), features, outputs, parallel),
    objective: objectiveOf(learner.child('objective')),
    baseScore: baseScoreOf(parameters.text('base_score')),
    baseIsMargin: false,
    features,
    classes,
    targets,
    outputs,
    featureNames: listOrNothing(learner, 'feature_names'),
    featureTypes: listOrNothing(learner, 'feature_types'),
    attributes: learner.has('attributes') ? learner.child('attributes').plain() : {},
  });
}
