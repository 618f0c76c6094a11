import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** What a real API server answered to one object. */
export interface Recorded {
  readonly id: string;
  readonly resource: string;
  readonly sent: Record<string, unknown>;
  /** The stored object, of updates. */
  readonly old?: Record<string, unknown>;
  readonly status: number;
  readonly warnings: readonly string[];
  readonly body: Record<string, unknown>;
}

/** All recorded answers (kube-apiserver 1.37.2, made by record.ts). */
export function recordings(): readonly Recorded[] {
  const packed = readFileSync(new URL('recorded.json.gz', import.meta.url));
  return JSON.parse(gunzipSync(packed).toString()) as Recorded[];
}
