import { resolve } from 'node:path';
import type { ValuesOf } from '../../base/settings/index.ts';
import { cliErrors, type serveSettings } from '../../cli/index.ts';
import { modelNameOf } from '../../model/storage/index.ts';

export interface NamedPath {
  readonly name: string;
  readonly path: string;
}

/**
 * Which models a command line asks for: PATH…, `--model NAME=PATH`, or KServe's `--model_name`/`--model_dir`. None is asked for where
 * there is a folder of models that come later.
 * @throws usage
 */
export function modelsOf(
  paths: readonly string[],
  settings: ValuesOf<typeof serveSettings>,
): readonly NamedPath[] {
  const { models, object, modelRepository } = settings;
  const later = modelRepository !== undefined && resolve(modelRepository);
  const comesLater = settings.modelDir !== undefined && resolve(settings.modelDir) === later;
  const { modelName, modelDir } = comesLater ? {} : settings;
  const plain = [...paths, ...(modelDir === undefined ? [] : [modelDir])];
  if (object !== undefined && (plain.length !== 1 || models.length > 0)) {
    throw cliErrors.make.usage(
      `--object ${object}: found ${plain.length + models.length} models, expected one path; for several give PATH#OBJECT`,
    );
  }
  if (modelName !== undefined && plain.length !== 1) {
    throw cliErrors.make.usage(
      `--model-name ${modelName}: found ${plain.length} paths, expected exactly one to name`,
    );
  }
  const named = [
    ...plain.map(path => ({
      name: modelName ?? (path === modelDir ? 'model' : modelNameOf(path)),
      path: object === undefined ? path : `${path}#${object}`,
    })),
    ...models.map(parsePair),
  ];
  if (named.length === 0 && modelRepository === undefined)
    throw cliErrors.make.usage('davit serve needs a model: a PATH, or --model NAME=PATH');
  const twice = named.find(({ name }, at) => named.findIndex(other => other.name === name) !== at);
  if (twice !== undefined) {
    throw cliErrors.make.usage(
      `found two models named "${twice.name}", expected different names: use --model NAME=PATH`,
    );
  }
  return named;
}

function parsePair(pair: string): NamedPath {
  const at = pair.indexOf('=');
  if (at < 1 || at === pair.length - 1) {
    throw cliErrors.make.usage(
      `--model: found "${pair}", expected NAME=PATH such as iris=models/iris-model.joblib`,
    );
  }
  return { name: pair.slice(0, at), path: pair.slice(at + 1) };
}
