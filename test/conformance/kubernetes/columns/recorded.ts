import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A table of a real API server, with the objects of its rows. */
export interface RecordedTable {
  readonly resource: string;
  /** Milliseconds since 1970, of the ages in it. */
  readonly now: number;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly format: string;
    readonly priority: number;
  }[];
  readonly rows: readonly { readonly cells: readonly unknown[]; readonly object: object }[];
}

/** All recorded tables (kube-apiserver 1.37.2, made by record.ts). */
export function recordedTables(): readonly RecordedTable[] {
  const packed = readFileSync(new URL('recorded.json.gz', import.meta.url));
  return JSON.parse(gunzipSync(packed).toString()) as RecordedTable[];
}
