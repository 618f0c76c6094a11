import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { alone } from '../../../base/locks/index.ts';
import { storageErrors } from '../errors.ts';
import { evict } from '../evicting.ts';
import { withoutSecrets } from './names.ts';
import type { Opened, RemoteObject } from './objects.ts';

export interface CacheOptions {
  readonly folder: string;
  /** Bytes that files in it may take; the longest unused go first. */
  readonly limit: number;
  /** Bytes that one file may have. */
  readonly largest: number;
  readonly signal: AbortSignal;
  /** Told how many bytes have arrived, and of how many. */
  readonly arrived: (bytes: number, size: number | undefined) => void;
}

/** What is known of a file that was fetched before. */
interface Entry {
  readonly validator: string | undefined;
  readonly blob: string;
}

/** Every file of the cache has this time of change: pods have links to it, and one that wrote to it would give it another. */
const untouched = new Date(1000);

/** Tries at a file whose connection breaks off; each goes on where the last one ended. */
const tries = 5;
const firstPause = 200;

/** Files that were fetched, by their content; processes share it. */
export class Cache {
  readonly #options: CacheOptions;

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  /** The path of a file with the object's content, not to be changed. */
  async fileOf(object: RemoteObject): Promise<string> {
    const key = createHash('sha256').update(object.identity).digest('hex');
    const known = await this.#known(key, object);
    if (known !== undefined) return known;
    for (const name of ['locks', 'entries', 'parts', 'blobs']) {
      await mkdir(join(this.#options.folder, name), { recursive: true, mode: 0o700 });
    }
    return alone(this.#path('locks', key), this.#options.signal, async () => {
      const meanwhile = await this.#known(key, object);
      return meanwhile ?? (await this.#fetch(key, object));
    });
  }

  #path(...parts: readonly string[]): string {
    return join(this.#options.folder, ...parts);
  }

  /** The file, when it is known without asking that it has not changed. */
  async #known(key: string, { validator }: RemoteObject): Promise<string | undefined> {
    if (validator === undefined) return undefined;
    const entry = await this.#entry(key);
    return entry?.validator === validator ? this.#use(entry.blob) : undefined;
  }

  async #entry(key: string): Promise<Entry | undefined> {
    try {
      const entry = JSON.parse(await readFile(this.#path('entries', key), 'utf8')) as Entry;
      const found = await stat(this.#path('blobs', entry.blob));
      if (found.mtimeMs === untouched.getTime()) return entry;
      await rm(this.#path('blobs', entry.blob), { force: true });
      return undefined;
    } catch {
      return undefined;
    }
  }

  /** Marks a file as used just now; undefined where another process has let it go meanwhile. */
  async #use(blob: string): Promise<string | undefined> {
    const path = this.#path('blobs', blob);
    try {
      await utimes(path, new Date(), untouched);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return undefined;
    }
  }

  async #fetch(key: string, object: RemoteObject): Promise<string> {
    const entry = await this.#entry(key);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(key, object, entry);
      } catch (error) {
        const { code } = error as { code?: string };
        const again = code === undefined || code === 'storage-unreachable' || code === 'ECONNRESET';
        const { signal } = this.#options;
        if (signal.aborted) throw signal.reason;
        if (!again || attempt === tries) throw await this.#cleared(key, diskFull(error));
        await new Promise(resolve => setTimeout(resolve, firstPause * 2 ** (attempt - 1)));
      }
    }
  }

  /** What fills the disk goes: nobody else could write otherwise. */
  async #cleared(key: string, error: unknown): Promise<unknown> {
    if ((error as { code?: string }).code === 'storage-disk-full') {
      for (const name of [key, `${key}.of`]) await rm(this.#path('parts', name), { force: true });
    }
    return error;
  }

  async #attempt(key: string, object: RemoteObject, entry: Entry | undefined): Promise<string> {
    const part = this.#path('parts', key);
    const note = `${part}.of`;
    const of = await readFile(note, 'utf8').catch(() => undefined);
    const has = of === undefined ? 0 : await sizeOf(part);
    const opened = await object.open({ from: has, of, known: entry?.validator });
    if (opened.unchanged) {
      const used = await this.#use((entry as Entry).blob);
      return used ?? this.#attempt(key, object, undefined);
    }
    const validator = object.validator ?? opened.validator;
    if (opened.from === 0) await rm(part, { force: true });
    // What cannot be recognised again cannot be gone on with.
    if (opened.validator === undefined) await rm(note, { force: true });
    else await writeFile(note, opened.validator);
    const blob = await this.#take(part, object, opened);
    await rm(note, { force: true });
    await this.#keep(key, { validator, blob });
    return this.#path('blobs', blob);
  }

  /** Writes what arrives behind what is there; gives the name of the whole. */
  async #take(
    part: string,
    { identity, size: listed, md5 }: RemoteObject,
    opened: Extract<Opened, { unchanged: false }>,
  ): Promise<string> {
    const size = listed ?? opened.size;
    const { largest, signal, arrived } = this.#options;
    const told = withoutSecrets(identity);
    if ((size ?? 0) > largest) throw tooLarge(told, size ?? 0, largest);
    const sums = [createHash('sha256'), createHash('md5')] as const;
    let bytes = opened.from === 0 ? 0 : await addFile(part, sums);
    const out = createWriteStream(part, { flags: 'a', mode: 0o600 });
    const written = finished(out);
    written.catch(() => {});
    try {
      for await (const chunk of opened.body) {
        signal.throwIfAborted();
        bytes += chunk.length;
        if (bytes > largest) throw tooLarge(told, bytes, largest);
        for (const sum of sums) sum.update(chunk);
        arrived(bytes, size);
        if (!out.write(chunk)) await Promise.race([drained(out), written]);
      }
    } finally {
      out.end();
      await written;
    }
    const found = sums[1].digest('hex');
    const wrong = size !== undefined && bytes !== size ? `${bytes} of ${size} bytes` : undefined;
    if (wrong !== undefined && bytes < (size ?? 0)) {
      throw storageErrors.make['storage-unreachable'](`${told}: the connection ended after ${wrong}`);
    }
    if (wrong !== undefined || (md5 !== undefined && opened.tagged !== true && md5 !== found)) {
      await rm(part, { force: true });
      const why = wrong ?? `content with MD5 ${found}, expected ${md5}`;
      throw storageErrors.make['storage-corrupt'](`${told}: found ${why}`);
    }
    const blob = sums[0].digest('hex');
    await chmod(part, 0o444);
    await utimes(part, new Date(), untouched);
    await rename(part, this.#path('blobs', blob));
    return blob;
  }

  async #keep(key: string, entry: Entry): Promise<void> {
    const path = this.#path('entries', key);
    await writeFile(`${path}.${process.pid}`, JSON.stringify(entry), { mode: 0o600 });
    await rename(`${path}.${process.pid}`, path);
  }

  /** Takes away what was unused the longest, until the rest is within the limit. */
  async evict(): Promise<void> {
    await evict(this.#path('blobs'), this.#options.limit);
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function addFile(path: string, sums: readonly Hash[]): Promise<number> {
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    bytes += (chunk as Buffer).length;
    for (const sum of sums) sum.update(chunk as Buffer);
  }
  return bytes;
}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise(resolve => stream.once('drain', () => resolve()));
}

function tooLarge(identity: string, bytes: number, largest: number): Error {
  return storageErrors.make['storage-too-large'](
    `${identity}: found ${bytes} bytes, expected at most ${largest}`,
  );
}

export function diskFull(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return storageErrors.make['storage-disk-full'](`there is no room left for the model: ${message}`);
}
