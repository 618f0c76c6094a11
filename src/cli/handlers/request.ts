import { constants, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { CodedError, messageOf } from '../../base/errors/index.ts';
import { cliErrors } from '../errors.ts';

/** Four times what a server takes unless it was told otherwise. */
const mostBytes = 256 * 1024 ** 2;

/**
 * The bytes of a request file. Pipes and devices may never begin or never end, so they are refused; the file is opened
 * without waiting for the other end of one.
 * @param flag which named the file, for messages
 * @throws input-unreadable, input-too-large
 */
export async function readRequestFile(flag: string, path: string): Promise<Buffer<ArrayBuffer>> {
  try {
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const found = await file.stat();
    if (!found.isFile()) throw special(`${flag} ${path}`, found);
    if (found.size > mostBytes) throw tooLarge(`${flag} ${path}`, String(found.size));
    return await gather(`${flag} ${path}`, file.createReadStream({ autoClose: false }));
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw cliErrors.make['input-unreadable'](`${flag} ${path}: ${messageOf(cause)}`, { cause });
  }
}

/**
 * All bytes of a stream, up to as many as a file may have.
 * @param place what is read, for messages
 * @throws input-too-large
 */
export async function gather(place: string, stream: AsyncIterable<Uint8Array>): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > mostBytes) throw tooLarge(place, `more than ${mostBytes}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function special(place: string, found: Stats): Error {
  const kind = found.isDirectory()
    ? 'a directory'
    : found.isFIFO()
      ? 'a pipe'
      : found.isSocket()
        ? 'a socket'
        : 'a device';
  return cliErrors.make['input-unreadable'](
    `${place}: found ${kind}, expected a file; davit predict -f - reads standard input, so also a pipe`,
  );
}

function tooLarge(place: string, found: string): Error {
  return cliErrors.make['input-too-large'](`${place}: found ${found} bytes, expected at most ${mostBytes}`);
}
