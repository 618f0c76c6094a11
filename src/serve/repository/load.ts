import { basename } from 'node:path';
import { engineFor } from '../../model/engines/index.ts';
import { looksLikeModel, openModel } from '../../model/formats/index.ts';
import type { Plan } from '../../model/plan/index.ts';
import { findModelFile, readModelFile, type ModelFile } from '../../model/storage/index.ts';
import type { KeptPlan, PlanPlace } from './kept.ts';

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
 * @param place where plans of files that were read before are kept; without it each file is read anew
 * @throws coded errors of storage and formats
 */
export async function loadPlan(path: string, place?: PlanPlace): Promise<LoadedPlan> {
  const file = await findModel(path);
  const read = readModelFile(file);
  const kept = place && new (await import('./kept.ts')).KeptPlan(place, read.bytes, file.object);
  const plan = kept?.find() ?? (await translated(file, read, kept));
  return { plan, bytes: (await engineFor(plan)).estimate(plan) };
}

/** The plan of a file as it is read, kept where it is made of that file alone. */
async function translated(
  file: ModelFile,
  { bytes, companion }: ReturnType<typeof readModelFile>,
  kept: KeptPlan | undefined,
): Promise<Plan> {
  let alone = true;
  const beside = (name: string): Uint8Array | undefined => {
    alone = false;
    return companion(name);
  };
  const plan = await openModel(bytes, {
    fileName: basename(file.path),
    companion: beside,
    object: file.object,
  });
  if (alone) await kept?.keep(plan);
  return plan;
}
