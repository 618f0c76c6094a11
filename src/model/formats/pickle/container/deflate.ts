import { constants, gunzipSync, inflateSync } from 'node:zlib';
import { Fault } from '../errors.ts';
import { tooLarge } from './output.ts';

const chunkSize = 1 << 18;

/** @throws Fault `inflate-too-large`, `inflate-corrupt`, `pickle-truncated` */
export function inflateZlib(bytes: Uint8Array, limit: number): Uint8Array {
  return guarded(limit, () => inflateSync(bytes, { maxOutputLength: limit, chunkSize }));
}

/** One or more gzip members. @throws as {@link inflateZlib} */
export function inflateGzip(bytes: Uint8Array, limit: number): Uint8Array {
  return guarded(limit, () => gunzipSync(bytes, { maxOutputLength: limit, chunkSize }));
}

/** What a zlib or gzip stream starts with, for looking at: as much as the bytes given yield. Undefined when they are damaged. */
export function peekDeflate(bytes: Uint8Array, gzip: boolean): Uint8Array | undefined {
  const inflate = gzip ? gunzipSync : inflateSync;
  try {
    return inflate(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 20 });
  } catch {
    return undefined;
  }
}

function guarded(limit: number, work: () => Uint8Array): Uint8Array {
  try {
    return work();
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    if (code === 'Z_BUF_ERROR') throw new Fault('pickle-truncated', 'the compressed data end too early');
    if (code === 'Z_DATA_ERROR' || code === 'Z_NEED_DICT')
      throw new Fault('inflate-corrupt', `the compressed data are corrupt (${(thrown as Error).message})`);
    throw thrown;
  }
}
