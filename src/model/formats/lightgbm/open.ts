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
import { describeBooster } from './describe.ts';
import { columnTextsOf, frameNotes } from './frame.ts';
import { addBooster, type BoosterNodes } from './translate.ts';

/** The formats that golden vectors exist for. */
const known = [undefined, 'v2', 'v3', 'v4'];

function notesOf(booster: Booster): readonly string[] {
  const { version, notes } = booster;
  const unknown = `the format is ${version}; the newest that answers were compared with is v4`;
  return [...notes, ...(known.includes(version) ? [] : [unknown]), ...frameNotes(booster)];
}

function sourceOf(booster: Booster): ModelSource {
  return {
    format: 'lightgbm',
    container: `${booster.form}${booster.version === undefined ? '' : `, format ${booster.version}`}`,
    library: 'LightGBM',
    notes: notesOf(booster),
  };
}

type Output = readonly [TensorSpec, NewResult];

function outputsOf({ value, margin, leaf, contribs }: BoosterNodes, builder: PlanBuilder): readonly Output[] {
  function output(
    name: string,
    node: number | undefined,
    datatype: TensorSpec['datatype'],
    isVector: boolean,
  ): Output[] {
    if (node === undefined) return [];
    const { width } = builder.typeOf(node);
    return [[{ name, datatype, shape: isVector && width === 1 ? [-1] : [-1, width] }, { node }]];
  }
  return [
    ...output('predict', value, 'FP64', true),
    ...output('margin', margin, 'FP64', true),
    ...output('leaf', leaf, 'INT32', false),
    ...output('contribs', contribs, 'FP64', false),
  ];
}

/** One matrix, or one tensor for each column where some are texts. */
function inputsOf(
  { features, featureNames }: Booster,
  texts: ColumnTexts | undefined,
): readonly TensorSpec[] {
  if (texts === undefined) return [{ name: 'input-0', datatype: 'FP64', shape: [-1, features] }];
  return featureNames.map((name, column) => ({
    name,
    datatype: texts[column] === undefined ? 'FP64' : 'BYTES',
    shape: [-1],
  }));
}

function planOf(booster: Booster, head: Pick<Opened, 'source' | 'description'>): Plan {
  const builder = new PlanBuilder();
  const { features, featureNames } = booster;
  const texts = columnTextsOf(booster);
  const arrays = texts === undefined ? {} : encodeCategories(texts);
  const x = builder.add('input', [], { width: features, owner: 'LightGBM' }, arrays);
  const outputs = outputsOf(addBooster(booster, x, undefined, builder), builder);
  return builder.finish(
    {
      ...head,
      inputs: inputsOf(booster, texts),
      outputs: outputs.map(([spec]) => spec),
      features,
      featureNames,
      lenientColumns: true,
    },
    outputs.map(([, result]) => result),
  );
}

/** A file that holds a booster: it answers as `Booster.predict` does, with all its trees. */
export function openBooster(booster: Booster): Opened {
  const head = { source: sourceOf(booster), description: describeBooster(booster) };
  return { ...head, plan: () => planOf(booster, head) };
}
