import { allProcesses } from '../../base/detached/index.ts';
import type { Attempt } from './attempt.ts';

/** Milliseconds between two looks. */
const look = 500;

/** Ends containers whose processes have more resident memory than their limit: what cgroups do at once, this does at the next look. */
export class MemoryWatch {
  readonly #watched = new Set<Attempt>();
  #timer: NodeJS.Timeout | undefined;

  add(attempt: Attempt): void {
    if (attempt.note.memory === undefined || !attempt.running) return;
    this.#watched.add(attempt);
    void attempt.process.ended.then(() => this.#remove(attempt));
    this.#timer ??= setInterval(() => this.#look(), look).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#watched.clear();
  }

  #remove(attempt: Attempt): void {
    this.#watched.delete(attempt);
    if (this.#watched.size === 0) this.stop();
  }

  #look(): void {
    const resident = new Map<number, number>();
    for (const { session, resident: bytes } of allProcesses()) {
      resident.set(session, (resident.get(session) ?? 0) + bytes);
    }
    for (const attempt of this.#watched) {
      const { memory = Number.POSITIVE_INFINITY } = attempt.note;
      if ((resident.get(attempt.process.pid) ?? 0) > memory) attempt.killForMemory();
    }
  }
}
