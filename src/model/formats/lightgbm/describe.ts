import type { Described } from '../../plan/index.ts';
import { categoricalBit, type Booster } from './booster.ts';
import { importancesOf } from './importance.ts';

const mostParameters = 200;
const mostNames = 20;
const mostImportant = 10;

type Scalars = Record<string, string | number | boolean>;

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** A setting of training as a value: numbers are numbers. */
function settingOf(text: string): string | number {
  return text !== '' && /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? Number(text) : shortened(text);
}

function listed(names: readonly string[]): string {
  const more = names.length - mostNames;
  return shortened(names.slice(0, mostNames).join(', ')) + (more > 0 ? ` and ${more} more` : '');
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** What was learnt, in numbers and names, for `inspect`. */
export function factsOf(booster: Booster): Scalars {
  const { trees, treesPerIteration, categorical } = booster;
  const facts: Scalars = {
    objective: booster.objective ?? 'not told: answers are raw scores',
    trees: trees.length,
    iterations: trees.length / treesPerIteration,
    'largest depth': largest(trees.map(tree => tree.depth)),
    leaves: trees.reduce((sum, tree) => sum + tree.leafValue.length, 0),
    features: booster.features,
    'feature names': listed(booster.featureNames),
  };
  if (treesPerIteration > 1) facts['classes'] = booster.classes;
  if (booster.average) facts['answers'] = 'mean of the iterations';
  if (trees.some(tree => tree.linear !== undefined)) facts['leaves are'] = 'linear models';
  if (trees.some(tree => tree.decision.some(bits => (bits & categoricalBit) !== 0)))
    facts['categorical features'] = listed(
      (categorical ?? []).map(column => booster.featureNames[column] ?? ''),
    );
  const important = importancesOf(booster).slice(0, mostImportant);
  if (important.length > 0)
    facts['most important features'] = shortened(
      important
        .map(({ feature, splits, gain }) => `${feature} (${splits} splits, gain ${gain.toPrecision(4)})`)
        .join(', '),
    );
  return facts;
}

/** A model of text or JSON as a person would print it. */
export function describeBooster(booster: Booster): Described {
  const parameters = [...booster.parameters].slice(0, mostParameters);
  return {
    name: 'model',
    class: 'lightgbm.basic.Booster',
    parameters: Object.fromEntries(parameters.map(([key, value]) => [key, settingOf(value)])),
    facts: factsOf(booster),
    parts: [],
  };
}
