import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { queueErrors } from '../errors.ts';

/** Storage URIs of the models that a server is to have, by name. */
export type List = ReadonlyMap<string, string>;

export const listFile = 'models.json';

/** As KServe has them, which a path and a URL hold as they are. */
const isName = /^[\w-]+$/;
/** Bytes: more than an object of the API holds. */
const most = 2 * 2 ** 20;

/** What changes whenever the list of a folder does; undefined while there is none. */
export async function stampOf(folder: string): Promise<string | undefined> {
  try {
    const { ino, mtimeMs, size } = await stat(join(folder, listFile));
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return undefined;
  }
}

/** The list of a folder, as KServe's controller writes it into a ConfigMap. @throws `models-list-invalid` */
export async function readList(folder: string): Promise<List> {
  const file = join(folder, listFile);
  if ((await stat(file)).size > most) throw invalid(file, `more than ${most} bytes`);
  const entries = parse(await readFile(file, 'utf8'));
  if (entries === undefined) throw invalid(file, 'no list in JSON');
  return new Map(entries.map((entry, at) => entryOf(entry, `${file}[${at}]`)));
}

function parse(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function entryOf(value: unknown, place: string): [name: string, uri: string] {
  const { modelName: name, modelSpec } = (value ?? {}) as { modelName?: unknown; modelSpec?: unknown };
  const { storageUri: uri } = (modelSpec ?? {}) as { storageUri?: unknown };
  if (typeof name !== 'string' || !isName.test(name)) {
    throw invalid(`${place}.modelName`, JSON.stringify(name ?? null), 'a name of letters, digits, _ and -');
  }
  if (typeof uri !== 'string' || uri === '') {
    throw invalid(`${place}.modelSpec.storageUri`, JSON.stringify(uri ?? null), 'a URI');
  }
  return [name, uri];
}

function invalid(
  place: string,
  found: string,
  expected = '[{"modelName":…,"modelSpec":{"storageUri":…}}]',
): Error {
  return queueErrors.make['models-list-invalid'](
    `${place}: found ${found.slice(0, 200)}, expected ${expected}`,
  );
}
