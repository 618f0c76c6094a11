import { createHash, randomUUID } from 'node:crypto';
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

/** The place of the plan of one file, and of one thing in it. Processes share it. */
export class KeptPlan {
  readonly #place: PlanPlace;
  readonly #path: string;

  /** @param object the way to the model inside the file */
  constructor(place: PlanPlace, bytes: Uint8Array, object: string | undefined) {
    const content = createHash('sha256').update(bytes).digest('hex');
    const made = JSON.stringify([content, object ?? null, place.build]);
    this.#place = place;
    this.#path = join(place.folder, createHash('sha256').update(made).digest('hex'));
  }

  /** The plan, made before of the same content; undefined when there is none, or none that holds: cut short, changed, of another version. */
  find(): Plan | undefined {
    try {
      const plan = decodePlan(readFileSync(this.#path));
      const now = new Date();
      utimesSync(this.#path, now, now);
      return plan;
    } catch {
      return undefined;
    }
  }

  /** Keeps a plan; a folder that cannot be written, or a full disk, only means that the file is read again next time. */
  async keep(plan: Plan): Promise<void> {
    const { folder, limit } = this.#place;
    const part = `${this.#path}.${randomUUID()}`;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch {
      return;
    }
    try {
      writeFileSync(part, encodePlan(plan), { mode: 0o600 });
      renameSync(part, this.#path);
      await evict(folder, limit);
    } catch {
      rmSync(part, { force: true });
    }
  }
}
