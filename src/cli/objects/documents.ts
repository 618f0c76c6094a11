import { readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { messageOf } from '../../base/errors/index.ts';
import type { Discovered } from '../../cluster/client/index.ts';
import { type KubeObject, parseApiVersion } from '../../cluster/meta/index.ts';
import { parseYaml } from '../../cluster/schema/index.ts';
import { gather } from '../handlers/request.ts';
import type { Io } from '../program.ts';
import { Complaint } from './failures.ts';
import { withLocalModels } from './services.ts';
import type { Session } from './session.ts';
import type { Target } from './targets.ts';

const extensions = new Set(['.json', '.yaml', '.yml']);

/** An object as a file holds it. */
export interface Document {
  readonly object: KubeObject;
  readonly source: string;
}

/**
 * The objects of files: `-` is standard input, a folder means its .json, .yaml and .yml files in alphabetical order. A List counts as
 * what it holds.
 * @throws Complaint
 */
export async function documentsIn(
  paths: readonly string[],
  recursive: boolean,
  io: Io,
): Promise<readonly Document[]> {
  const found: Document[] = [];
  for (const path of paths) {
    if (path === '-') {
      found.push(...documentsOf((await gather('standard input', io.input())).toString(), 'STDIN'));
      continue;
    }
    for (const file of filesAt(path, recursive)) {
      found.push(...documentsOf(await readFile(file, 'utf8'), file));
    }
  }
  return found;
}

function filesAt(path: string, recursive: boolean): readonly string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Complaint(`the path "${path}" does not exist`);
    throw new Complaint(`the path "${path}" cannot be accessed: ${messageOf(cause)}`);
  }
  if (!isFolder) return [path];
  const files = filesBelow(path, recursive);
  if (files.length === 0) {
    const known = '[.json .yaml .yml]';
    throw new Complaint(`error reading [${path}]: recognized file extensions are ${known}`);
  }
  return files;
}

function filesBelow(folder: string, recursive: boolean): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return recursive ? filesBelow(path, true) : [];
    return extensions.has(extname(entry.name)) ? [path] : [];
  });
}

/** The objects of a text of YAML documents, or of one JSON document. */
export function documentsOf(text: string, source: string): readonly Document[] {
  return split(text).flatMap(part => flat(parsed(part, source), source));
}

/** A line that begins with `---` parts documents; comments alone are none. */
function split(text: string): readonly string[] {
  return text.split(/^---.*$/m).filter(part => !/^(\s*(#.*)?\n?)*$/.test(part));
}

function parsed(text: string, source: string): unknown {
  try {
    return parseYaml(text).value;
  } catch (cause) {
    throw new Complaint(`error parsing ${source}: error converting YAML to JSON: ${messageOf(cause)}`);
  }
}

function flat(value: unknown, source: string): readonly Document[] {
  if (value === null) return [];
  const object = value as KubeObject;
  const missing = (['apiVersion', 'kind'] as const).filter(
    field => typeof object !== 'object' || typeof object[field] !== 'string' || object[field] === '',
  );
  if (missing.length > 0) {
    const texts = missing.map(field => `${field} not set`);
    const why = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
    throw new Complaint(`error validating "${source}": error validating data: ${why}`);
  }
  const { items } = object as { items?: unknown };
  if (object.kind.endsWith('List') && Array.isArray(items)) return items.flatMap(item => flat(item, source));
  const whole = { ...object, metadata: object.metadata ?? {} };
  return [{ object: withLocalModels(whole, source), source }];
}

/**
 * Where the objects of files lie in the cluster.
 * @throws Complaint for a kind that the server does not have, and for another namespace than the command line's.
 */
export async function targetsIn(
  documents: readonly Document[],
  session: Session,
): Promise<readonly (Target & Document)[]> {
  const kinds = await session.kinds();
  return documents.map(({ object, source }) => {
    const kind = kindFor(object, kinds, source);
    const { name, namespace } = object.metadata;
    if (!kind.namespaced) return { kind, namespace: '', name, object, source };
    if (session.namespaceGiven && namespace !== undefined && namespace !== session.namespace) {
      throw new Complaint(
        `the namespace from the provided object "${namespace}" does not match the namespace "${session.namespace}". You must pass '--namespace=${namespace}' to perform this operation.`,
      );
    }
    const place = namespace ?? session.namespace;
    const placed = { ...object, metadata: { ...object.metadata, namespace: place } };
    return { kind, namespace: place, name, object: placed, source };
  });
}

function kindFor(object: KubeObject, kinds: readonly Discovered[], source: string): Discovered {
  const { group, version } = parseApiVersion(object.apiVersion);
  const found = kinds.find(one => one.group === group && one.version === version && one.kind === object.kind);
  if (found !== undefined) return found;
  const { name = '', namespace = '' } = object.metadata;
  throw new Complaint(
    `resource mapping not found for name: "${name}" namespace: "${namespace}" from "${source}": no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`,
  );
}
