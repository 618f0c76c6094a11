import type { NodeType } from '../../plan/index.ts';

/** Rows computed at a time, and the memory that their intermediate values take. */
export interface Layout {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Each block reads all trees and support vectors again, which hurts when they do not fit the cache: a forest of 5 MB is a
 * third faster with 512 rows than with 128. More rows at a time keep others waiting longer between checkpoints.
 */
const mostRows = 512;

/**
 * Intermediate values should fit the second-level cache, of which many processors have no more: an MLP is a fifth faster
 * with it than with twice as much.
 */
const comfortable = 2 ** 19;

/** A text of some length, and a sparse row of a text's words. */
const bytesOfText = 64;
const bytesOfSparseRow = 4096;

function rowBytes(type: NodeType): number {
  switch (type.kind) {
    case 'texts':
      return type.width * bytesOfText;
    case 'sparse':
      return Math.min(type.width * 12, bytesOfSparseRow);
    case 'matrix':
    case 'codes':
      return type.width * 8;
  }
}

/** Chooses the number of rows so that all blocks together stay comfortable; a very wide plan goes row by row. */
export function layOut(types: readonly NodeType[]): Layout {
  const row = types.reduce((sum, type) => sum + rowBytes(type), 0);
  const rows = Math.max(1, Math.min(mostRows, Math.floor(comfortable / Math.max(row, 1))));
  return { rows, bytes: rows * row };
}
