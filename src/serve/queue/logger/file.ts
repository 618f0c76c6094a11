import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { structuredEvent } from '../../../wire/cloudevents/index.ts';
import type { EventSink } from './line.ts';

export interface Rotation {
  /** Bytes after which a file is put aside. */
  readonly bytes: number;
  /** Files that were put aside and are kept. */
  readonly files: number;
}

const usual: Rotation = { bytes: 64 * 1024 * 1024, files: 5 };

/** Writes events to a file, a line of JSON each; full files become `NAME.1`, `NAME.2` …, the oldest being dropped. */
export function fileSink(url: URL, rotation: Rotation = usual): EventSink {
  const path = fileURLToPath(url);
  let size: number | undefined;
  return {
    // Lines of several writers would mix.
    workers: 1,
    atOnce: 100,
    deliver: async events => {
      if (size === undefined) {
        await mkdir(dirname(path), { recursive: true });
        size = await sizeOf(path);
      }
      const lines = events.map(event => `${structuredEvent(event)}\n`).join('');
      const bytes = Buffer.byteLength(lines);
      if (size > 0 && size + bytes > rotation.bytes) {
        await rotate(path, rotation.files);
        size = 0;
      }
      await appendFile(path, lines);
      size += bytes;
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

async function rotate(path: string, files: number): Promise<void> {
  for (let number = files - 1; number >= 1; number--)
    await moved(`${path}.${number}`, `${path}.${number + 1}`);
  await moved(path, `${path}.1`);
}

/** A file that is not there yet need not be moved. */
async function moved(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
