import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import type { PatchType } from './documents.ts';
import type { Fields, Value } from './random.ts';

/** One request and what the real server made of it. */
export interface Step {
  readonly type: 'create' | 'scale' | PatchType;
  readonly manager: string;
  readonly force?: boolean;
  readonly subresource?: string;
  readonly body: Value;
  /** Whether the next step starts from what this one made; else it was a dry run. */
  readonly kept: boolean;
  readonly code: number;
  readonly message?: string;
  readonly causes?: Value;
  readonly object?: Fields;
}

/** An object's life: the first step creates it. */
export interface Story {
  readonly kind: string;
  readonly steps: readonly Step[];
}

export const corpusFile = new URL('corpus.jsonl.zst', import.meta.url);

export function readCorpus(file: string | URL = corpusFile): Story[] {
  const text = zstdDecompressSync(readFileSync(file)).toString();
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Story);
}
