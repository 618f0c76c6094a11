import type { Booster, BoosterTree, LinearModel, Release, TreeModel } from './booster.ts';
import { Cursor } from './cursor.ts';
import { parametersOf } from './document.ts';
import { malformed, xgboostErrors } from './errors.ts';
import { readJson } from './json.ts';
import { checkBooster, roundStartsOf, treesPerRound } from './parts.ts';

const bytesOfNode = 20;
const bytesOfStatistics = 16;
const defaultLeftBit = 0x8000_0000;
/** The split index of a node that pruning took away. */
const deleted = 0xffff_ffff;

/** What the 136 bytes of `LearnerModelParamLegacy` say. */
interface Head {
  readonly baseScore: number;
  readonly features: number;
  readonly classes: number;
  readonly hasAttributes: boolean;
  readonly release: Release | undefined;
  readonly targets: number;
}

function headOf(cursor: Cursor): Head {
  const head = cursor.view(136, 'the parameters of the learner');
  const major = head.getInt32(20, true);
  return {
    baseScore: head.getFloat32(0, true),
    features: head.getUint32(4, true),
    classes: head.getInt32(8, true),
    hasAttributes: head.getInt32(12, true) !== 0,
    release: major < 1 ? undefined : { major, minor: head.getInt32(24, true) },
    targets: Math.max(1, head.getInt32(28, true)),
  };
}

function nodesOf(
  cursor: Cursor,
  count: number,
): Omit<BoosterTree, 'cover' | 'gain' | 'categories' | 'vectors'> {
  const view = cursor.view(count * bytesOfNode, `a tree of ${count} nodes`);
  const left = new Int32Array(count);
  const right = new Int32Array(count);
  const feature = new Int32Array(count);
  const condition = new Float32Array(count);
  const defaultLeft = new Uint8Array(count);
  for (let node = 0; node < count; node++) {
    const at = node * bytesOfNode;
    const index = view.getUint32(at + 12, true);
    left[node] = index === deleted ? -1 : view.getInt32(at + 4, true);
    right[node] = (left[node] as number) < 0 ? -1 : view.getInt32(at + 8, true);
    feature[node] = index & ~defaultLeftBit;
    defaultLeft[node] = index >= defaultLeftBit ? 1 : 0;
    condition[node] = view.getFloat32(at + 16, true);
  }
  return { left, right, feature, condition, defaultLeft };
}

function treeOf(cursor: Cursor, release: Release | undefined): BoosterTree {
  const parameters = cursor.view(148, 'the parameters of a tree');
  const roots = parameters.getInt32(0, true);
  const count = parameters.getInt32(4, true);
  const leafVector = parameters.getInt32(20, true);
  if (count < 1) malformed(`a tree of ${count} nodes before byte ${cursor.at}`);
  if (roots > 1)
    throw xgboostErrors.make['xgboost-unsupported'](`a tree with ${roots} roots is not supported`);
  const nodes = nodesOf(cursor, count);
  const statistics = cursor.view(count * bytesOfStatistics, `the statistics of ${count} nodes`);
  // Nothing ever came of vector leaves before 2.0, which writes them as JSON only; 1 is the size of a usual leaf since then.
  if (release === undefined && leafVector !== 0) cursor.floats('a vector of leaves');
  return {
    ...nodes,
    gain: Float32Array.from({ length: count }, (_, node) =>
      statistics.getFloat32(node * bytesOfStatistics, true),
    ),
    cover: Float32Array.from({ length: count }, (_, node) =>
      statistics.getFloat32(node * bytesOfStatistics + 4, true),
    ),
    categories: new Map(),
    vectors: undefined,
  };
}

/** `GBTreeModelParam`, the trees, and the output of each. */
function treeModelOf(cursor: Cursor, head: Head, isDart: boolean): TreeModel {
  const { release, targets, classes } = head;
  const parameters = cursor.view(160, 'the parameters of the trees');
  const count = parameters.getInt32(0, true);
  if (count < 0) malformed(`the model has ${count} trees, expected 0 or more`);
  const trees: BoosterTree[] = [];
  while (trees.length < count) trees.push(treeOf(cursor, release));
  const groups = cursor.view(4 * count, 'the outputs of the trees');
  skipBuffer(cursor, parameters, head);
  // The number of roots before 1.6, the number of parallel trees since then.
  const second = parameters.getInt32(4, true);
  const isParallel = release !== undefined && (release.major > 1 || release.minor >= 6);
  return {
    kind: 'trees',
    trees,
    groupOf: Int32Array.from({ length: count }, (_, tree) => groups.getInt32(4 * tree, true)),
    weights: isDart && count > 0 ? cursor.floats('the weights of the trees') : undefined,
    roundStarts: roundStartsOf(count, treesPerRound(isParallel ? second : 0, Math.max(1, classes, targets))),
  };
}

