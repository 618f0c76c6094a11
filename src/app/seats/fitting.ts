import { resolve } from 'node:path';
import { readSettings } from '../../base/settings/index.ts';
import { commands, parseCommandLine, serveSettings } from '../../cli/index.ts';
import { findModel } from '../../serve/index.ts';
import type { SeatRequest } from '../../host/runners/index.ts';
import { modelsOf, type NamedPath } from '../serve/models.ts';
import { modelBudget, type ServeSettings } from '../serve/settings.ts';

/** A server cannot sit in a shared process; the message says why. */
export class Unfit extends Error {}

export interface Fitting {
  readonly settings: ServeSettings;
  readonly models: readonly NamedPath[];
}

/** Bytes of a model's file, and of all models of a server in memory, up to which they are small. */
const mostFile = 8 * 1024 ** 2;
const mostMemory = 64 * 1024 ** 2;

/**
 * What a seat is to serve, by the words and the environment of its container.
 * @throws Unfit, and what reading settings throws: a process of its own tells that as it does
 */
export async function fittingOf({ words, folder, environment }: SeatRequest): Promise<Fitting> {
  const [name = '', ...rest] = words;
  const command = commands.find(one => one.name === 'serve');
  if (name !== 'serve' || command === undefined) throw new Unfit(`davit ${name} is no model server`);
  const { given, positionals } = parseCommandLine(command, rest);
  const settings = readSettings(serveSettings, given, environment);
  if (settings.workers > 1) throw new Unfit(`it has ${settings.workers} serving threads (--workers)`);
  if (settings.modelRepository !== undefined) throw new Unfit('its models come later (--model-repository)');
  if (settings.try !== undefined) throw new Unfit('it sends itself a request (--try)');
  const models = modelsOf(positionals, settings).map(model => located(model, folder));
  await Promise.all(models.map(small));
  const maxModelMemory = Math.min(modelBudget(settings), mostMemory);
  return { settings: { ...settings, maxModelMemory }, models };
}

function located(model: NamedPath, folder: string): NamedPath {
  if (model.path.includes('://')) throw new Unfit(`model '${model.name}' has to be fetched first`);
  return { name: model.name, path: resolve(folder, model.path) };
}

/** What cannot be found is for the server to tell. */
async function small({ name, path }: NamedPath): Promise<void> {
  const found = await findModel(path).catch(() => undefined);
  if (found !== undefined && found.bytes > mostFile) {
    throw new Unfit(
      `the file of model '${name}' has ${found.bytes} bytes, a shared process takes ${mostFile}`,
    );
  }
}
