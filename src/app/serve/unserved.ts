import { writeFileSync } from 'node:fs';
import type { ModelNotice } from '../../serve/index.ts';

/** Bytes of a termination message that whoever runs containers reads. */
const most = 4096;

/**
 * Writes why models cannot be served to where a container leaves its last words. In a pod a server whose model cannot be served ends,
 * as KServe's own servers do: so its InferenceService says that it failed, and why, in place of waiting for ever.
 * @param file the variable DAVIT_TERMINATION_LOG; undefined outside of pods, where the server stays and answers why
 * @returns whether the server is to end
 */
export function endsUnserved(file: string | undefined, missing: readonly ModelNotice[]): boolean {
  if (file === undefined || file === '' || missing.length === 0) return false;
  const text = missing.map(({ name, reason }) => `${name}: ${reason}`).join('\n');
  writeFileSync(file, Buffer.from(text).subarray(0, most));
  return true;
}