/** Before 0.47 a buffer of predictions could follow: floats and counters. */
function skipBuffer(cursor: Cursor, parameters: DataView, { release, hasAttributes }: Head): void {
  const rows = parameters.getBigInt64(16, true);
  if (release !== undefined || !hasAttributes || rows <= 0n) return;
  const columns = parameters.getInt32(24, true) * (parameters.getInt32(28, true) + 1);
  cursor.view(8 * Number(rows) * columns, 'the buffer of predictions');
}

function linearModelOf(cursor: Cursor): LinearModel {
  cursor.view(136, 'the parameters of the linear model');
  return { kind: 'linear', weights: cursor.floats('the weights') };
}

function modelOf(cursor: Cursor, name: string, head: Head): Pick<Booster, 'booster' | 'model'> {
  switch (name) {
    case 'gbtree':
    case 'dart':
      return { booster: name, model: treeModelOf(cursor, head, name === 'dart') };
    case 'gblinear':
      return { booster: name, model: linearModelOf(cursor) };
    default:
      return malformed(
        `the booster is ${JSON.stringify(name.slice(0, 40))}, expected gbtree, dart or gblinear`,
      );
  }
}

function attributesOf(cursor: Cursor): Record<string, string> {
  const attributes: Record<string, string> = {};
  const count = cursor.count('the attributes');
  for (let index = 0; index < count; index++) {
    const name = cursor.text('the name of an attribute');
    attributes[name] = cursor.text('an attribute');
  }
  return attributes;
}

/** Before 0.3 the length of the objective's name stood four bytes later. */
function objectiveNameOf(cursor: Cursor): string {
  const start = cursor.at;
  const low = cursor.u32('the length of the objective');
  const high = cursor.u32('the length of the objective');
  if (high !== 0 && low === 0) cursor.u32('a gap');
  else cursor.at = start;
  return high !== 0 && low === 0 ? cursor.characters(high, 'the objective') : cursor.text('the objective');
}

/**
 * A booster of the binary format of versions 0.2 to 3.0, after XGBoost's `LearnerIO::LoadModel(dmlc::Stream*)`; little
 * endian. `bytes` begin after `binf`, where that is.
 * @param form what the format is called where it was found
 * @param parallel trees of a round for each output, where something else tells
 * @throws `xgboost-truncated`, `xgboost-malformed`, `xgboost-unsupported`
 */
export function boosterOfBinary(bytes: Uint8Array, form: string, parallel?: number): Booster {
  const cursor = new Cursor(bytes);
  const head = headOf(cursor);
  const name = objectiveNameOf(cursor);
  const { booster, model } = modelOf(cursor, cursor.text('the booster'), head);
  // Before 0.47 the same flag told of a buffer of predictions, and attributes there were none.
  const endsHere = head.release === undefined && cursor.left === 0;
  const attributes = head.hasAttributes && !endsHere ? attributesOf(cursor) : {};
  const { objective, metrics: _, ...others } = attributes;
  const outputs = Math.max(1, head.classes, head.targets);
  const rounds =
    model.kind === 'trees' && roundStartsOf(model.trees.length, treesPerRound(parallel ?? 0, outputs));
  return checkBooster({
    form,
    release: head.release,
    releaseText: head.release && `${head.release.major}.${head.release.minor}`,
    booster,
    model: rounds ? { ...model, roundStarts: rounds } : model,
    objective: {
      name,
      parameters: objective === undefined ? {} : parametersOf(readJson(Buffer.from(objective))),
    },
    baseScore: Float32Array.of(head.baseScore),
    baseIsMargin: head.release === undefined,
    features: head.features,
    classes: head.classes,
    targets: head.targets,
    outputs,
    featureNames: undefined,
    featureTypes: undefined,
    attributes: others,
  });
}
