import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream, TransformStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import { messageOf, CodedError } from '../../../base/errors/index.ts';
import { storageErrors } from '../errors.ts';
import { diskFull } from './cache.ts';
import { placeOf } from './names.ts';

export interface Bounds {
  /** Bytes that an archive may unpack to. */
  readonly bytes: number;
  readonly files: number;
}

/** Whether a name is one of an archive that KServe unpacks. */
export function isArchive(name: string): boolean {
  return /\.(tar|tgz|tar\.gz|zip)$/i.test(name);
}

/**
 * Unpacks an archive below a folder. Links, devices and names that lead out of it are refused; folders' own entries are not needed.
 * @throws storage-archive, storage-name-escapes, storage-too-large, storage-disk-full
 */
export async function unpack(file: string, name: string, folder: string, bounds: Bounds): Promise<void> {
  const room = new Room(name, bounds);
  try {
    if (/\.zip$/i.test(name)) await unzip(file, folder, room);
    else await untar(file, folder, room);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const full = diskFull(error);
    throw full === error ? storageErrors.make['storage-archive'](`${name}: ${messageOf(error)}`) : full;
  }
}

/** How much may still be unpacked: counted while it is, because an archive says what it likes. */
class Room {
  readonly #name: string;
  readonly #bounds: Bounds;
  #bytes = 0;
  #files = 0;

  constructor(name: string, bounds: Bounds) {
    this.#name = name;
    this.#bounds = bounds;
  }

  file(): void {
    if (++this.#files > this.#bounds.files) {
      throw storageErrors.make['storage-too-large'](
        `${this.#name}: found more than ${this.#bounds.files} files in the archive`,
      );
    }
  }

  take(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#bounds.bytes) return;
    throw storageErrors.make['storage-too-large'](
      `${this.#name}: unpacks to more than ${this.#bounds.bytes} bytes`,
    );
  }
}

async function untar(file: string, folder: string, room: Room): Promise<void> {
  const { createTarDecoder } = await import('modern-tar');
  const raw = createReadStream(file);
  const plain = (await isGzip(file)) ? raw.pipe(createGunzip()) : raw;
  raw.on('error', error => plain.destroy(error));
  const decoder = createTarDecoder({ strict: true }) as unknown as TransformStream<Uint8Array, TarEntry>;
  const entries = (Readable.toWeb(plain) as ReadableStream<Uint8Array>).pipeThrough(decoder);
  for await (const { header, body } of entries) {
    const name = header.name.replace(/^(\.\/)+/, '').replace(/\/$/, '');
    if (header.type === 'directory' || name === '' || name === '.') {
      await body.cancel();
      continue;
    }
    if (header.type !== 'file' && header.type !== undefined) throw special(name, header.type);
    await write(placeOf(folder, name), Readable.fromWeb(body), room);
  }
}

interface TarEntry {
  readonly header: { readonly name: string; readonly type?: string };
  readonly body: ReadableStream<Uint8Array>;
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

async function unzip(file: string, folder: string, room: Room): Promise<void> {
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName;
      if (name.endsWith('/')) continue;
      const kind = (entry.externalFileAttributes >>> 16) & 0o170_000;
      if (kind !== 0 && kind !== 0o100_000) throw special(name, kind === 0o120_000 ? 'symlink' : 'special');
      await write(placeOf(folder, name), await zip.openReadStreamPromise(entry), room);
    }
  } finally {
    zip.close();
  }
}

function special(name: string, type: string): Error {
  return storageErrors.make['storage-archive'](`found ${name}, a ${type}; expected files and folders alone`);
}

async function write(path: string, body: Readable, room: Room): Promise<void> {
  room.file();
  await mkdir(dirname(path), { recursive: true });
  await pipeline(
    body,
    async function* counted(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        room.take(chunk.length);
        yield chunk;
      }
    },
    createWriteStream(path, { mode: 0o644 }),
  );
}
