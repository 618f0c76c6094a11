import { setting } from '../../base/settings/index.ts';
import type { Command } from '../command.ts';

export const inspectSettings = {
  json: setting.switch({ default: false, flags: ['json'], help: 'Print one JSON object instead of text.' }),
  object: setting.text({
    default: undefined,
    flags: ['object'],
    placeholder: 'OBJECT',
    help: 'The way to the model in a file that holds several things, such as model, 0 or models.forest.',
  }),
  tree: setting.whole({
    default: undefined,
    flags: ['tree'],
    placeholder: 'N',
    help: 'Draw tree N of the model instead; trees count from 0.',
  }),
};

export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'Tell what a model file holds and whether it can be served.',
  description:
    'Reads a model file without running anything in it and prints its format, library and version, the estimators with their parameters, inputs and outputs, and of trees which features they split on most. Exit status 1 when it cannot be served, with the exact reason.',
  positionals: [
    { name: 'FILE', help: 'a model file, or a directory with exactly one', required: true, many: false },
  ],
  settings: inspectSettings,
  examples: [
    { line: 'davit inspect iris-model.joblib', says: 'for people' },
    { line: 'davit inspect forest.joblib --tree 0', says: 'the first tree, drawn' },
    { line: 'davit inspect bundle.pkl --object model', says: 'one of several things in a file' },
    { line: "davit inspect iris-model.joblib --json | jq '.inputs'", says: 'for programs' },
  ],
};
