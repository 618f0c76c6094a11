import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodePlan, encodePlan } from '../../model/plan/file/index.ts';
import type { Plan } from '../../model/plan/index.ts';
import { evict } from '../../model/storage/index.ts';

/** Where plans are kept, for all processes that read the same files; plain data, since threads are told. */
export interface PlanPlace {
  readonly folder: string;
  /** What tells the translation that made a plan from any other: a plan of another one is not found. */
  readonly build: string;
  /** Bytes that all of them may take; the longest unused go first. */
  readonly limit: number;
}

/** What a plan is made of besides the file's own bytes. */
export interface MadeOf {
  readonly bytes: Uint8Array;
  /** The way to the model inside the file. */
  readonly object: string | undefined;
}

/**
 * The plan of a file that was read before, by its content: reading a large file again takes many times as long.
 * @returns undefined when there is none, or none that holds: cut short, changed, of another version
 */
export function keptPlan(place: PlanPlace, madeOf: MadeOf): Plan | undefined {
  const path = pathOf(place, madeOf);
  try {
    const plan = decodePlan(readFileSync(path));
    const now = new Date();
    utimesSync(path, now, now);
    return plan;
  } catch {
    return undefined;
  }
}

/** Keeps a plan; a folder that cannot be written, or a full disk, only means that the file is read again next time. */
export async function keepPlan(place: PlanPlace, madeOf: MadeOf, plan: Plan): Promise<void> {
  const path = pathOf(place, madeOf);
  const part = `${path}.${process.pid}`;
  try {
    mkdirSync(place.folder, { recursive: true, mode: 0o700 });
  } catch {
    return;
  }
  try {
    writeFileSync(part, encodePlan(plan), { mode: 0o600 });
    renameSync(part, path);
    await evict(place.folder, place.limit);
  } catch {
    rmSync(part, { force: true });
  }
}

function pathOf({ folder, build }: PlanPlace, { bytes, object }: MadeOf): string {
  const content = createHash('sha256').update(bytes).digest('hex');
  const way = createHash('sha256')
    .update(JSON.stringify([content, object ?? null, build]))
    .digest('hex');
  return join(folder, way);
}
