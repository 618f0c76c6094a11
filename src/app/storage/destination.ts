import { mkdir, open, readlink, realpath } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { appErrors } from '../errors.ts';

/** A folder that a model is brought to. */
export interface Destination {
  /** Leads to the same folder whatever others put on its way meanwhile, where the system has such paths. */
  readonly folder: string;
  /** Where to build what is to be moved into it, when that is not beside it: nobody else writes there. */
  readonly beside?: string;
  close(): Promise<void>;
}

/** What a pod may have its models brought from and to. */
export interface Bounds {
  /** Folders below which archives of this machine are unpacked. */
  readonly sources: readonly string[];
  /** Folders below which models go. */
  readonly destinations: readonly string[];
}

/** Names them in JSON. Without it, they are nowhere. */
const boundsVariable = 'DAVIT_STORAGE_BOUNDS';

/** Makes a folder for a model, and holds it until it is closed. @throws `storage-destination` for one that is not below those told */
export async function destinationAt(
  path: string,
  roots: readonly string[] | undefined,
): Promise<Destination> {
  const close = async (): Promise<void> => {};
  if (roots === undefined) {
    await mkdir(path, { recursive: true });
    return { folder: path, close };
  }
  const real = await Promise.all(roots.map(root => realpath(root)));
  const at = await nearest(path);
  const root = real.find(one => liesIn(one, at));
  if (root === undefined) throw outside(path, roots);
  await mkdir(path, { recursive: true });
  // Nobody but Davit writes where a volume lies.
  if ((await realpath(path)) === root) return { folder: root, close };
  return held(path, root, roots);
}

async function held(path: string, root: string, roots: readonly string[]): Promise<Destination> {
  const handle = await open(path, 'r');
  const descriptor = `/proc/self/fd/${handle.fd}`;
  const at = await readlink(descriptor).catch(() => undefined);
  const found = at ?? (await realpath(path));
  if (!liesIn(root, found)) {
    await handle.close();
    throw outside(path, roots);
  }
  const folder = at === undefined ? found : descriptor;
  return { folder, beside: dirname(root), close: () => handle.close() };
}

function outside(path: string, roots: readonly string[]): Error {
  const there = roots.length === 0 ? 'it has none' : roots.join(', ');
  return appErrors.make['storage-destination'](
    `found the destination ${path}, expected a folder in a volume of the pod that the container may write to (${there})`,
  );
}

/** Reads the bounds of a pod's models; undefined where nothing is said. */
export function boundsIn(environment: Readonly<Record<string, string | undefined>>): Bounds | undefined {
  const text = environment[boundsVariable];
  return text === undefined ? undefined : (JSON.parse(text) as Bounds);
}

function liesIn(root: string, path: string): boolean {
  return path === root || path.startsWith(root + sep);
}

/** The nearest of a path and the folders that it is in which is there, without links. */
async function nearest(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    try {
      return await realpath(at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) throw error;
    }
  }
}
