import type { TensorSpec } from '../../../tensor/index.ts';
import {
  encodeCategories,
  PlanBuilder,
  type ColumnTexts,
  type ModelSource,
  type NewResult,
  type Plan,
} from '../../plan/index.ts';
import type { Opened } from '../index.ts';
import type { Booster } from './booster.ts';
import { categoryNotes, columnTextsOf } from './categories.ts';
import { describeBooster } from './describe.ts';
import { addBooster, type BoosterNodes } from './translate.ts';

/** The newest release that golden vectors exist for. */
const newest = { major: 3, minor: 4 };

function notesOf({ release, releaseText, categories, featureNames }: Booster): readonly string[] {
  const ofColumns = categoryNotes(categories, featureNames);
  if (release === undefined)
    return ['the file does not say which version wrote it: read as XGBoost before 1.0', ...ofColumns];
  const isNewer =
    release.major > newest.major || (release.major === newest.major && release.minor > newest.minor);
  return isNewer
    ? [
        `written by XGBoost ${releaseText}, newer than ${newest.major}.${newest.minor}, the newest that answers were compared with`,
        ...ofColumns,
      ]
    : ofColumns;
}

export function sourceOf(booster: Booster): ModelSource {
  return {
    format: 'xgboost',
    container: booster.form,
    library: 'XGBoost',
    ...(booster.releaseText === undefined ? {} : { libraryVersion: booster.releaseText }),
    notes: notesOf(booster),
  };
}

type Output = readonly [TensorSpec, NewResult];

function outputsOf(nodes: BoosterNodes, builder: PlanBuilder): readonly Output[] {
  const one = (
    name: string,
    node: number | undefined,
    datatype: TensorSpec['datatype'],
    isVector = false,
  ): Output[] => {
    if (node === undefined) return [];
    const { width } = builder.typeOf(node);
    return [[{ name, datatype, shape: isVector && width === 1 ? [-1] : [-1, width] }, { node }]];
  };
  return [
    ...one('predict', nodes.value, 'FP32', true),
    ...one('predict_proba', nodes.probabilities, 'FP32'),
    ...one('margin', nodes.margin, 'FP32', true),
    ...one('leaf', nodes.leaf, 'INT32'),
    ...one('contribs', nodes.contribs, 'FP32'),
  ];
}

/** A file that holds a booster: it answers as `Booster.predict` does, with all its trees. */
export function openBooster(booster: Booster): Opened {
  const source = sourceOf(booster);
  const description = describeBooster(booster);
  return { source, description, plan: () => planOf(booster, source, description) };
}

/** One matrix, or one tensor for each column where some are texts. */
function inputsOf(
  { features, featureNames }: Booster,
  texts: ColumnTexts | undefined,
): readonly TensorSpec[] {
  if (texts === undefined || featureNames === undefined)
    return [{ name: 'input-0', datatype: 'FP32', shape: [-1, features] }];
  return featureNames.map((name, column) => ({
    name,
    datatype: texts[column] === undefined ? 'FP32' : 'BYTES',
    shape: [-1],
  }));
}

function planOf(booster: Booster, source: ModelSource, description: Plan['description']): Plan {
  const builder = new PlanBuilder();
  const { features, featureNames } = booster;
  const texts = featureNames === undefined ? undefined : columnTextsOf(booster.categories);
  const x = builder.add(
    'input',
    [],
    { width: features, owner: 'XGBoost', ...(texts === undefined ? {} : { unknown: 'refuse' }) },
    texts === undefined ? {} : encodeCategories(texts),
  );
  const nodes = addBooster(booster, x, { missing: Number.NaN, trees: undefined }, builder);
  const outputs = outputsOf(nodes, builder);
  return builder.finish(
    {
      source,
      description,
      inputs: inputsOf(booster, texts),
      outputs: outputs.map(([spec]) => spec),
      features,
      ...(featureNames === undefined ? {} : { featureNames }),
    },
    outputs.map(([, result]) => result),
  );
}
