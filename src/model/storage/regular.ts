import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { storageErrors } from './errors.ts';

/** Beyond this a file does not fit the one buffer that readers work on. */
export const mostBytes = 2 ** 31 - 1;

/**
 * The bytes of a plain file, as many as it had when it was opened. Pipes and devices would block the thread or never end,
 * so they are refused; they are opened without waiting, since a path may turn into one between two looks.
 * @throws model-file-special, model-file-too-large, and what the system says
 */
export function readRegular(path: string): Uint8Array {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw special(path);
    if (found.size > mostBytes) throw tooLarge(path, found.size);
    const bytes = Buffer.allocUnsafeSlow(found.size);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

export function special(path: string): Error {
  return storageErrors.make['model-file-special'](`${path}: found a pipe, socket or device, expected a file`);
}

export function tooLarge(path: string, bytes: number): Error {
  return storageErrors.make['model-file-too-large'](
    `${path}: found ${bytes} bytes, expected at most ${mostBytes}`,
  );
}
