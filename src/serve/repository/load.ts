import { basename } from 'node:path';
import { engineFor } from '../../model/engines/index.ts';
import { looksLikeModel, openModel } from '../../model/formats/index.ts';
import type { Plan } from '../../model/plan/index.ts';
import { findModelFile, readModelFile, type ModelFile } from '../../model/storage/index.ts';

/** A plan and the bytes that keeping it takes. */
export interface LoadedPlan {
  readonly plan: Plan;
  readonly bytes: number;
}

/** The one model file of a path. @throws coded errors of storage */
export function findModel(path: string): Promise<ModelFile> {
  return findModelFile(path, looksLikeModel);
}

/**
 * Reads a model file or directory, or `PATH#OBJECT`, into a plan. CPU-bound for large files: those belong on a compute thread.
 * @throws coded errors of storage and formats
 */
export async function loadPlan(path: string): Promise<LoadedPlan> {
  const file = await findModel(path);
  const { bytes, companion } = readModelFile(file);
  const plan = await openModel(bytes, { fileName: basename(file.path), companion, object: file.object });
  return { plan, bytes: (await engineFor(plan)).estimate(plan) };
}
