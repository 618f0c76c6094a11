import { realpathSync, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { CodedError, messageOf } from '../../base/errors/index.ts';
import { storageErrors } from './errors.ts';
import { mostBytes, readRegular, special, tooLarge } from './regular.ts';
import { modelSuffixes, saysModel, splitReference } from './suffixes.ts';

/** A model file on this machine. */
export interface ModelFile {
  readonly path: string;
  readonly bytes: number;
  /** The way to the model inside the file, from `PATH#OBJECT`. */
  readonly object?: string | undefined;
}

/** Whether bytes are a model, by their content. */
export type Recognise = (bytes: Uint8Array) => Promise<boolean>;

/** A larger file with a model's name is taken for one: notes and settings that lie beside models are small. */
const mostLookedAt = 16 * 2 ** 20;

/**
 * The one model file of a path: the file itself, or the only one at the top level of a directory, as KServe defines it.
 * A directory without such a suffix but with exactly one file is that file. `PATH#OBJECT` picks what is inside the file.
 * @param recognise asked for files in a directory whose names do not tell, such as `.json`
 * @throws model-path-missing, model-file-none, model-file-several, model-file-special, model-file-too-large
 */
export async function findModelFile(reference: string, recognise: Recognise): Promise<ModelFile> {
  const { path, object } = splitReference(reference);
  const file = await findIn(path, recognise);
  return object === undefined ? file : { ...file, object };
}

async function isModel(folder: string, name: string, recognise: Recognise): Promise<boolean> {
  const said = saysModel(name);
  if (said !== 'perhaps') return said;
  const path = join(folder, name);
  const found = await statOrRefuse(path);
  return found.isFile() && (found.size > mostLookedAt || (await recognise(readRegular(path))));
}

async function findIn(path: string, recognise: Recognise): Promise<ModelFile> {
  const found = await statOrRefuse(path);
  if (!found.isDirectory()) return modelFile(path, found);
  const entries = (await readdir(path, { withFileTypes: true })).filter(entry => !entry.isDirectory());
  const visible = entries.map(entry => entry.name).filter(name => !name.startsWith('.'));
  const models: string[] = [];
  for (const name of visible) if (await isModel(path, name, recognise)) models.push(name);
  const candidates = models.length === 0 && visible.length === 1 ? visible : models;
  const [only, ...others] = candidates.toSorted();
  if (only === undefined) throw noModel(path, visible);
  if (others.length > 0) {
    throw storageErrors.make['model-file-several'](
      `${path}: found ${candidates.length} model files (${candidates.toSorted().join(', ')}), expected exactly one at the top level`,
    );
  }
  const file = join(path, only);
  return modelFile(file, await statOrRefuse(file));
}

function modelFile(path: string, found: Stats): ModelFile {
  if (!found.isFile()) throw special(path);
  if (found.size > mostBytes) throw tooLarge(path, found.size);
  return { path, bytes: found.size };
}

function noModel(path: string, visible: readonly string[]): Error {
  const others =
    visible.length === 0 ? 'no file' : `${visible.slice(0, 8).join(', ')}${visible.length > 8 ? ', …' : ''}`;
  return storageErrors.make['model-file-none'](
    `${path}: found ${others} at the top level, expected exactly one file ending in ${modelSuffixes.join(', ')}`,
  );
}

async function statOrRefuse(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    throw storageErrors.make['model-path-missing'](`${path}: ${messageOf(cause)}`, { cause });
  }
}

/** The bytes of a model file, and a reader of the files beside it. */
export function readModelFile(file: ModelFile): {
  readonly bytes: Uint8Array;
  readonly companion: (name: string) => Uint8Array | undefined;
} {
  try {
    return { bytes: readRegular(file.path), companion: name => readCompanion(file.path, name) };
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw storageErrors.make['model-path-missing'](`${file.path}: ${messageOf(cause)}`, { cause });
  }
}

/** Only files that really lie in the model's folder: a name, or a link, that leads elsewhere counts as absent. */
function readCompanion(modelPath: string, name: string): Uint8Array | undefined {
  if (basename(name) !== name || name === '..' || name === '.') return undefined;
  try {
    const folder = realpathSync(dirname(modelPath));
    const target = realpathSync(join(folder, name));
    return target.startsWith(`${folder}${folder.endsWith(sep) ? '' : sep}`) ? readRegular(target) : undefined;
  } catch {
    return undefined;
  }
}
