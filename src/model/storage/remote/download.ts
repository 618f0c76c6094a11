import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { storageErrors } from '../errors.ts';
import type { Fetching } from '../schemes.ts';
import { isArchive, unpack } from './archives.ts';
import { Cache, diskFull } from './cache.ts';
import { placeOf, wantedBy } from './names.ts';
import { folderBeside, moveInto } from './moving.ts';
import type { RemoteObject } from './objects.ts';

const mostFiles = 100_000;
/** Files fetched at the same time. */
const together = 4;

/**
 * Brings files to a folder through the cache: all of them, or, when one cannot be had, none. A single archive is unpacked.
 * @param uri as messages name it
 * @throws storage-none and whatever fetching a file throws
 */
export async function download(
  uri: string,
  objects: readonly RemoteObject[],
  destination: string,
  fetching: Fetching,
): Promise<void> {
  const isWanted = wantedBy(fetching.environment);
  const wanted = objects.filter(({ name }) => isWanted(name));
  if (wanted.length === 0) throw noModel(uri);
  const largest = fetching.limits.model;
  const total = wanted.reduce((sum, { size = 0 }) => sum + size, 0);
  if (total > largest) {
    throw storageErrors.make['storage-too-large'](
      `${uri}: found ${total} bytes, expected at most ${largest}`,
    );
  }
  const progress = new Progress(wanted, fetching.tell);
  const cacheFor = (object: RemoteObject): Cache =>
    new Cache({
      folder: fetching.cache,
      limit: fetching.limits.cache,
      largest,
      signal: fetching.signal,
      arrived: (bytes, size) => progress.arrived(object, bytes, size),
    });
  await mkdir(destination, { recursive: true });
  // Built beside, on the same file system, so that a reader never sees half of it.
  const beside = await folderBeside(destination, fetching.beside);
  try {
    await each(wanted, together, async object => {
      const target = placeOf(beside, object.name);
      await mkdir(dirname(target), { recursive: true });
      await place(cacheFor(object), object, target);
    });
    const [only] = wanted;
    if (wanted.length === 1 && only !== undefined && isArchive(only.name)) {
      await unpackInPlace(beside, only.name, largest);
    }
    await moveInto(beside, destination, fetching.beside);
    await cacheFor(wanted[0] as RemoteObject).evict();
  } catch (error) {
    throw diskFull(error);
  } finally {
    progress.stop();
    await rm(beside, { recursive: true, force: true });
  }
}

export function noModel(uri: string): Error {
  return storageErrors.make['storage-none'](`Failed to fetch model. No model found in ${uri}.`);
}

/** Looks for a file of the cache that is gone again each time; with one it is never more than bad luck. */
const looks = 5;

/** Puts a file where it is to be; one that the cache let go between the look and the link is fetched once more. */
async function place(cache: Cache, object: RemoteObject, target: string): Promise<void> {
  for (let look = 1; ; look++) {
    const file = await cache.fileOf(object);
    try {
      return await linked(file, target);
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync(file);
      if (!isGone || look === looks) throw error;
    }
  }
}

/** A link costs nothing; where none can be made, the file is copied. */
async function linked(file: string, target: string): Promise<void> {
  try {
    await link(file, target);
  } catch {
    await copyFile(file, target);
  }
}

/** Unpacks an archive of this machine, which is called `name`, into a folder: all of it, or nothing. */
export async function unpackInto(
  file: string,
  name: string,
  destination: string,
  largest: number,
  place?: string,
): Promise<void> {
  const beside = await folderBeside(destination, place);
  try {
    await unpack(file, name, beside, { bytes: largest, files: mostFiles });
    await moveInto(beside, destination, place);
  } catch (error) {
    throw diskFull(error);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function unpackInPlace(folder: string, name: string, largest: number): Promise<void> {
  const archive = placeOf(folder, name);
  const aside = `${folder}.archive`;
  await rename(archive, aside);
  try {
    await unpack(aside, name, folder, { bytes: largest, files: mostFiles });
  } finally {
    await rm(aside, { force: true });
  }
}

async function each<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  const running = Array.from({ length: lanes }, lane);
  // All come to an end before the first failure is told: none writes on afterwards.
  const failure = (await Promise.allSettled(running)).find(one => one.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

/** Says once a second how far it is. */
class Progress {
  readonly #sizes = new Map<RemoteObject, number>();
  readonly #came = new Map<RemoteObject, number>();
  readonly #timer: NodeJS.Timeout;
  readonly #began = performance.now();

  constructor(objects: readonly RemoteObject[], tell: (text: string) => void) {
    for (const object of objects) this.#sizes.set(object, object.size ?? 0);
    this.#timer = setInterval(() => tell(this.#text()), 1000);
    this.#timer.unref();
  }

  arrived(object: RemoteObject, bytes: number, size: number | undefined): void {
    this.#came.set(object, bytes);
    if (size !== undefined) this.#sizes.set(object, size);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #text(): string {
    const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);
    const bytes = sum(this.#came.values());
    const rate = (bytes / (performance.now() - this.#began)) * 1000;
    const mebibytes = (number: number): string => (number / 2 ** 20).toFixed(1);
    return `${mebibytes(bytes)} of ${mebibytes(sum(this.#sizes.values()))} MiB, ${mebibytes(rate)} MiB/s`;
  }
}
